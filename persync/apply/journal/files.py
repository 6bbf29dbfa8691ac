"""The files of the journals: a folder with one for each run, which only its owner may read."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from persync.errors import PersyncError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from persync.run_id import RunId

SUFFIX = ".jsonl"
_NO_JOURNAL = "let this user write to that folder, name another one with --journal, or give --no-journal"


@contextmanager
def new_file(folder: Path, run: RunId) -> Iterator[tuple[int, Path]]:
    """Make the file of a run's journal, and provide its descriptor and path while the context lasts.

    It is locked meanwhile: so a reader knows that the run is not over.

    Raises:
        PersyncError: it cannot be made.
    """
    path = folder / f"{run}{SUFFIX}"
    try:
        _make(folder)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        _sync(folder)
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        with suppress(OSError):  # a file system without locks; the lock is for readers only
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield descriptor, path
    finally:
        os.close(descriptor)


def is_open(path: Path) -> bool:
    """Return whether a process still writes a journal.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
    return False


def unwritable(path: Path | str, error: OSError) -> PersyncError:
    """Return the error about a journal that cannot be written."""
    return PersyncError(f"the journal {path} cannot be written: {error.strerror}", hint=_NO_JOURNAL)


def _make(folder: Path) -> None:
    """Make a folder that only its owner may enter, and that git ignores; one that exists is left as it is."""
    if folder.is_dir():
        return
    for part in (*reversed(folder.parents), folder):
        with suppress(FileExistsError):
            part.mkdir(0o700)
    with suppress(FileExistsError):
        ignoring = os.open(folder / ".gitignore", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(ignoring, "w", encoding="ascii") as file:  # noqa: PTH123 - there is no path to open: it is open
            file.write("*\n")


def _sync(folder: Path) -> None:
    """Write the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
