"""``persync apply``."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from persync.apply.applier import Applier
from persync.apply.rollout import refused, roll_out
from persync.cli.options import config_options, parallelism_option, selection_options
from persync.cli.planning import check_saved, make_plan, planner_of
from persync.cli.reports import Report, ReportWriter, limit_option, report_option
from persync.cli.session import Session
from persync.cli.signals import signals
from persync.cli.terminal import color_of, say, show
from persync.errors import ApplyError, Interrupted
from persync.plan.store import load_plan
from persync.report.formats.text import plan_text
from persync.report.printable import printable

if TYPE_CHECKING:
    from persync.model import PersisterId
    from persync.plan.plan import Plan


@click.command("apply")
@selection_options
@click.option("--auto-approve", is_flag=True, help="Do not ask. A saved plan is never asked about.")
@click.option("--keep-going", is_flag=True, help="Go on with others after a failure, and without the blocked ones.")
@report_option()
@limit_option
@parallelism_option
@config_options
@click.pass_context
def command(
    ctx: click.Context,
    selectors: tuple[str, ...],
    excluded: tuple[str, ...],
    auto_approve: bool,
    keep_going: bool,
    reports: tuple[Report, ...],
    limit: str,
    parallelism: int | None,
    folder: Path | None,
    environment: str | None,
) -> None:
    """Make the live system what the files say: plan, ask, then STOP, PUT, START, wait, and look again.

    SELECTOR is a shell pattern over project/event-type, such as 'webtracking/*'; without one, all persisters. The
    name of a file is a plan that 'persync plan --out' saved: just that is applied, and only where neither the files
    nor the live system have changed since.

    Exit codes: 0 everything is as the files say; 1 an error, or something is blocked; 130 interrupted.
    """
    saved = load_plan(Path(selectors[0])) if len(selectors) == 1 and Path(selectors[0]).is_file() else None
    if saved and excluded:
        raise click.UsageError("a saved plan is applied as it is: --exclude belongs to 'persync plan --out'")
    if not (auto_approve or saved or sys.stdin.isatty()):
        raise click.UsageError("there is no terminal to ask on: give --auto-approve, or a plan that was saved")
    writer = ReportWriter(reports, limit)
    session = Session.open(folder, environment or (saved.environment if saved else None))
    desired = session.persisters(() if saved else selectors, excluded)
    at_a_time = session.parallelism(parallelism)
    if saved:
        check_saved(saved, session)
    with signals() as received, session.client(at_a_time, received.wish.immediately) as client:
        plan = saved or make_plan(session, client, desired, at_a_time)
        # where stdout is for a machine, the plan is talk
        (show if writer.text_on_stdout else say)(plan_text(plan, color=writer.text_on_stdout and color_of(sys.stdout)))
        if plan.blocked and not keep_going:
            writer.result(refused(plan), plan, told=True)
            raise ApplyError(
                f"{len(plan.blocked)} blocked, so nothing was changed",
                hint="mend it, leave it out with --exclude, or apply the others with --keep-going",
            )
        if plan.to_do and not (auto_approve or saved):
            _ask(plan)
        narrator = _Narrator()
        with received.while_writing() as wish:
            result = roll_out(
                plan,
                desired,
                Applier(planner_of(session, client), session.environment.timeouts, wish, narrator),
                parallelism=at_a_time,
                keep_going=keep_going,
                ended=lambda one: narrator(one.plan.id, one.outcome),
            )
    told = not plan.to_do
    if writer.text_on_stdout and not told:
        show("\n")
    writer.result(result, plan, told=told)
    if result.interrupted and not result.succeeded:
        ctx.exit(Interrupted.exit_code)
    if not result.succeeded:
        ctx.exit(1)


class _Narrator:
    """Tells each step and each end on stderr, with the seconds since the beginning."""

    def __init__(self) -> None:
        self._begin = time.monotonic()

    def __call__(self, persister: PersisterId, what: str) -> None:
        say(printable(f"[{time.monotonic() - self._begin:5.1f} s] {persister}: {what}"))


def _ask(plan: Plan) -> None:
    answer = click.prompt(
        f"\nApply this to environment {plan.environment}? Only 'yes' does", default="", show_default=False, err=True
    )
    if answer != "yes":
        raise ApplyError("not applied; nothing was changed")
