"""The options ``--log-format`` and ``--log-file``."""

from __future__ import annotations

from pathlib import Path

import click

from persync.cli.log.run_log import LogFormat, RunLog


def log_options() -> list[click.Option]:
    """Return the options, which act on the log of the run."""
    return [
        click.Option(
            ["--log-format"],
            type=click.Choice(LogFormat, case_sensitive=False),
            expose_value=False,
            is_eager=True,
            callback=_format,
            help="How messages are written: to stderr, or to the log file if there is one. json: an object a line."
            " [default: text]",
        ),
        click.Option(
            ["--log-file"],
            type=click.Path(dir_okay=False, path_type=Path),
            expose_value=False,
            is_eager=True,
            callback=_file,
            help="Append the messages to this file too, with time and run ID. stderr stays as it is.",
        ),
    ]


def _format(ctx: click.Context, _param: click.Parameter, value: LogFormat | None) -> None:
    if value is not None:
        ctx.ensure_object(RunLog).format_name = value


def _file(ctx: click.Context, _param: click.Parameter, value: Path | None) -> None:
    if value and not ctx.resilient_parsing:
        ctx.ensure_object(RunLog).open(value)
