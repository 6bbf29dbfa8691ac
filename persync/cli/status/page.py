"""The page of ``persync status --report html``: what the table shows, with what differs and the last runs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from persync.apply.journal.last import last_runs
from persync.cli.errors import warn
from persync.cli.planning import planner_of
from persync.cli.progress import ReadProgress
from persync.config.git.cli import commit_of
from persync.config.journal import journal_folder
from persync.report.pages.status import LastRun, StatusPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.cli.status.looking import Looks
    from persync.model import Persister
    from persync.plan.plan import Plan
    from persync.plan.status import Status


def page_of(looks: Looks, persisters: Sequence[Persister], rows: Sequence[Status]) -> str:
    """Compare the configurations, find the last runs, and return the page.

    Args:
        looks: how the persisters were read.
        persisters: of the files.
        rows: their run states.

    Raises:
        HarvesterError: the API cannot be used.
        JournalRefused: the folder of the journals cannot be read.
    """
    now, session = time.time(), looks.session
    folder = journal_folder(session.settings)
    environment = session.environment
    ids = [row.id for row in rows]
    found, refused = last_runs(folder, environment.name, environment.url, ids, environment.projects)
    for error in refused:
        warn(f"{error.span}: {error.message}" if error.span else error.message)
    last = {
        id_: LastRun(
            run.head.run,
            run.head.time,
            run.head.user,
            run.end.outcome if run.end else None,
            run.end.problem if run.end else f"the run is {run.status}",
        )
        for id_, run in found.items()
    }
    plan = _compared(looks, persisters)
    return StatusPage(plan, rows, last, session.settings.shown(folder), len(refused), now).html()


def _compared(looks: Looks, persisters: Sequence[Persister]) -> Plan:
    session, client = looks.session, looks.client.within(looks.timeout)
    with ReadProgress(len(persisters), client.throttling) as progress:
        plan = planner_of(session, client).plan_all(
            persisters,
            environment=session.environment.name,
            parallelism=looks.parallelism,
            observer=progress,  # the others know the persisters already
        )[0]
    patterns = session.settings.patterns(session.environment.name)
    return plan.model_copy(update={"commit": commit_of(session.settings.root, patterns)})
