"""``persync apply``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from persync.cli.log.options import events_option
from persync.cli.metrics.options import measured, metrics_option
from persync.cli.options import config_options, parallelism_option, selection_options, strict_option, timeout_option
from persync.cli.report_options import Report, expand_option, limit_option, report_option
from persync.cli.review.options import safety_options
from persync.cli.rollout.options import rollout_options
from persync.cli.runs.options import journal_options

if TYPE_CHECKING:
    from pathlib import Path

    from persync.cli.metrics.measurement import Measurement


@click.command("apply")
@selection_options
@click.option("--auto-approve", is_flag=True, help="Do not ask. A saved plan is applied without asking.")
@click.option("--keep-going", is_flag=True, help="Go on with others after a failure, and without the blocked ones.")
@click.option("--no-lock", is_flag=True, help="Do not keep a second apply out: for a folder that cannot be written.")
@metrics_option
@click.option(
    "--rollback-on-failure",
    "on_failure",
    type=click.Choice(["failed", "all"]),
    is_flag=False,
    flag_value="failed",
    metavar="[=all]",
    help="Bring a persister that failed back to what it was before the run, at once; with =all, everything that the"
    " run has changed.",
)
@journal_options
@safety_options
@rollout_options
@strict_option
@report_option()
@events_option
@limit_option
@expand_option
@parallelism_option
@timeout_option
@config_options
@click.pass_context
@measured
def command(
    ctx: click.Context,
    /,
    selectors: tuple[str, ...],
    excluded: tuple[str, ...],
    auto_approve: bool,
    keep_going: bool,
    no_lock: bool,
    metrics: Measurement,
    on_failure: str | None,
    journal: Path | None,
    no_journal: bool,
    strict: bool,
    reports: tuple[Report, ...],
    limit: str,
    expand: bool,
    parallelism: int | None,
    timeout: float,
    folder: Path | None,
    environment: str | None,
    **limits: Any,
) -> None:
    """Make the live system what the files configure: plan, ask, then STOP, PUT, START, wait, and verify.

    SELECTOR is a shell pattern over project/event-type, such as 'webtracking/*'; without one, all persisters. The
    name of a file is a plan that 'persync plan --out' saved: only that is applied. A persister that has changed
    since, in its file or live, is a conflict: it is not written. The others are; 'persync verify' tells before.

    A plan that exceeds a limit of safety in persync.yaml is refused before anything is written; --max-changes and the
    like allow it once.

    Exit codes: 0 everything is in sync; 1 an error, or something is blocked; 130 interrupted.
    """
    from persync.apply.rollback.at_once import Scope
    from persync.cli.applying import Request, run_apply

    ctx.exit(
        run_apply(
            Request(
                selectors=selectors,
                excluded=excluded,
                auto_approve=auto_approve,
                keep_going=keep_going,
                reports=reports,
                limit=limit,
                strict=strict,
                expand=expand,
                parallelism=parallelism,
                timeout=timeout,
                no_lock=no_lock,
                on_failure=Scope(on_failure) if on_failure else None,
                journal=journal,
                no_journal=no_journal,
                folder=folder,
                environment=environment,
                limits=limits,
                metrics=metrics,
            )
        )
    )
