"""``persync diff``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from persync.cli.options import A_SELECTOR, request_options, selection_options
from persync.cli.report_options import report_options

if TYPE_CHECKING:
    from pathlib import Path

    from persync.cli.report_options import Report

_CHANGES = 2


_ARGUMENTS = partial(
    selection_options,
    metavar="[ENV_A ENV_B] [SELECTOR]...",
    help_=f"Two environments of persync.yaml; and {A_SELECTOR}. Without one, all persisters.",
)


@click.command("diff")
@_ARGUMENTS
@click.option(
    "--base",
    default="HEAD",
    show_default=True,
    metavar="REV",
    help="Compare with the merge base with this revision of git, e.g. origin/main.",
)
@click.option("--live", is_flag=True, help="Compare what the servers of ENV_A and ENV_B hold, and not the files.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 if there are changes.")
@report_options
@request_options
@click.pass_context
def command(
    ctx: click.Context,
    selectors: tuple[str, ...],
    excluded: tuple[str, ...],
    base: str,
    live: bool,
    detailed_exitcode: bool,
    reports: tuple[Report, ...],
    limit: str,
    expand: bool,
    parallelism: int | None,
    timeout: float,
    folder: Path | None,
    environment: str | None,
) -> None:
    """Compare with a revision of git, or two environments.

    Without environments, it shows the changes relative to --base, or those that are not committed yet. With two, it
    shows what differs from the first to the second in the files, by overlays and variables; with --live, between what
    their servers hold. An event type that is called like an environment is selected with a slash: '*/NAME'.

    Without --live, it sends no request, and needs no token and no secret: a ${{ env.X }} or ${{ secret.X }} is not
    replaced. Moved files, keys in another order or spelling, and comments are no change.

    Examples:
      persync diff --base origin/main
      persync diff staging production 'webtracking/*'

    Exit codes: 0 success; 1 an error, or a persister cannot be read; 2 with --detailed-exitcode: there are changes.
    """
    from persync.cli.comparing.arguments import check_options, comparison_of, with_advice
    from persync.cli.comparing.revision import compare_with_revision
    from persync.cli.reports import ReportWriter
    from persync.cli.review.messages import warn_of
    from persync.cli.selectors import NoMatch
    from persync.config.git.checkout import checkout_settings

    writer = ReportWriter(reports, limit, folder=folder, expand=expand)
    settings = checkout_settings(folder)
    comparison = comparison_of(selectors, settings.environments)
    check_options(ctx, comparison, live=live)
    if comparison is None:
        try:
            plan = compare_with_revision(settings, environment, base, selectors, excluded)
        except NoMatch as error:
            raise with_advice(error, selectors, settings.environments) from error
    elif live:
        from persync.cli.comparing.live import compare_live

        plan = compare_live(comparison, excluded, folder, parallelism, timeout)
    else:
        from persync.cli.comparing.files import compare_files

        plan = compare_files(settings, comparison, excluded)
    if not writer.text_on_stdout:
        warn_of(plan)
    writer.plan(plan)
    if plan.blocked:
        ctx.exit(1)
    if detailed_exitcode and plan.to_do:
        ctx.exit(_CHANGES)
