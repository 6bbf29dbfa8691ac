"""The options about journals."""

from __future__ import annotations

from pathlib import Path

import click

from persync.cli.options import Function, with_options

journal_option = click.option(
    "--journal",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the journals. [default: journal.folder of persync.yaml, or .persync/runs beside it]",
)
no_journal_option = click.option(
    "--no-journal",
    is_flag=True,
    help="Keep no journal, without which no run can be rolled back: for a folder that cannot be written.",
)


def journal_options(command: Function) -> Function:
    """Add ``--journal`` and ``--no-journal``."""
    return with_options((journal_option, no_journal_option), command)
