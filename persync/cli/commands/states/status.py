"""``persync status``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.cli.metrics.options import measured, metrics_option
from persync.cli.options import DurationType, request_options, selection_options
from persync.cli.report_options import Report, output_option, page_option

if TYPE_CHECKING:
    from pathlib import Path

    from persync.cli.metrics.measurement import Measurement

_STATES = ("RUNNING", "STOPPED", "FAILED", "DEPLOYING", "STOPPING", "RUNNING_BUT_OUTDATED")


@click.command("status")
@selection_options
@output_option(
    ("text", "wide", "json", "yaml", "html"),
    purpose="Write it in this format to stdout; wide has the last update and the place in the files, too",
)
@click.option("--only-different", is_flag=True, help="List only persisters that differ or cannot be read.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when a live state differs from the desired one.")
@click.option(
    "--wait",
    type=click.Choice(_STATES, case_sensitive=False),
    metavar="STATE",
    help=f"Wait until all of them have this run state; exit with 1 after --timeout. {', '.join(_STATES)}.",
)
@click.option(
    "-w",
    "--watch",
    is_flag=True,
    help="Refresh until interrupted; on a terminal on a screen of its own, until q is pressed.",
)
@click.option(
    "--interval",
    type=DurationType(least=0.1),
    default="2s",
    show_default=True,
    help="The time between two looks.",
)
@page_option
@metrics_option
@request_options
@click.pass_context
@measured
def command(
    ctx: click.Context,
    selectors: tuple[str, ...],
    excluded: tuple[str, ...],
    output: str,
    only_different: bool,
    detailed_exitcode: bool,
    wait: str | None,
    watch: bool,
    interval: float,
    reports: tuple[Report, ...],
    metrics: Measurement,
    parallelism: int | None,
    timeout: float,
    folder: Path | None,
    environment: str | None,
) -> None:
    """Show the live run states beside the desired ones.

    Examples:
      persync status --only-different
      persync status 'webtracking/*' --wait RUNNING --timeout 5m
      persync status -o json

    Exit codes: 0 success; 1 the run state of a persister cannot be read, a wait took too long, or another error; 2 with
    --detailed-exitcode: a live state differs from the desired one.
    """
    from persync.cli.status.run import Request, run_status
    from persync.model import RunState

    ctx.exit(
        run_status(
            Request(
                selectors=selectors,
                excluded=excluded,
                output=output,
                only_different=only_different,
                detailed=detailed_exitcode,
                wait=RunState(wait) if wait else None,
                watch=watch,
                interval=interval,
                metrics=metrics,
                parallelism=parallelism,
                timeout=timeout,
                folder=folder,
                environment=environment,
                reports=(*reports, Report("html", None)) if output == "html" else reports,
            )
        )
    )
