"""One apply at a time: a lock per environment, in the folder with persync.yaml.

The lock is the kernel's (flock) on an open file, so it ends with its process, however that dies. What the file holds is
for the message only; the file itself stays, because removing it would let two processes lock two files of one name.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from persync.errors import Locked, PersyncError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = ".persync"
_READS = 100
_PAUSE = 0.01  # s
_MOST_BYTES = 1024
_UNNAMED = "a process that has not written its name"


class _Holder(NamedTuple):
    """The process that holds a lock."""

    pid: int
    host: str
    since: str

    @property
    def is_gone(self) -> bool:
        """Whether it is a process of this host that has ended: the file is older than the lock."""
        if self.host != socket.gethostname():
            return False
        try:
            os.kill(self.pid, 0)
        except (ProcessLookupError, OverflowError):
            return True
        except PermissionError:  # it belongs to another user
            return False
        return False


@contextmanager
def locked(root: Path, environment: str) -> Iterator[None]:
    """Hold the lock of an environment while the context lasts.

    Args:
        root: the folder with persync.yaml. The lock is ``.persync/ENVIRONMENT.lock`` below it, mode 0600.
        environment: its name, as persync.yaml has it: letters, digits, ``_``, ``.`` and ``-``.

    Raises:
        Locked: another process holds it.
        PersyncError: the file cannot be written, or its file system has no locks.
    """
    path = root / FOLDER / f"{environment}.lock"
    try:
        descriptor = _opened(root, path.name)
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        _take(descriptor, path, environment)
        yield
    finally:
        os.close(descriptor)  # this frees the lock


def _opened(root: Path, name: str) -> int:
    """Open the file of the lock and make it where it is missing. No link is followed: it may be a branch's.

    Raises:
        OSError: it cannot be opened for writing, or is a link.
    """
    with suppress(FileExistsError):
        (root / FOLDER).mkdir(0o700)
    folder = os.open(root / FOLDER, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        with suppress(FileExistsError):
            ignoring = os.open(".gitignore", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder)
            with open(ignoring, "w", encoding="ascii") as file:  # noqa: PTH123 - there is no path to open: it is open
                file.write("*\n")
        return os.open(name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600, dir_fd=folder)
    finally:
        os.close(folder)


def _take(descriptor: int, path: Path, environment: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.fchmod(descriptor, 0o600)
        os.ftruncate(descriptor, 0)
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        os.pwrite(descriptor, json.dumps(_Holder(os.getpid(), socket.gethostname(), now)._asdict()).encode(), 0)
    except BlockingIOError:
        holder = _holder(descriptor)
        shown = f"process {holder.pid} on {holder.host}, since {holder.since}" if holder else _UNNAMED
        raise Locked(
            f"another apply of environment {environment} is under way in this folder: {shown}",
            hint=f"wait until it has finished; the lock {path} ends with that process, do not remove the file",
        ) from None
    except OSError as error:
        raise _unusable(path, error) from error


def _holder(descriptor: int) -> _Holder | None:
    """Return who holds the lock; the holder writes that just after it has taken it, so look a few times."""
    found = None
    for _ in range(_READS):
        with suppress(ValueError, TypeError):
            found = _Holder(**json.loads(os.pread(descriptor, _MOST_BYTES, 0)))
            if not found.is_gone:
                break
        time.sleep(_PAUSE)
    return found


def _unusable(path: Path, error: OSError) -> PersyncError:
    return PersyncError(
        f"{path} cannot be locked, which keeps two applies apart: {error.strerror}",
        hint="let this user write to that folder, or give --no-lock where no other apply can run",
    )
