"""Finding and reading files. No other module of this package touches the file system, git apart."""

from __future__ import annotations

import glob
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from persync.atomic import led_to
from persync.config.yaml.reader import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SUFFIXES = (".yaml", ".yml")


class Unreadable(NamedTuple):
    """Why a file cannot be read."""

    reason: str


class Source(Protocol):
    """Where configuration files are read from: the working tree, or a revision of it."""

    def read(self, path: Path) -> bytes | Unreadable:
        """Return the bytes of a file, at most one more than a file may have."""

    def yaml_files(self, root: Path, pattern: str) -> list[Path] | None:
        """Return the files of an entry of ``persisters`` or ``overlays``; see the function below."""

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
        return Unreadable(failure.strerror or "it cannot be opened")


def yaml_files(root: Path, pattern: str) -> list[Path] | None:
    """Return the files of an entry of ``persisters`` or ``overlays``, sorted.

    Args:
        root: the folder that ``pattern`` is relative to.
        pattern: a folder, for every ``*.yaml`` and ``*.yml`` below it, a file, or a glob of these. Names that begin
            with a dot are skipped.

    Returns:
        ``None`` where nothing of that name exists.
    """
    named = root / pattern
    if os.path.exists(named):  # noqa: PTH110 - pathlib's own raises for a name that is too long
        return sorted(_below(named))
    # the glob module, because pathlib refuses absolute patterns
    matches = glob.glob(pattern, root_dir=root, recursive=True)  # noqa: PTH207 - as above
    if not matches:
        return None
    return sorted({file for match in matches for file in _below(root / match)})


def _below(path: Path) -> Iterator[Path]:
    if not os.path.isdir(path):  # noqa: PTH112 - as above
        yield path
        return
    for folder, folders, files in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if name.endswith(SUFFIXES) and not name.startswith("."):
                yield Path(folder, name)


class WorkingTree:
    """The files in their folders."""

    def __init__(self) -> None:
        self._folders: dict[str, str] = {}
        """The folders that have been resolved, and their paths without links."""

    def read(self, path: Path) -> bytes | Unreadable:
        """Return the bytes of a file, at most one more than a file may have."""
        return read(path)

    def yaml_files(self, root: Path, pattern: str) -> list[Path] | None:
        """Return the files of an entry of ``persisters`` or ``overlays``, sorted."""
        return yaml_files(root, pattern)

    def resolve(self, path: Path) -> Path:
        """Return the path without links."""
        if path.name == ".." or path.is_symlink():
            return led_to(path)
        folder, name = os.path.split(path)  # many times as fast as pathlib, and called for every file
        if folder not in self._folders:
            self._folders[folder] = os.path.realpath(folder)
        return Path(self._folders[folder], name)


WORKING_TREE = WorkingTree()
