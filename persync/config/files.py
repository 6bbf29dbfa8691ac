"""The edge: finding and reading files. Everything else in this package works on what is read here."""

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
    """Where configuration files are read from: the working tree, or one of its revisions."""

    def read(self, path: Path) -> bytes | Unreadable:
        """Return the bytes of a file, at most one more than a file may have."""

    def yaml_files(self, root: Path, pattern: str) -> list[Path] | None:
        """Return the files that an entry of ``persisters`` or ``overlays`` stands for; see the function below."""

    def resolve(self, path: Path) -> Path:
        """Return the path without links, by which a file is known that is reached in two ways."""


def shown_from(folder: Path) -> Callable[[Path], str]:
    """Return how paths are shown to somebody who stands in ``folder``: relative below it, else absolute."""
    base = os.path.abspath(folder)  # noqa: PTH100 - pathlib's own would follow links, which nobody typed
    inside = base if base.endswith(os.sep) else base + os.sep

    def shown(path: Path) -> str:
        absolute = os.path.abspath(path)  # noqa: PTH100 - as above
        relative = absolute.removeprefix(inside)
        # a name that is no UTF-8 must not break whoever prints it
        return os.fsencode(relative).decode("utf-8", "replace")

    return shown


def read(path: Path) -> bytes | Unreadable:
    """Return the bytes of a file, at most one more than a file may have."""
    try:
        # a pipe or a device named *.yaml would keep us waiting for ever
        if not stat.S_ISREG(path.stat().st_mode):
            return Unreadable("it is not a regular file")
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as failure:
        return Unreadable(failure.strerror or "it cannot be opened")


def yaml_files(root: Path, pattern: str) -> list[Path] | None:
    """Return the files that an entry of ``persisters`` or ``overlays`` stands for, sorted.

    Args:
        root: the folder that ``pattern`` is relative to.
        pattern: a folder, where every ``*.yaml`` and ``*.yml`` below counts, a file, or a glob of these. What begins
            with a dot is left out.

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
    """The files as they lie in their folders."""

    def read(self, path: Path) -> bytes | Unreadable:
        """Return the bytes of a file, at most one more than a file may have."""
        return read(path)

    def yaml_files(self, root: Path, pattern: str) -> list[Path] | None:
        """Return the files that an entry of ``persisters`` or ``overlays`` stands for, sorted."""
        return yaml_files(root, pattern)

    def resolve(self, path: Path) -> Path:
        """Return the path without links."""
        return led_to(path)


WORKING_TREE = WorkingTree()
