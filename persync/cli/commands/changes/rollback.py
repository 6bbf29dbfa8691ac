"""``persync rollback``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from persync.cli.commands.shared import applying_options, out_option, request_of
from persync.cli.completion.types import RUN_NAME
from persync.cli.metrics.options import measured
from persync.cli.options import A_SELECTOR, selection_options

if TYPE_CHECKING:
    from pathlib import Path

_ARGUMENTS = partial(selection_options, help_=f"{A_SELECTOR}. Without one, all that the run has changed.")


@click.command("rollback")
@click.argument(
    "run",
    metavar="RUN|FILE",
    required=False,
    type=RUN_NAME,
    help="A run that 'persync runs' lists, or the beginning of its name; 'last' is the newest of the environment that"
    " has changed something; FILE is a journal, such as the artifact of a CI job.",
)
@_ARGUMENTS
@out_option
@applying_options
@click.pass_context
@measured
def command(
    ctx: click.Context,
    /,
    run: str | None,
    journal: Path | None,
    folder: Path | None,
    environment: str | None,
    **options: Any,
) -> None:
    """Bring back what an apply has changed: plan, ask, apply, verify.

    What was changed again since is left as it is, and named; of a run of start, stop or restart, only run states count.
    A sensitive value is in the journal as a hash: it is restored where live or the files still have it; otherwise its
    persister is blocked. The plan is reviewed, saved with --out and applied like any other, within the limits of
    safety.

    Examples:
      persync rollback last
      persync rollback 20261126T044250Z-3f9a 'webtracking/*' --out back.persync

    Exit codes: 0 everything that the plan names is restored, or the plan is saved; 1 an error, or something is blocked;
    130 interrupted.
    """
    from persync.cli.applying import run_apply
    from persync.cli.runs.finding import find_run, folder_of
    from persync.config.git.checkout import checkout_settings

    settings = checkout_settings(folder)
    if environment is not None and environment not in settings.environments:
        raise settings.no_environment(environment, settings.environments)
    # the last run of another environment is not what a user means who has not named that environment
    chosen = environment or settings.default_environment
    found = find_run(run, folder_of(settings, journal), chosen, changed=True)
    request = request_of(
        options,
        rollback=found,
        journal=journal,
        folder=folder,
        environment=environment or found.record.head.environment,
    )
    ctx.exit(run_apply(request))
