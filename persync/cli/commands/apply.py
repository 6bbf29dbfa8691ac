"""``persync apply``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from persync.apply.persister import Applier
from persync.apply.rollout import refused, roll_out
from persync.cli.options import config_options, parallelism_option, selection_options
from persync.cli.planning import check_saved, make_plan, planner_of
from persync.cli.progress import ApplyLog
from persync.cli.reports import Report, ReportWriter, limit_option, report_option
from persync.cli.session import Session
from persync.cli.signals import signals
from persync.cli.terminal import color_of, say, show
from persync.errors import ApplyError, Interrupted
from persync.plan.store import load_plan
from persync.report.formats.text import plan_text

if TYPE_CHECKING:
    from persync.apply.wait import Interruption
    from persync.harvester.client import Harvester
    from persync.plan.plan import Plan
    from persync.plan.result import Result


@click.command("apply")
@selection_options
@click.option("--auto-approve", is_flag=True, help="Do not ask. A saved plan is applied without asking.")
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
    """Make the live system what the files configure: plan, ask, then STOP, PUT, START, wait, and verify.

    SELECTOR is a shell pattern over project/event-type, such as 'webtracking/*'; without one, all persisters. The
    name of a file is a plan that 'persync plan --out' saved: only that is applied, and only where neither the files
    nor the live system have changed since.

    Exit codes: 0 everything is in sync; 1 an error, or something is blocked; 130 interrupted.
    """
    saved = _saved_plan(selectors, excluded)
    if not (auto_approve or saved or sys.stdin.isatty()):
        raise click.UsageError("stdin is not a terminal: give --auto-approve or a saved plan")
    writer = ReportWriter(reports, limit)
    session = Session.open(folder, environment or (saved.environment if saved else None))
    desired = session.persisters(() if saved else selectors, excluded)
    at_a_time = session.parallelism(parallelism)
    if saved:
        check_saved(saved, session)
    with signals() as received, session.client(at_a_time, received.interruption.immediately) as client:
        plan = saved or make_plan(session, client, desired, at_a_time)
        # where stdout is for a program, the plan is a message
        (show if writer.text_on_stdout else say)(plan_text(plan, color=writer.text_on_stdout and color_of(sys.stdout)))
        if plan.blocked and not keep_going:
            writer.result(refused(plan), plan, shown=True)
            raise ApplyError(
                f"{len(plan.blocked)} blocked, so nothing was changed",
                hint="fix it, skip it with --exclude, or apply the others with --keep-going",
            )
        if plan.to_do and not (auto_approve or saved):
            _ask(plan)
        with received.while_writing() as interruption:
            applier = _applier(session, client, interruption)
            result = roll_out(plan, desired, applier, parallelism=at_a_time, keep_going=keep_going)
    if plan.to_do and writer.text_on_stdout:
        show("\n")
    writer.result(result, plan, shown=not plan.to_do)
    ctx.exit(_exit_code(result))


def _saved_plan(selectors: tuple[str, ...], excluded: tuple[str, ...]) -> Plan | None:
    """Return the saved plan if a file is named in place of selectors."""
    if len(selectors) != 1 or not Path(selectors[0]).is_file():
        return None
    if excluded:
        raise click.UsageError("a saved plan is applied as a whole: --exclude belongs to 'persync plan --out'")
    return load_plan(Path(selectors[0]))


def _applier(session: Session, client: Harvester, interruption: Interruption) -> Applier:
    return Applier(planner_of(session, client), session.environment.timeouts, interruption, ApplyLog())


def _ask(plan: Plan) -> None:
    say(f"\nApply this to environment {plan.environment}? Only 'yes' will be accepted to approve.")
    if click.prompt("Enter a value", default="", show_default=False, err=True) != "yes":
        raise ApplyError("not approved; nothing was changed")


def _exit_code(result: Result) -> int:
    if result.succeeded:
        return 0
    return Interrupted.exit_code if result.interrupted else 1
