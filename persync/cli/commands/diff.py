"""``persync diff``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.cli.options import config_options, selection_options
from persync.cli.report_options import Report, expand_option, limit_option, report_option

if TYPE_CHECKING:
    from pathlib import Path

_CHANGES = 2


@click.command("diff")
@selection_options
@click.option(
    "--base",
    default="HEAD",
    show_default=True,
    metavar="REV",
    help="Compare with the merge base with this revision of git, e.g. origin/main.",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 if there are changes.")
@report_option()
@limit_option
@expand_option
@config_options
@click.pass_context
def command(
    ctx: click.Context,
    selectors: tuple[str, ...],
    excluded: tuple[str, ...],
    base: str,
    detailed_exitcode: bool,
    reports: tuple[Report, ...],
    limit: str,
    expand: bool,
    folder: Path | None,
    environment: str | None,
) -> None:
    """Show configuration changes relative to a revision of git, offline.

    Sends no request, and needs no token and no secret.

    Moved files, keys in another order or spelling, and comments are no change. A ${{ env.X }} or ${{ secret.X }} is
    not replaced. Without --base, the changes that are not committed yet are shown.

    SELECTOR is a shell pattern over project/event-type, such as 'webtracking/*'; without one, all persisters.

    Exit codes: 0 success; 1 an error; 2 with --detailed-exitcode: there are changes.
    """
    from persync.cli.base import base_of
    from persync.cli.errors import report_findings
    from persync.cli.reports import ReportWriter
    from persync.cli.review.messages import warn_of
    from persync.cli.selectors import select, selection
    from persync.config.git.checkout import checkout_settings
    from persync.config.git.cli import commit_of
    from persync.config.load import load_configuration
    from persync.config.variables import Unfailing
    from persync.plan.diff import diff, pairs
    from persync.properties.secrets import SecretPolicy

    writer = ReportWriter(reports, limit, folder=folder, expand=expand)
    unset = Unfailing()
    settings = checkout_settings(folder)
    now = settings.environment(environment, unset)
    configuration = load_configuration(settings, now, unset)
    configuration.check()
    report_findings(configuration.findings, len(configuration.ignored))
    with base_of(settings, now, base, unset) as before:
        secrets = SecretPolicy(tuple(dict.fromkeys((*now.sensitive, *before.revision.sensitive()))))
    # what the checkout leaves out is not removed
    base_persisters = [each for each in before.configuration.persisters if each.span.file not in configuration.absent]
    everything = pairs(base_persisters, configuration.persisters)
    chosen = select(everything, selectors, excluded)
    plan = diff(
        chosen,
        environment=now.name,
        url=now.url,
        base=base,
        commit=commit_of(settings.root, settings.patterns(now.name)),
        secrets=secrets,
        whole=before.whole,
    ).model_copy(update={"warnings": before.warnings, "selection": selection(everything, chosen, selectors, excluded)})
    if not writer.text_on_stdout:
        warn_of(plan)
    writer.plan(plan)
    if detailed_exitcode and plan.to_do:
        ctx.exit(_CHANGES)
