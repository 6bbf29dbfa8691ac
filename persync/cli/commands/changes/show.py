"""``persync show``."""

from __future__ import annotations

from pathlib import Path

import click

from persync.cli.report_options import Report, report_options

SAVED_PLAN = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("show")
@click.argument("file", type=SAVED_PLAN, help="The plan that 'persync plan --out FILE' saved.")
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
