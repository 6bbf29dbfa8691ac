"""The commands ``start``, ``stop`` and ``restart``, which differ in what they request.

Their module imports little, because every ``--help`` needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from persync.cli.commands.shared import applying_options, request_of
from persync.cli.completion.types import SELECTOR
from persync.cli.metrics.options import measured
from persync.cli.options import A_SELECTOR, exclude_option

if TYPE_CHECKING:
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
    @click.argument(
        "selectors",
        metavar="SELECTOR...",
        nargs=-1,
        type=SELECTOR,
        callback=_named,
        help=f"{A_SELECTOR}; '*' is all of the files.",
    )
    @exclude_option
    @applying_options
    @click.pass_context
    @measured
    def command(ctx: click.Context, /, **options: Any) -> None:
        from persync.cli.applying import run_apply

        ctx.exit(run_apply(request_of(options, state=request)))

    return command
