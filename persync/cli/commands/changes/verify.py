"""``persync verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.cli.commands.shared import saved_plan_argument
from persync.cli.options import request_options

if TYPE_CHECKING:
    from pathlib import Path

    from persync.plan.plan import PersisterPlan


@click.command("verify")
@saved_plan_argument
@request_options
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    parallelism: int | None,
    timeout: float,
    folder: Path | None,
    environment: str | None,
) -> None:
    """Check whether a saved plan is stale.

    It is where the files or the live system have changed since it was saved.

    Example:
      persync verify plan.persync && persync apply plan.persync

    Exit codes: 0 it is valid, or applied already; 1 it is stale, or another error.
    """
    from persync.cli.planning import check_saved, planner_of
    from persync.cli.progress import ReadProgress
    from persync.cli.runs.rollback import rollback_of, run_of
    from persync.cli.session import Session
    from persync.cli.signals import signals
    from persync.cli.terminal import show
    from persync.concurrency import in_parallel
    from persync.plan.events import PersisterRead
    from persync.plan.stale import staleness
    from persync.plan.store import load_plan
    from persync.report.printable import printable

    saved = load_plan(file)
    planned_ids = frozenset(planned.id for planned in saved.persisters)
    session = Session.open(folder, environment or saved.environment, chosen=planned_ids.__contains__)
    check_saved(saved, session)
    run = run_of(session, saved, None)
    files = session.persisters()
    at_a_time = session.parallelism(parallelism)
    with (
        signals() as received,
        session.client(at_a_time, received.interruption.immediately, timeout=timeout) as client,
        ReadProgress(len(saved.to_do), client.throttling) as progress,
    ):
        planner = planner_of(session, client)
        side = rollback_of(session, client, run, at_a_time).images if run else files
        desired = {persister.id: persister for persister in side}

        def check(planned: PersisterPlan) -> str:
            text = staleness(planner, desired.get(planned.id), planned)
            progress(PersisterRead(planned.id))
            return text

        stale = list(in_parallel(check, saved.to_do, at_a_time))
    for planned, text in zip(saved.to_do, stale, strict=True):
        if text:
            show(printable(f"{planned.name}: {text}") + "\n")
    invalid = sum(map(bool, stale))
    show(f"Verify: {len(stale) - invalid} valid, {invalid} not valid, {len(saved.blocked)} blocked.\n")
    if invalid or saved.blocked:
        ctx.exit(1)
