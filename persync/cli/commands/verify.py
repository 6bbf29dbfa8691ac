"""``persync verify``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from persync.cli.options import config_options, parallelism_option
from persync.cli.planning import check_saved, planner_of
from persync.cli.progress import Progress
from persync.cli.session import Session
from persync.cli.signals import signals
from persync.cli.terminal import show
from persync.concurrency import in_parallel
from persync.plan.stale import objection
from persync.plan.store import load_plan
from persync.report.printable import printable

if TYPE_CHECKING:
    from persync.plan.plan import PersisterPlan

SAVED_PLAN = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("verify")
@click.argument("file", type=SAVED_PLAN)
@parallelism_option
@config_options
@click.pass_context
def command(
    ctx: click.Context, file: Path, parallelism: int | None, folder: Path | None, environment: str | None
) -> None:
    """Say whether a saved plan is still valid: neither the files nor the live system have changed since.

    Exit codes: 0 it is valid, or done already; 1 it is not, or another error.
    """
    saved = load_plan(file)
    session = Session.open(folder, environment or saved.environment)
    check_saved(saved, session)
    wanted = {persister.id: persister for persister in session.persisters()}
    at_a_time = session.parallelism(parallelism)
    with (
        signals() as received,
        session.client(at_a_time, received.wish.immediately) as client,
        Progress("read", len(saved.to_do)) as progress,
    ):
        planner = planner_of(session, client)

        def check(planned: PersisterPlan) -> str:
            text = objection(planner, wanted.get(planned.id), planned)
            progress.tick()
            return text

        objections = list(in_parallel(check, saved.to_do, at_a_time))
    for planned, text in zip(saved.to_do, objections, strict=True):
        if text:
            show(printable(f"{planned.id}: {text}") + "\n")
    invalid = sum(map(bool, objections))
    show(f"Verify: {len(objections) - invalid} valid, {invalid} not valid, {len(saved.blocked)} blocked.\n")
    if invalid or saved.blocked:
        ctx.exit(1)
