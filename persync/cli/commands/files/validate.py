"""``persync validate``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.cli.options import config_options
from persync.cli.report_options import Report, report_option
from persync.report.formats import FORMATS_OF_FINDINGS

if TYPE_CHECKING:
    from pathlib import Path


@click.command("validate")
@report_option(FORMATS_OF_FINDINGS)
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
@config_options
@click.pass_context
def command(
    ctx: click.Context, reports: tuple[Report, ...], strict: bool, folder: Path | None, environment: str | None
) -> None:
    """Check the files, without any request.

    Without -e, they are checked as each environment has them, with its overlays and variables; a finding that not all
    environments have names those that do. The default environment makes no difference. All findings of all files are
    reported in one run. Each names its rule in brackets: docs/rules.md explains them.

    Examples:
      persync validate
      persync validate -e production --strict -o json

    Exit codes: 0 success; 1 an error in a file, or with --strict a warning.
    """
    from persync.cli.reports import ReportWriter
    from persync.cli.terminal import say
    from persync.cli.validating.environments import accepted_in, configurations_of, findings_of
    from persync.config.findings import to_show
    from persync.errors import InvalidConfig, Severity

    writer = ReportWriter(reports, folder=folder)
    try:
        configurations = configurations_of(folder, environment)
    except InvalidConfig as error:  # of persync.yaml itself: the other files are not known then
        writer.findings(to_show(error.findings), 0)
        ctx.exit(1)
    findings = findings_of(configurations)
    persisters = max(len(each.persisters) for each in configurations.values())
    writer.findings(to_show(findings), persisters, accepted_in(configurations), [*filter(None, configurations)])
    if len(configurations) > 1:
        say(f"checked as each environment has them: {', '.join(configurations)}")
    if any(finding.severity is Severity.ERROR for finding in findings) or (strict and findings):
        ctx.exit(1)
