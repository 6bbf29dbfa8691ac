"""Atomic writes: a reader, or a crash, at any moment finds the old content of a file or the new one."""

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
    """Write a text file atomically.

    Args:
        path: of the file; an existing one is replaced, a pipe or a device is written to.
        text: its content.
        private: only its owner may read it.

    Raises:
        PersyncError: it cannot be written; an existing file is unchanged.
    """
    try:
        write(path, text.encode(), _PRIVATE if private else None)
    except OSError as error:
        raise _unwritable(path, error.strerror or "it cannot be opened") from error


def check_writable(path: Path) -> None:
    """Check, as far as possible without writing, that a file can be written later.

    Raises:
        PersyncError: it is a folder, or its own folder is missing or not writable.
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
    """Replace the content of a file and keep its mode. Of a link, the target is replaced.

    Raises:
        OSError: the file, or its folder, cannot be written; it is unchanged.
    """
    target = led_to(path)
    with target.open("r+b") as before:  # a replacement must not get around missing write permission
        mode = stat.S_IMODE(os.fstat(before.fileno()).st_mode)
    _write(target, data, mode)


def write(path: Path, data: bytes, mode: int | None = None) -> None:
    """Write a file atomically, whether it exists or not; of a link, the target.

    What is not a regular file is written to directly: a pipe, ``/dev/null``, ``/dev/stdout``, ``>(command)``.

    Args:
        path: of the file.
        data: its content.
        mode: its mode; ``None`` for the usual mode of a new file and the present mode of an existing one.

    Raises:
        OSError: it cannot be written; an existing file is unchanged.
    """
    if is_stream(path):
        with path.open("ab") as stream:
            stream.write(data)
        return
    target = led_to(path)
    _write(target, data, mode if mode is not None else _mode_of(target))


def is_stream(path: Path) -> bool:
    """Return whether a path is written to directly because it is not a file that can be replaced.

    Files under ``/dev`` and ``/proc`` are open files of a process, such as the ``/dev/fd/63`` of a shell.
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


def _write(target: Path, data: bytes, mode: int) -> None:
    """Write beside the file, fsync, rename."""
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
    """Write the new name to the disk; the file itself is there already."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
