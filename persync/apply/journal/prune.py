"""Removes old journals."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from persync.apply.journal.listing import RunStatus, list_runs
from persync.errors import JournalRefused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from persync.apply.journal.listing import ListedRun

_log = logging.getLogger("persync.apply")


def prunable(runs: Sequence[ListedRun], environment: str, keep: int) -> list[ListedRun]:
    """Return the runs whose journals are of no use any more, the oldest first.

    A run that was killed is kept until one that finished came after it: it may have left a persister stopped.

    Args:
        runs: the newest first.
        environment: only its runs are returned.
        keep: how many of them to keep at least.
    """
    of_it = [run for run in runs if run.head.environment == environment]
    found: list[ListedRun] = []
    has_finished = False
    for index, run in enumerate(of_it):
        in_use = run.status is RunStatus.RUNNING or (run.status is RunStatus.KILLED and not has_finished)
        if index >= keep and not in_use:
            found.append(run)
        has_finished = has_finished or run.status is RunStatus.FINISHED
    return found[::-1]


def prune(folder: Path, environment: str, keep: int) -> None:
    """Remove the oldest journals of an environment; one that cannot be removed is reported and stays."""
    try:
        runs, _ = list_runs(folder)
        for run in prunable(runs, environment, keep):
            run.path.unlink(missing_ok=True)
    except (OSError, JournalRefused) as error:
        _log.warning("old journals in %s cannot be removed: %s", folder, error)
