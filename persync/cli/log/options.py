"""The options ``--log-format`` and ``--log-file``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from persync.cli.log.run_log import LogFormat, RunLog

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _format(ctx: click.Context, _param: click.Parameter, value: LogFormat) -> None:
    ctx.ensure_object(RunLog).format_name = value


def _file(ctx: click.Context, _param: click.Parameter, value: Path | None) -> None:
    if value and not ctx.resilient_parsing:
        ctx.ensure_object(RunLog).open(value)


log_options: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--log-format",
        type=click.Choice(LogFormat, case_sensitive=False),
        default=LogFormat.TEXT,
        envvar="PERSYNC_LOG_FORMAT",
        show_envvar=True,
        expose_value=False,
        is_eager=True,
        callback=_format,
        help="How messages are written: to stderr, or to the log file if there is one. json: an object a line."
        " [default: text]",
    ),
    click.option(
        "--log-file",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="PERSYNC_LOG_FILE",
        show_envvar=True,
        expose_value=False,
        is_eager=True,
        callback=_file,
        help="Append the messages to this file too, with time and run ID. stderr stays as it is.",
    ),
)
