"""The option ``--metrics-file``. Its module imports little, because every ``--help`` needs it."""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

metrics_option = click.option(
    "--metrics-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the figures of the run to this file at its end, in Prometheus' text format; after a failure too.",
)


def measured(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command a ``Measurement`` as ``metrics``, which is written when the command ends, in place of the file."""

    # no resource of the context: ctx.exit closes those before it raises, so they do not learn the exit code
    @wraps(command)
    def run(ctx: click.Context, /, *, metrics_file: Path | None, environment: str | None, **options: Any) -> None:
        from persync.cli.metrics.measurement import Measurement  # noqa: PLC0415 - see above

        with Measurement(metrics_file, ctx.info_name or "", environment) as metrics:
            command(ctx, metrics=metrics, environment=environment, **options)

    return run
