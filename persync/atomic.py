"""Replacing a file as a whole: whoever reads it meanwhile, or after a crash, finds the old bytes or the new ones."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from persync.errors import PersyncError

_PRIVATE = 0o600


def led_to(path: Path) -> Path:
    """Return the path without links, as far as they lead somewhere."""
    return Path(os.path.realpath(path))  # pathlib's own raises RuntimeError where links lead in a circle


def write_in_one_piece(path: Path, text: str, *, private: bool = False) -> None:
    """Write a file beside its place and put it there, so that nobody ever sees a half of it.

    Args:
        path: where it goes; a file that is there is replaced, a pipe or a device written to.
        text: what it holds.
        private: only its owner may read it.

    Raises:
        PersyncError: it cannot be written; what was there before is as it was.
    """
    try:
        write(path, text.encode(), _PRIVATE if private else None)
    except OSError as error:
        raise _unwritable(path, error.strerror or "it cannot be opened") from error


def check_writable(path: Path) -> None:
    """Make sure, as far as one can without writing, that a file can be written when the time comes.

    Raises:
        PersyncError: it is a folder, or its own folder is missing or may not be written to.
    """
    if is_stream(path):
        return
    folder = led_to(path).parent
    if path.is_dir():
        raise _unwritable(path, "it is a folder")
    if not folder.is_dir():
        raise _unwritable(path, f"there is no folder {path.parent}")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _unwritable(path, f"this user may not write to {folder}")


def _unwritable(path: Path, reason: str) -> PersyncError:
    return PersyncError(f"{path} cannot be written: {reason}", hint="check the folder and its permissions")


def replace(path: Path, data: bytes) -> None:
    """Replace what is in a file; its mode stays. Of a link, the file that it leads to is replaced.

    Raises:
        OSError: the file, or its folder, cannot be written; it holds what it held.
    """
    target = led_to(path)
    with target.open("r+b") as before:  # where nobody may write, a replacement would get around that
        mode = stat.S_IMODE(os.fstat(before.fileno()).st_mode)
    put(target, data, mode)


def write(path: Path, data: bytes, mode: int | None = None) -> None:
    """Write a file in one piece, whether there is one already or not; of a link, the file that it leads to.

    What is no file cannot be replaced, and is written to: a pipe, ``/dev/null``, ``/dev/stdout``, ``>(command)``.

    Args:
        path: where it goes.
        data: what it holds.
        mode: who may do what with it; if ``None``, what is usual for a new file, and an old one keeps its own.

    Raises:
        OSError: it cannot be written; a file that was there is as it was.
    """
    if is_stream(path):
        with path.open("ab") as stream:
            stream.write(data)
        return
    target = led_to(path)
    put(target, data, mode if mode is not None else _mode_of(target))


def is_stream(path: Path) -> bool:
    """Return whether a path leads to something that takes bytes and is no file that could be replaced.

    Under ``/dev`` and ``/proc`` even a file is somebody's open one: shells hand out ``/dev/fd/63``.
    """
    return (path.exists() and not path.is_file() and not path.is_dir()) or str(path.absolute()).startswith(
        ("/dev/", "/proc/")
    )


def _mode_of(target: Path) -> int:
    if target.is_file():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)  # it can only be read by setting it
    os.umask(mask)
    return 0o666 & ~mask


def put(target: Path, data: bytes, mode: int) -> None:
    """Put a file in its place, whether there is one already or not.

    Args:
        target: where it goes.
        data: what it holds.
        mode: who may do what with it.

    Raises:
        OSError: its folder cannot be written; what was there is as it was.
    """
    # beside the file, because only within a file system is a move atomic; hidden, so that no command reads it
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name[:64]}.", suffix=".tmp", dir=target.parent)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - there is no path to open: it is open
            os.fchmod(descriptor, mode)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        os.replace(temporary, target)  # noqa: PTH105 - mkstemp gives a text
    except BaseException:
        os.unlink(temporary)  # noqa: PTH108 - as above
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name last: the file itself is on the disk already."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
