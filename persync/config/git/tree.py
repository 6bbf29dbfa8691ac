"""The files of a commit, read from git's objects: the same answers as from the working tree, were it checked out."""

from __future__ import annotations

import os
import posixpath
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from persync.config.files import SUFFIXES, WORKING_TREE, Unreadable
from persync.config.git.cli import MAGIC, Entry, Git, Objects
from persync.config.yaml.reader import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDER, _LINK, _SUBMODULE = "40000", "120000", "160000"
_MOST_LINKS = 40


class _Found(NamedTuple):
    """Something in a revision, and its path without links, seen from the top."""

    entry: Entry
    place: str


class GitTree:
    """The files of a commit. What lies outside of the git repository is read where it is: no revision changes it."""

    def __init__(self, git: Git, objects: Objects, commit: str) -> None:
        self._git = git
        self._objects = objects
        self._root = Entry(_FOLDER, commit + "^{tree}")
        self._folder = os.path.abspath(git.folder)  # noqa: PTH100 - links stay as they were typed

    def place(self, path: Path) -> str:
        """Return a path as seen from the top of the repository; ``..`` leads out of it."""
        relative = os.path.relpath(os.path.abspath(path), self._folder)  # noqa: PTH100 - as above
        return posixpath.normpath(posixpath.join(self._git.prefix, relative))

    def read(self, path: Path) -> bytes | Unreadable:
        """Return the bytes of a file, at most one more than a file may have."""
        found = self._find(self.place(path))
        if isinstance(found, Path):
            return WORKING_TREE.read(found)
        if found is None:
            return Unreadable("No such file or directory")
        if found.entry.mode == _SUBMODULE:
            return Unreadable("it is a submodule, whose files are not in this repository")
        if found.entry.mode == _FOLDER:
            return Unreadable("it is not a regular file")
        content = self._objects.read(found.entry.oid, MOST_BYTES + 1)
        return Unreadable("git does not have it in this clone") if content is None else content

    def resolve(self, path: Path) -> Path:
        """Return the path without links."""
        found = self._find(self.place(path))
        if isinstance(found, Path):
            return WORKING_TREE.resolve(found)
        return Path(self._git.top, found.place) if found else path

    def yaml_files(self, root: Path, pattern: str) -> list[Path] | None:
        """Return the files that an entry of ``persisters`` or ``overlays`` stands for, sorted."""
        if self.place(root / MAGIC.split(pattern, maxsplit=1)[0]).split("/")[0] == "..":
            return WORKING_TREE.yaml_files(root, pattern)
        if self._look(root / pattern):
            return sorted(self._below(root / pattern))
        if os.path.isabs(pattern):  # noqa: PTH117 - the pattern is no path
            pattern = os.path.relpath(pattern, root)
        parts = pattern.split("/")
        below = set(parts) <= {"**", ""}  # ``**/`` means the folders below, not this one
        matches = [match for match in self._matches(root, parts) if not (below and match == root)]
        return sorted({file for match in matches for file in self._below(match)}) if matches else None

    def _matches(self, folder: Path, parts: list[str]) -> Iterator[Path]:
        """Yield what a glob stands for, as the ``glob`` module does."""
        found = self._look(folder)
        if not parts:
            yield folder
        elif found and found.mode == _FOLDER:
            yield from self._matches_in(folder, parts[0], parts[1:])

    def _matches_in(self, folder: Path, part: str, rest: list[str]) -> Iterator[Path]:
        if part == "**":
            yield from self._matches(folder, rest)
            for name, entry in self._entries(folder):
                if not name.startswith(".") and entry.mode == _FOLDER:
                    yield from self._matches(folder / name, [part, *rest])
                elif not name.startswith(".") and not rest:
                    yield folder / name
        elif MAGIC.search(part):
            for name, _ in self._entries(folder):
                if fnmatchcase(name, part) and (part.startswith(".") or not name.startswith(".")):
                    yield from self._matches(folder / name, rest)
        elif self._look(folder / part):
            yield from self._matches(folder / part, rest)

    def _below(self, path: Path) -> Iterator[Path]:
        found = self._look(path)
        if found is None or found.mode != _FOLDER:
            yield path
            return
        for name, entry in self._entries(path):
            if name.startswith("."):
                continue
            if entry.mode in {_FOLDER, _SUBMODULE}:
                yield from self._below(path / name)
            elif name.endswith(SUFFIXES) and not self._is_folder(path / name, entry):
                yield path / name

    def _is_folder(self, path: Path, entry: Entry) -> bool:
        found = self._look(path) if entry.mode == _LINK else None
        return found is not None and found.mode == _FOLDER

    def _entries(self, path: Path) -> list[tuple[str, Entry]]:
        found = self._look(path)
        return list(self._objects.folder(found.oid).items()) if found else []

    def _look(self, path: Path) -> Entry | None:
        found = self._find(self.place(path))
        return found.entry if isinstance(found, _Found) else None

    def _find(self, place: str) -> _Found | Path | None:
        """Return what stands at a path, links followed; a ``Path`` if that is outside of the repository."""
        ahead = place.split("/")[::-1]
        way: list[tuple[str, Entry]] = []
        links = 0
        while ahead:
            part = ahead.pop()
            here = way[-1][1] if way else self._root
            if part in {"", "."}:
                continue
            if part == "..":
                if not way:
                    return Path(self._git.top, "..", *reversed(ahead))
                way.pop()
                continue
            entry = self._objects.folder(here.oid).get(part) if here.mode == _FOLDER else None
            if entry is None:
                return _Found(here, _joined(way)) if here.mode == _SUBMODULE else None
            if entry.mode != _LINK:
                way.append((part, entry))
                continue
            links += 1
            target = os.fsdecode(self._objects.read(entry.oid, MOST_BYTES) or b"")
            if links > _MOST_LINKS or not target:
                return None
            if target.startswith("/"):
                return Path(target, *reversed(ahead))
            ahead += target.split("/")[::-1]
        return _Found(way[-1][1] if way else self._root, _joined(way))


def _joined(way: list[tuple[str, Entry]]) -> str:
    return "/".join(name for name, _ in way)
