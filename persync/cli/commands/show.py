"""``persync show``."""

from __future__ import annotations

from pathlib import Path

import click

from persync.cli.report_options import Report, expand_option, limit_option, report_option

SAVED_PLAN = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("show")
@click.argument("file", type=SAVED_PLAN)
@report_option()
@limit_option
@expand_option
def command(file: Path, reports: tuple[Report, ...], limit: str, expand: bool) -> None:
    """Show a plan that 'persync plan --out FILE' saved. Sends no request and reads no other file."""
    from persync.cli.reports import ReportWriter
    from persync.plan.store import load_plan

    ReportWriter(reports, limit, expand=expand).plan(load_plan(file))
