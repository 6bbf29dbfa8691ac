"""``persync apply``."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from persync.cli.commands.shared import applying_options, request_of
from persync.cli.metrics.options import measured
from persync.cli.options import A_SELECTOR, selection_options, strict_option

_ARGUMENTS = partial(
    selection_options,
    metavar="[SELECTOR]...|[FILE]",
    help_=f"{A_SELECTOR}; or FILE, a plan that 'persync plan --out FILE' saved. Without one, all persisters.",
)


@click.command("apply")
@_ARGUMENTS
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
@strict_option
@applying_options
@click.pass_context
@measured
def command(ctx: click.Context, /, on_failure: str | None, **options: Any) -> None:
    """Make live what the files configure: plan, ask, apply, verify.

    What differs is stopped, updated and started, and apply waits until it runs. Of a saved plan, only what it has is
    applied, without asking: a persister that has changed since, in its file or live, is a conflict and is not written.
    'persync verify' shows that before.

    A plan that exceeds a limit of safety in persync.yaml is refused before anything is written; --max-changes and the
    like allow it once.

    Examples:
      persync apply 'webtracking/*'
      persync apply --auto-approve -o json=result.json
      persync apply plan.persync

    Exit codes: 0 everything is in sync; 1 an error, or something is blocked; 130 interrupted.
    """
    from persync.apply.rollback.at_once import Scope
    from persync.cli.applying import run_apply

    ctx.exit(run_apply(request_of(options, on_failure=Scope(on_failure) if on_failure else None)))
