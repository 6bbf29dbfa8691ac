"""``persync status``."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from persync.cli.metrics.options import measured, metrics_option
from persync.cli.options import config_options, parallelism_option, selection_options, timeout_option

if TYPE_CHECKING:
    from pathlib import Path

    from persync.cli.metrics.measurement import Measurement

_HOME_AND_CLEAR = "\x1b[H\x1b[2J"


@click.command("status")
@selection_options
@click.option("--watch", is_flag=True, help="Refresh until interrupted.")
@click.option(
    "--interval", type=click.FloatRange(0.1), default=2.0, show_default=True, help="Seconds between two refreshes."
)
@metrics_option
@parallelism_option
@timeout_option
@config_options
@click.pass_context
@measured
def command(
    ctx: click.Context,
    selectors: tuple[str, ...],
    excluded: tuple[str, ...],
    watch: bool,
    interval: float,
    metrics: Measurement,
    parallelism: int | None,
    timeout: float,
    folder: Path | None,
    environment: str | None,
) -> None:
    """Show the live run state of the persisters beside the desired one.

    Exit codes: 0 success; 1 the run state of a persister cannot be read, or another error.
    """
    from persync.cli.progress import ReadProgress
    from persync.cli.session import Session
    from persync.cli.signals import signals
    from persync.cli.terminal import color_of, show
    from persync.plan.events import both
    from persync.plan.status import read_status
    from persync.report.table import status_table

    if watch and metrics.file:
        raise click.UsageError("--metrics-file is about one look: leave out --watch")
    session = Session.open(folder, environment, needs_values=False)
    metrics.of(session)
    desired = session.persisters(selectors, excluded)
    at_a_time = session.parallelism(parallelism)
    clear = _HOME_AND_CLEAR if watch and sys.stdout.isatty() else ""
    metrics.count_states(session, desired)
    with signals() as received, session.client(at_a_time, received.interruption.immediately, timeout=timeout) as client:
        while True:
            with ReadProgress(len(desired), client.throttling) as progress:
                rows = read_status(
                    client.within(timeout),
                    desired,
                    secrets=session.environment.secrets,
                    parallelism=at_a_time,
                    observer=both(progress, session.observers.event),
                )
            show(clear + status_table(rows, color=color_of(sys.stdout)))
            if not watch:
                break
            time.sleep(interval)
    if any(row.problem for row in rows):
        ctx.exit(1)
