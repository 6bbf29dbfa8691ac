"""``persync runs``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from persync.cli.completion.types import RUN_NAME
from persync.cli.line.group import PassingGroup
from persync.cli.options import environment_option, folder_option
from persync.cli.report_options import output_option
from persync.cli.runs.options import journal_option

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_RUN = re.compile(r"\d|last$")
"""What a run is called, in contrast to a command."""


class _Runs(PassingGroup):
    """``persync runs RUN`` is ``persync runs show RUN``."""

    def implied(self, argument: str) -> str:
        """Return ``show`` for a run or a file."""
        return "show" if _RUN.match(argument) or Path(argument).is_file() else ""

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Return the runs that begin like this, the last one first, and the commands."""
        return [*RUN_NAME.shell_complete(ctx, self.params[0], incomplete), *super().shell_complete(ctx, incomplete)]


@click.group("runs", cls=_Runs, invoke_without_command=True, subcommand_metavar="[RUN|FILE]")
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
    import sys
    import time

    from persync.apply.journal.listing import list_runs
    from persync.cli.errors import report_error
    from persync.cli.runs.finding import folder_of
    from persync.cli.runs.shown import runs_json, runs_table
    from persync.cli.terminal import show, width_of
    from persync.config.git.checkout import checkout_settings

    settings = checkout_settings(folder)
    runs, refused = list_runs(folder_of(settings, journal))
    names = (*settings.environments, *(run.head.environment for run in runs))  # settings change, journals do not
    if environment is not None and environment not in names:
        raise settings.no_environment(environment, names)
    chosen = [run for run in runs if environment in {None, run.head.environment}]
    show(runs_json(chosen) if output == "json" else runs_table(chosen, width_of(sys.stdout), time.time()))
    for error in refused:
        report_error(error)
    if refused:
        ctx.exit(1)


@command.command("show")
@click.argument(
    "run",
    metavar="RUN|FILE",
    required=False,
    type=RUN_NAME,
    help="A run that 'persync runs' lists, or the beginning of its name; 'last' is the newest; FILE is a journal.",
)
@output_option(
    ("text", "json"),
    purpose="Write it in this format to stdout; json is a list of one run; its journal has the writes",
)
@journal_option
@folder_option
def show_command(run: str | None, output: str, journal: Path | None, folder: Path | None) -> None:
    """Show what a run has done: who, when, and its writes.

    Of each persister: what there was before, the writes, and their outcomes. 'persync runs RUN' is the same. Sends no
    request.

    Example:
      persync runs last
    """
    from persync.apply.journal.listing import listed_run
    from persync.cli.runs.finding import find_run, folder_of
    from persync.cli.runs.shown import run_text, runs_json
    from persync.cli.terminal import show
    from persync.config.git.checkout import checkout_settings

    found = find_run(run, folder_of(checkout_settings(folder), journal))
    listed = listed_run(found.path)
    show(runs_json([listed]) if output == "json" else run_text(listed, found.record))
