"""The commands ``start``, ``stop`` and ``restart``, which differ in what they request.

Their module imports little, because every ``--help`` needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from persync.cli.completion.types import SELECTOR
from persync.cli.log.options import events_option
from persync.cli.metrics.options import measured, metrics_option
from persync.cli.options import config_options, parallelism_option, timeout_option
from persync.cli.report_options import Report, expand_option, limit_option, report_option
from persync.cli.review.options import safety_options
from persync.cli.rollout.options import rollout_options
from persync.cli.runs.options import journal_options

if TYPE_CHECKING:
    from pathlib import Path

    from persync.cli.metrics.measurement import Measurement
    from persync.plan.terms import StateRequest


def _named(ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Check that persisters are named: no command changes all of them by accident."""
    if not (value or ctx.resilient_parsing):
        raise click.UsageError(
            f"name the persisters to {ctx.info_name}: project/event-type or a pattern such as 'webtracking/*';"
            " '*' is all of them"
        )
    return value


def state_command(request: StateRequest, text: str) -> click.Command:
    """Return the command that requests a run state.

    Args:
        request: what it requests.
        text: its help.
    """

    @click.command(request.value, help=text)
    @click.argument("selectors", metavar="SELECTOR...", nargs=-1, type=SELECTOR, callback=_named)
    @click.option(
        "--exclude",
        "excluded",
        metavar="PATTERN",
        type=SELECTOR,
        multiple=True,
        help="Exclude these persisters. May be given several times.",
    )
    @click.option("--auto-approve", is_flag=True, help="Do not ask.")
    @click.option("--keep-going", is_flag=True, help="Go on with others after a failure, and without the blocked ones.")
    @click.option("--no-lock", is_flag=True, help="Do not keep an apply out: for a folder that cannot be written.")
    @metrics_option
    @journal_options
    @safety_options
    @rollout_options
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
        journal: Path | None,
        no_journal: bool,
        reports: tuple[Report, ...],
        limit: str,
        expand: bool,
        parallelism: int | None,
        timeout: float,
        folder: Path | None,
        environment: str | None,
        **limits: Any,
    ) -> None:
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
                    expand=expand,
                    parallelism=parallelism,
                    timeout=timeout,
                    no_lock=no_lock,
                    journal=journal,
                    no_journal=no_journal,
                    folder=folder,
                    environment=environment,
                    limits=limits,
                    metrics=metrics,
                    state=request,
                )
            )
        )

    return command
