"""The last run of each persister, as the journals have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.apply.journal.listing import list_runs
from persync.apply.journal.read import read_run
from persync.errors import JournalRefused

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from persync.apply.journal.lines import Head, PersisterEnd
    from persync.apply.journal.listing import RunStatus
    from persync.model import PersisterId
    from persync.projects import Projects


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run that was about a persister.

    Attributes:
        head: of its journal.
        status: what became of the run.
        end: the result of the persister; ``None`` if none is recorded.
    """

    head: Head
    status: RunStatus
    end: PersisterEnd | None


def last_runs(
    folder: Path, environment: str, url: str, persisters: Collection[PersisterId], projects: Projects
) -> tuple[dict[PersisterId, LastRun], list[JournalRefused]]:
    """Return the last run of each persister that a journal names, and why journals cannot be read.

    A run is of a live persister, whatever the files called it then.

    Args:
        folder: of the journals.
        environment: only runs of this environment count, …
        url: … at this address.
        persisters: which persisters; journals are read, the newest first, until each has its run.
        projects: their names in the installation.

    Raises:
        JournalRefused: the folder cannot be read.
    """
    runs, refused = list_runs(folder)
    found: dict[PersisterId, LastRun] = {}
    missing = {projects.live(persister): persister for persister in persisters}
    for run in runs:
        if not missing:
            break
        if (run.head.environment, run.head.url) != (environment, url):
            continue
        try:
            record = read_run(run.path.read_bytes(), str(run.path))
        except JournalRefused as error:
            refused.append(error)
            continue
        except OSError as error:
            refused.append(JournalRefused(f"{run.path} cannot be read: {error.strerror}", hint="check its permissions"))
            continue
        for live, name in record.live_ids().items():
            if persister := missing.pop(live, None):
                found[persister] = LastRun(run.head, run.status, record.ends.get(name))
    return found, refused
