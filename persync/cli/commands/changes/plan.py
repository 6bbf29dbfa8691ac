"""``persync plan``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from persync.cli.commands.shared import out_option, planning_options
from persync.cli.metrics.options import measured
from persync.cli.options import selection_options, strict_option

if TYPE_CHECKING:
    from pathlib import Path

    from persync.cli.metrics.measurement import Measurement
    from persync.cli.report_options import Report

_CHANGES = 2


@click.command("plan")
@selection_options
@click.option(
    "--base",
    metavar="REV",
    help="Label each difference, relative to the merge base with this revision of git, e.g. origin/main: this branch"
    " (its files change it), drift (live was changed outside of persync), pending (in the base, and not applied yet).",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 if there are changes.")
@click.option(
    "--unmanaged/--no-unmanaged",
    default=None,
    help="List the live persisters that no file describes, too. [default: those that 'managed' of the environment"
    " selects]",
)
@click.option(
    "--fail-on-unmanaged",
    is_flag=True,
    help="Exit with 1 if there are such persisters, or if a list of them cannot be read.",
)
@out_option
@strict_option
@planning_options
@click.pass_context
@measured
def command(
    ctx: click.Context,
    /,
    selectors: tuple[str, ...],
    excluded: tuple[str, ...],
    base: str | None,
    detailed_exitcode: bool,
    unmanaged: bool | None,
    fail_on_unmanaged: bool,
    out: Path | None,
    metrics: Measurement,
    strict: bool,
    reports: tuple[Report, ...],
    limit: str,
    expand: bool,
    parallelism: int | None,
    timeout: float,
    folder: Path | None,
    environment: str | None,
    **options: Any,
) -> None:
    """Show what differs from live, and what an apply would do.

    Changes nothing. Where the plan exceeds a limit of safety in persync.yaml, it says so, and apply refuses it.

    Examples:
      persync plan 'webtracking/*'
      persync plan --base origin/main -o markdown
      persync plan --out plan.persync

    Exit codes: 0 success; 1 an error, or something is blocked, or --fail-on-unmanaged fails; 2 with
    --detailed-exitcode: there are changes.
    """
    import shlex
    import sys
    import time

    from persync.cli.line.choice import choice
    from persync.cli.planning import make_plan
    from persync.cli.reports import ReportWriter
    from persync.cli.review.messages import warn_of
    from persync.cli.review.unmanaged import scope_of, unmanaged_of
    from persync.cli.rollout.planning import limits_of
    from persync.cli.session import Session
    from persync.cli.signals import signals
    from persync.cli.terminal import say_to_people
    from persync.report.waves.wording import duration

    began = time.monotonic()
    writer = ReportWriter(reports, limit, out, folder, expand=expand)
    session = Session.open(folder, environment, strict=strict, chosen=choice(selectors, excluded))
    metrics.of(session)
    scope = scope_of(session, selectors, excluded, unmanaged=unmanaged, fail=fail_on_unmanaged)
    desired = session.persisters(selectors, excluded, strict=not unmanaged)
    at_a_time = session.parallelism(parallelism)
    limits = limits_of(session, options, parallelism=parallelism)
    metrics.count_states(session, desired)
    with signals() as received, session.client(at_a_time, received.interruption.immediately, timeout=timeout) as client:
        selection = session.selection(desired, selectors, excluded)
        plan = make_plan(session, client, desired, at_a_time, limits, base, selection)
        if scope:
            plan = plan.model_copy(update={"unmanaged": unmanaged_of(session, client, scope, at_a_time)})
    metrics.plan(plan, desired)
    if not writer.text_on_stdout:
        warn_of(plan)  # the text has it already
    writer.plan(plan)
    if out and sys.stderr.isatty():
        say_to_people(f"saved to {out}: 'persync apply {shlex.quote(str(out))}' applies it")
    if sys.stderr.isatty():  # not in the report: the same plan is the same bytes
        say_to_people(f"planned in {duration(time.monotonic() - began)}")
    if plan.blocked or (fail_on_unmanaged and plan.unmanaged and not plan.unmanaged.is_clean):
        ctx.exit(1)
    if detailed_exitcode and plan.to_do:
        ctx.exit(_CHANGES)
