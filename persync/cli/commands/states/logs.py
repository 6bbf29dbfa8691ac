"""``persync logs``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from persync.cli.completion.types import SELECTOR
from persync.cli.line.hinted import HintedBadParameter
from persync.cli.options import A_SELECTOR, DurationType, config_options, exclude_option, timeout_option

if TYPE_CHECKING:
    from pathlib import Path

_MOST_LINES = 500


class _LinesType(click.IntRange):
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number; kubectl's ``-n`` is about a namespace."""
        if not str(value).lstrip("-").isdecimal():
            hint = "selectors are arguments: 'project/event-type', 'project/*'; -n is the number of lines"
            raise HintedBadParameter(f"'{value}' is not a number", hint, ctx, param)
        number: int = super().convert(value, param, ctx)
        return number


@click.command("logs")
@click.argument("selectors", metavar="SELECTOR...", nargs=-1, required=True, type=SELECTOR, help=f"{A_SELECTOR}.")
@exclude_option
@click.option(
    "-n",
    "--lines",
    metavar="N",
    type=_LinesType(1, _MOST_LINES),
    help="How many of each, from the end. [default: 100, or all with --since or --since-start]",
)
@click.option(
    "--since",
    type=DurationType(most=24 * 365 * 3600),
    help="The lines of the last 30s, 5m or 2h, by the time that a line begins with; UTC where it has no offset.",
)
@click.option("--since-start", is_flag=True, help="The lines since the persister was started.")
@click.option("-f", "--follow", is_flag=True, help="Go on with the lines that are new, until interrupted.")
@click.option(
    "--interval",
    type=DurationType(least=0.1),
    default="2s",
    show_default=True,
    help="With --follow, the time between two looks.",
)
@click.option(
    "--max-persisters",
    "most",
    metavar="N",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="Refuse a selection of more.",
)
@timeout_option
@config_options
@click.pass_context
def command(
    ctx: click.Context,
    selectors: tuple[str, ...],
    excluded: tuple[str, ...],
    lines: int | None,
    since: float | None,
    since_start: bool,
    follow: bool,
    interval: float,
    most: int,
    timeout: float,
    folder: Path | None,
    environment: str | None,
) -> None:
    """Show the ends of the logs of running persisters.

    These are 500 lines of each at most: the API has no more. The lines of several persisters begin with their names.

    Examples:
      persync logs webtracking/snowplow-web --follow
      persync logs 'webtracking/*' --since 5m

    Exit codes: 0 success; 1 no log could be read, or another error; 130 interrupted.
    """
    if since_start and since is not None:
        raise click.UsageError("--since and --since-start are two beginnings: leave out one of them")
    from persync.cli.logs.run import Request, run_logs

    ctx.exit(
        run_logs(
            Request(
                selectors=selectors,
                excluded=excluded,
                lines=lines,
                since=since,
                since_start=since_start,
                follow=follow,
                interval=interval,
                most=most,
                timeout=timeout,
                folder=folder,
                environment=environment,
            )
        )
    )
