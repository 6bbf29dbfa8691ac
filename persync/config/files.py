"""Finding and reading files.

Elsewhere in this package, git apart, only ``boundary.py`` asks where links lead; no other module opens a file.
"""

from __future__ import annotations

import errno
import logging
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from persync.atomic import led_to
from persync.config.findings import Advice
from persync.config.globs import expand, split
from persync.config.yaml.reader import MOST_BYTES
from persync.errors import ConfigError, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from _typeshed import StrPath

    from persync.config.boundary import Boundary

FILE_NAME = "persync.yaml"
SUFFIXES = (".yaml", ".yml")
_log = logging.getLogger("persync.config")
_DENIED = {errno.EACCES, errno.EPERM}
_STAY_INSIDE = "keep the files of the configuration inside of its repository"
_NO_FOLDER = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG}


class Unreadable(NamedTuple):
    """Why a file cannot be read."""

    reason: str


class Omission(NamedTuple):
    """Something that an entry names and that is not read, and the finding about it."""

    path: Path
    advice: Advice


class Listing(NamedTuple):
    """What an entry of ``persisters`` or ``overlays`` names.

    Attributes:
        files: the files to read, sorted.
        omissions: what is not read although it is there.
        links: the links to folders, which are not followed.
        absent: the files that the checkout lacks although they are in the index of git.
        notes: what cannot be determined about the entry; nothing is known to be missing.
        removed: the files that are in the index of git, and were removed from the working tree.
    """

    files: list[Path]
    omissions: Sequence[Omission] = ()
    links: Sequence[Path] = ()
    absent: Sequence[Path] = ()
    notes: Sequence[Omission] = ()
    removed: Sequence[Path] = ()


class Source(Protocol):
    """Where configuration files are read from: the working tree, or a revision of it."""

    def read(self, path: Path) -> bytes | Unreadable:
        """Return the bytes of a file, at most one more than a file may have."""

    def yaml_files(self, root: Path, pattern: str) -> Listing | None:
        """Return the files of an entry of ``persisters`` or ``overlays``.

        Args:
            root: the folder that ``pattern`` is relative to.
            pattern: a folder, for every ``*.yaml`` and ``*.yml`` below it, a file, or a glob of these. Names that begin
                with a dot are skipped.

        Returns:
            ``None`` where nothing of that name exists.
        """

    def resolve(self, path: Path) -> Path:
        """Return the path without links: the same for all paths of a file."""


def shown_from(folder: Path) -> Callable[[Path], str]:
    """Return a function that shows paths to a user in ``folder``: relative below it, absolute elsewhere."""
    base = os.path.abspath(folder)  # noqa: PTH100 - pathlib's own would follow links, which the user did not type
    inside = base if base.endswith(os.sep) else base + os.sep

    def shown(path: Path) -> str:
        absolute = os.path.abspath(path)  # noqa: PTH100 - as above
        relative = absolute.removeprefix(inside)
        # a name that is not UTF-8 could not be printed
        return os.fsencode(relative).decode("utf-8", "replace")

    return shown


def read(path: Path) -> bytes | Unreadable:
    """Return the bytes of a file, at most one more than a file may have."""
    try:
        status = path.stat()
        # reading a pipe or a device named *.yaml may never end
        if not stat.S_ISREG(status.st_mode):
            return Unreadable("it is not a regular file")
        with path.open("rb") as file:
            content = file.read(min(status.st_size, MOST_BYTES) + 1)
            if len(content) > status.st_size:  # the file has grown, or its file system does not report sizes
                content += file.read(MOST_BYTES + 1 - len(content))
            return content
    except OSError as failure:
        if isinstance(failure, FileNotFoundError) and path.is_symlink():
            return Unreadable("the link leads nowhere")
        return Unreadable(failure.strerror or "it cannot be opened")


class _Walk:
    """A walk over folders that remembers what it could not read."""

    def __init__(self, resolve: Callable[[Path], Path], boundary: Boundary | None) -> None:
        self.resolve = resolve
        self._boundary = boundary
        self.omissions: dict[Path, Omission] = {}
        self._files: set[Path] = set()
        self._links: set[Path] = set()

    def listing(self) -> Listing:
        """Return what was found."""
        return Listing(
            sorted(self._files), [self.omissions[path] for path in sorted(self.omissions)], sorted(self._links)
        )

    def exists(self, path: Path) -> bool:
        """Return whether something is there; a folder on the way that cannot be searched is remembered."""
        return self._found(os.stat, path)

    def names(self, folder: Path) -> Collection[str]:
        """Return the names in a folder; none if it is no folder, is outside of the boundary, or cannot be read."""
        return [] if self._is_folder_outside(folder) else [entry.name for entry in self._entries(folder)]

    def has(self, folder: Path, name: str) -> bool:
        """Return whether a folder has an entry of that name; a folder outside of the boundary has none."""
        if self._is_folder_outside(folder):
            return False
        return self._found(os.lstat, os.path.join(folder, name))  # noqa: PTH118 - pathlib drops an empty name

    def _found(self, status: Callable[[StrPath], object], path: StrPath) -> bool:
        try:
            status(path)
        except OSError as failure:
            if failure.errno in _DENIED:
                self._omit(Path(path), _unreadable_folder(failure))
            return False
        return True

    def is_outside(self, path: Path) -> bool:
        """Return whether a path leads out of the boundary; then that is remembered."""
        if self._boundary is None or self._boundary.contains(resolved := self.resolve(path)):
            return False
        self._omit(path, _error("outside-repository", self._boundary.reason(resolved), _STAY_INSIDE))
        return True

    def _is_folder_outside(self, path: Path) -> bool:
        # of a file, which has no names, only one that a pattern matches matters
        return os.path.isdir(path) and self.is_outside(path)  # noqa: PTH112 - pathlib's own raises for a long name

    def add(self, path: Path) -> None:
        """Add the files below a folder; any other path is a file."""
        if self.is_outside(path):
            return
        if not os.path.isdir(path):  # noqa: PTH112 - as above
            self._files.add(path)
            return
        folders: list[Path] = [path]
        while folders:
            for entry in self._entries(folders.pop()):
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
                else:
                    self._add_file(Path(entry.path), is_link=entry.is_symlink())

    def _add_file(self, path: Path, *, is_link: bool) -> None:
        if is_link and os.path.isdir(path):  # noqa: PTH112 - as above
            self._links.add(path)
        elif path.name.endswith(SUFFIXES):
            self._files.add(path)
        elif path.name.lower().endswith(SUFFIXES):
            message = f"the file is not read, because its name does not end with {' or '.join(SUFFIXES)}"
            self._omit(path, _error("ignored-file", message, f"rename it to {path.stem}{path.suffix.lower()}"))
        elif is_link and not path.suffix and not os.path.exists(path):  # noqa: PTH110 - as above
            # perhaps to a folder; what has another ending is no matter of ours
            hint = "remove it, or restore what it leads to"
            self._omit(path, _error("broken-link", "the link leads nowhere", hint))

    def _entries(self, folder: Path) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                return list(entries)
        except OSError as failure:
            if failure.errno not in _NO_FOLDER:
                self._omit(folder, _unreadable_folder(failure))
            return []

    def _omit(self, path: Path, advice: Advice) -> None:
        self.omissions[path] = Omission(path, advice)


def _unreadable_folder(failure: OSError) -> Advice:
    message = f"the folder cannot be read: {failure.strerror}"
    return _error("unreadable-folder", message, "check its permissions and its owner")


def _error(rule: str, message: str, hint: str) -> Advice:
    return Advice(Severity.ERROR, rule, message, hint=hint)


class WorkingTree:
    """The files in their folders.

    Args:
        boundary: files outside of it are not read; ``None`` for no limit.
    """

    def __init__(self, boundary: Boundary | None) -> None:
        self._boundary = boundary
        self._folders: dict[str, str] = {}
        """The folders that have been resolved, and their paths without links."""
        self._named: set[str] = set()
        """The files that the log names."""

    def read(self, path: Path) -> bytes | Unreadable:
        """Return the bytes of a file, at most one more than a file may have."""
        if self._boundary and not self._boundary.contains(resolved := self.resolve(path)):
            return Unreadable(self._boundary.reason(resolved))
        if _log.isEnabledFor(logging.DEBUG) and (name := os.path.abspath(path)) not in self._named:  # noqa: PTH100 - above
            self._named.add(name)  # a file is read again to show a line of it
            _log.debug("read %s", path, extra={"verbose": True})
        return read(path)

    def yaml_files(self, root: Path, pattern: str) -> Listing | None:
        """Return the files of an entry of ``persisters`` or ``overlays``; see ``Source``."""
        found = _Walk(self.resolve, self._boundary)
        if found.is_outside(root / split(pattern)[0]):
            return found.listing()
        named = root / pattern
        matches = {named} if found.exists(named) else expand(found, root, pattern)
        for match in sorted(matches):
            found.add(match)
        return found.listing() if matches or found.omissions else None

    def names(self, folder: Path) -> Collection[str]:
        """Return the names in a folder; none if it is no folder, or cannot be read."""
        return _Walk(self.resolve, self._boundary).names(folder)

    def resolve(self, path: Path) -> Path:
        """Return the path without links."""
        if path.name == ".." or os.path.islink(path):  # noqa: PTH114 - pathlib's own raises where it may not look
            return led_to(path)
        folder, name = os.path.split(path)  # many times as fast as pathlib, and called for every file
        if folder not in self._folders:
            self._folders[folder] = os.path.realpath(folder)
        return Path(self._folders[folder], name)


def find_settings(start: Path) -> Path:
    """Return the persync.yaml of the folder ``start`` or of the nearest one above it.

    Raises:
        ConfigError: there is none, or a folder on the way cannot be searched.
    """
    misnamed = None
    for folder in (start, *start.absolute().parents):
        path = folder / FILE_NAME
        if _is_there(path):
            return path
        if misnamed is None and _is_there(other := path.with_suffix(".yml")):
            misnamed = other
    hint = "go to a configuration repository, name one with -C, or make one with 'persync init'"
    if misnamed:
        hint = f"rename {misnamed} to {FILE_NAME}"
    raise ConfigError(f"no {FILE_NAME} in {start} or any folder above it", hint=hint)


def _is_there(path: Path) -> bool:
    """Return whether there is something of that name: whatever it is, reading reports what is wrong with it."""
    try:
        path.lstat()
    except PermissionError as failure:
        raise ConfigError(f"{path} cannot be read: {failure.strerror}", hint="check its permissions") from failure
    except OSError:
        return False
    return True
