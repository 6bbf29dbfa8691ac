"""``persync runs``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.cli.completion.types import RUN_NAME
from persync.cli.line.group import PassingGroup
from persync.cli.options import environment_option, folder_option
from persync.cli.report_options import output_option
from persync.cli.runs.options import journal_option

if TYPE_CHECKING:
    from pathlib import Path


@click.group("runs", cls=PassingGroup, invoke_without_command=True, subcommand_metavar="[show RUN]")
@environment_option("Only the runs of this environment.")
@output_option(("text", "json"))
@journal_option
@folder_option
@click.pass_context
def command(
    ctx: click.Context, /, environment: str | None, output: str, journal: Path | None, folder: Path | None
) -> None:
    """List past applies, starts and stops, or show one.

    The list is made of their journals: when, who, where, and what became of them. A run that is listed as killed has no
    end: plan again, or roll it back. Sends no request.

    Examples:
      persync runs
      persync runs last
    """
    if ctx.invoked_subcommand:
        return
    from persync.apply.journal.listing import list_runs
    from persync.cli.errors import report_error
    from persync.cli.runs.finding import folder_of
    from persync.cli.runs.shown import runs_json, runs_table
    from persync.cli.terminal import show
    from persync.config.git.checkout import checkout_settings

    settings = checkout_settings(folder)
    runs, refused = list_runs(folder_of(settings, journal))
    names = (*settings.environments, *(run.head.environment for run in runs))  # settings change, journals do not
    if environment is not None and environment not in names:
        raise settings.no_environment(environment, names)
    chosen = [run for run in runs if environment in {None, run.head.environment}]
    show(runs_json(chosen) if output == "json" else runs_table(chosen))
    for error in refused:
        report_error(error)
    if refused:
        ctx.exit(1)


@command.command("show")
@click.argument("run", metavar="RUN|FILE", type=RUN_NAME)
@journal_option
@folder_option
def show_command(run: str, journal: Path | None, folder: Path | None) -> None:
    """Show what a run has done: who, when, and the writes to each persister with their outcomes.

    RUN is the identity of a run, or its beginning; FILE is its journal. Sends no request.
    """
    from persync.apply.journal.listing import listed_run
    from persync.cli.runs.finding import find_run, folder_of
    from persync.cli.runs.shown import run_text
    from persync.cli.terminal import show
    from persync.config.git.checkout import checkout_settings

    found = find_run(run, folder_of(checkout_settings(folder), journal))
    show(run_text(listed_run(found.path), found.record))
