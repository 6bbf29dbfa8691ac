"""The option ``--report`` of ``persync status``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.atomic import write_in_one_piece
from persync.cli.files import check_output
from persync.cli.terminal import show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.cli.report_options import Report


def check_pages(reports: Sequence[Report]) -> None:
    """Check the requested pages before anything is read.

    Raises:
        click.UsageError: two of them are for one place.
        PersyncError: a file cannot be created.
    """
    if len({report.file for report in reports}) < len(reports):
        raise click.UsageError("two pages cannot be written to one place: give --report html=FILE with another file")
    for report in reports:
        if report.file:
            check_output(report.file)


def write_pages(reports: Sequence[Report], text: str) -> None:
    """Write the page, to files and to stdout.

    Raises:
        PersyncError: it cannot be written.
    """
    for report in reports:
        if report.file:
            write_in_one_piece(report.file, text)
        else:
            show(text)
