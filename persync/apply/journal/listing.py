"""Which journals there are, and what became of their runs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from persync.apply.journal.files import SUFFIX, is_open
from persync.apply.journal.lines import RunOutcome
from persync.apply.journal.read import last_line, read_run
from persync.errors import JournalRefused

if TYPE_CHECKING:
    from pathlib import Path

    from persync.apply.journal.lines import End, Head

_TAIL = 64 * 1024  # bytes: the last line is far shorter


class RunStatus(StrEnum):
    """What became of a run."""

    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    KILLED = "killed"
    """It ended without a last line: its process was killed, or its machine."""
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A run, as its first and last line have it.

    Attributes:
        path: of the journal.
        head: the first line.
        status: what became of it.
        end: the last line; ``None`` if it is under way or was killed.
    """

    path: Path
    head: Head
    status: RunStatus
    end: End | None

    @property
    def changed_nothing(self) -> bool:
        """Whether all persisters were in sync already; a run without an end may have changed something."""
        if self.end is None or self.end.outcome is not RunOutcome.FINISHED:
            return False
        return self.end.summary.done == self.end.summary.already


def listed_run(path: Path) -> ListedRun:
    """Return what became of the run of a journal.

    Raises:
        JournalRefused: it is not a journal, or cannot be read.
    """
    try:
        under_way = is_open(path)  # before it is read: a run that ends meanwhile has its end
        with path.open("rb") as file:
            head = read_run(file.readline(), str(path)).head
            file.seek(max(file.seek(0, 2) - _TAIL, 0))
            end = last_line(file.read())
    except OSError as error:
        raise JournalRefused(f"{path} cannot be read: {error.strerror}", hint="check its permissions") from error
    if end:
        return ListedRun(path, head, RunStatus(end.outcome.value), end)
    return ListedRun(path, head, RunStatus.RUNNING if under_way else RunStatus.KILLED, None)


def list_runs(folder: Path) -> tuple[list[ListedRun], list[JournalRefused]]:
    """Return the runs of a folder, the newest first, and why files in it are none of them.

    Raises:
        JournalRefused: the folder cannot be read.
    """
    try:
        paths = sorted(folder.glob(f"*{SUFFIX}")) if folder.exists() else []
    except OSError as error:
        raise JournalRefused(f"{folder} cannot be read: {error.strerror}", hint="check its permissions") from error
    runs: list[ListedRun] = []
    refused: list[JournalRefused] = []
    for path in paths:
        try:
            if path.lstat().st_size == 0:
                continue  # its process has sent nothing yet: it begins, or was killed before its first line
            runs.append(listed_run(path))
        except OSError as error:
            refused.append(JournalRefused(f"{path} cannot be read: {error.strerror}", hint="check its permissions"))
        except JournalRefused as error:
            refused.append(error)
    # the identities of runs that began in the same second have no order
    return sorted(runs, key=lambda run: (run.head.time, run.head.run), reverse=True), refused
