"""``persync show``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.cli.commands.shared import saved_plan_argument
from persync.cli.report_options import report_options

if TYPE_CHECKING:
    from pathlib import Path

    from persync.cli.report_options import Report


@click.command("show")
@saved_plan_argument
@report_options
def command(file: Path, reports: tuple[Report, ...], limit: str, expand: bool) -> None:
    """Show a saved plan.

    Sends no request and reads no other file.

    Example:
      persync show plan.persync -o html > plan.html
    """
    from persync.cli.reports import ReportWriter
    from persync.plan.store import load_plan

    ReportWriter(reports, limit, expand=expand).plan(load_plan(file))
