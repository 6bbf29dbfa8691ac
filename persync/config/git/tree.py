"""The files of a commit, read from git objects with the same results as from a checkout of that commit."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from persync.config.files import SUFFIXES, Listing, Unreadable
from persync.config.git.objects import FOLDER, LINK, SUBMODULE, Entry
from persync.config.globs import expand
from persync.config.yaml.reader import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from persync.config.git.cli import Git
from persync.config.git.objects import Objects

MISSING = Unreadable("No such file or directory")
_MOST_LINKS = 40
"""The limit of Linux on links in one path."""


class _Found(NamedTuple):
    """An entry of the commit, and its path relative to the top folder, without links."""

    path: str
    entry: Entry


class GitTree:
    """The files of a commit. Outside of the repository there are none."""

    def __init__(self, git: Git, objects: Objects, commit: str) -> None:
        self._git = git
        self._objects = objects
        self._commit = commit
        self._top = _Found("", Entry(FOLDER, commit + "^{tree}"))
        self._folder = os.path.abspath(git.folder)  # noqa: PTH100 - Path.resolve would follow links

    def git_path(self, path: Path) -> str:
        """Return a path relative to the top folder of the repository; outside of it, the result begins with ``..``."""
        absolute = os.path.abspath(path)  # noqa: PTH100 - as above
        if absolute.startswith(self._folder + "/"):  # faster than relpath, which counts with thousands of files
            return self._git.prefix + absolute[len(self._folder) + 1 :]
        return posixpath.normpath(posixpath.join(self._git.prefix, os.path.relpath(absolute, self._folder)))

    def read(self, path: Path) -> bytes | Unreadable:
        """Return the content of a file, at most one byte more than the permitted size."""
        found = self._find(path)
        if found is None:
            return MISSING
        if found.entry.mode == SUBMODULE:
            return Unreadable("it is a submodule: its files are not in this repository")
        if found.entry.mode == FOLDER:
            return Unreadable("it is not a regular file")
        if driver := self._git.filters.of(found.path, self._commit):
            return Unreadable(f"git stores it through the filter {driver}, a program, which persync does not start")
        content = self._objects.read(found.entry.oid, MOST_BYTES + 1)
        return Unreadable("its content is missing in this clone") if content is None else content

    def resolve(self, path: Path) -> Path:
        """Return the path without links."""
        found = self._find(path)
        return Path(self._git.top, found.path) if found else path

    def yaml_files(self, root: Path, pattern: str) -> Listing | None:
        """Return the files that an entry of ``persisters`` or ``overlays`` matches; see ``config.files.Source``."""
        named = root / pattern
        matches = {named} if self._mode(named) else expand(self, root, pattern)
        # no set of files: they are almost in order, so sorting is fast
        files = dict.fromkeys(file for match in sorted(matches) for file in self._below(match))
        return Listing(sorted(files)) if matches else None

    def _below(self, path: Path) -> Iterator[Path]:
        """Yield the YAML files below a folder; any other path yields itself."""
        found = self._find(path)
        if found is None or found.entry.mode != FOLDER:
            yield path
        else:
            for name, entry in self._objects.folder(found.entry.oid).items():
                if name.startswith("."):
                    continue
                if entry.mode in {FOLDER, SUBMODULE}:  # of a submodule, reading reports the error
                    yield from self._below(path / name)
                elif name.endswith(SUFFIXES) and not (entry.mode == LINK and self._mode(path / name) == FOLDER):
                    yield path / name

    def names(self, folder: Path) -> Collection[str]:
        """Return the names in a folder; none if the path is not a folder."""
        found = self._find(folder)
        return self._objects.folder(found.entry.oid) if found and found.entry.mode == FOLDER else ()

    def has(self, folder: Path, name: str) -> bool:
        """Return whether a folder has an entry of that name; ``.``, ``..`` and an empty name are its own."""
        names = self.names(folder)
        return name in names or (bool(names) and name in {"", ".", ".."})

    def _mode(self, path: Path) -> str | None:
        """Return the mode of the entry that a path leads to; ``None`` if there is none."""
        found = self._find(path)
        return found.entry.mode if found else None

    def _find(self, path: Path) -> _Found | None:
        """Follow a path and the links on it.

        Returns:
            The entry; ``None`` if it does not exist or is outside of the repository. For a path below a submodule, the
            submodule.
        """
        found = [self._top]
        remaining = self.git_path(path).split("/")[::-1]
        links = 0
        while remaining:
            part = remaining.pop()
            folder = found[-1]
            if part in {"", "."}:
                continue
            if part == "..":
                found.pop()
                if not found:
                    return None
                continue
            entry = self._objects.folder(folder.entry.oid).get(part) if folder.entry.mode == FOLDER else None
            if entry is None:
                return folder if folder.entry.mode == SUBMODULE else None
            if entry.mode != LINK:
                found.append(_Found(posixpath.join(folder.path, part), entry))
                continue
            links += 1
            target = os.fsdecode(self._objects.read(entry.oid, MOST_BYTES) or b"")
            if links > _MOST_LINKS or not target:
                return None
            if target.startswith("/"):
                if not Path(target).is_relative_to(self._git.top):
                    return None
                found, target = [self._top], os.path.relpath(target, self._git.top)
            remaining += target.split("/")[::-1]
        return found[-1]
