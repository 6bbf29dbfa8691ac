"""``persync rollback``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from persync.cli.completion.types import RUN_NAME
from persync.cli.metrics.options import measured, metrics_option
from persync.cli.options import config_options, parallelism_option, selection_options, timeout_option
from persync.cli.report_options import Report, expand_option, limit_option, report_option
from persync.cli.review.options import safety_options
from persync.cli.rollout.options import rollout_options
from persync.cli.runs.options import journal_options

if TYPE_CHECKING:
    from persync.cli.metrics.measurement import Measurement


@click.command("rollback")
@click.argument("run", metavar="RUN|FILE", type=RUN_NAME)
@selection_options
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.option("--keep-going", is_flag=True, help="Go on with others after a failure, and without the blocked ones.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Save the plan, for 'persync apply FILE'.")
@click.option("--no-lock", is_flag=True, help="Do not keep a second apply out: for a folder that cannot be written.")
@metrics_option
@journal_options
@safety_options
@rollout_options
@report_option()
@limit_option
@expand_option
@parallelism_option
@timeout_option
@config_options
@click.pass_context
@measured
def command(
    ctx: click.Context,
    /,
    run: str,
    selectors: tuple[str, ...],
    excluded: tuple[str, ...],
    auto_approve: bool,
    keep_going: bool,
    out: Path | None,
    no_lock: bool,
    metrics: Measurement,
    journal: Path | None,
    no_journal: bool,
    reports: tuple[Report, ...],
    limit: str,
    expand: bool,
    parallelism: int | None,
    timeout: float,
    folder: Path | None,
    environment: str | None,
    **limits: Any,
) -> None:
    """Bring the persisters that a run of apply has changed back to what they were before it: plan, ask, apply, verify.

    RUN is the identity of a run, as 'persync runs' lists it, or its beginning; FILE is its journal, such as the
    artifact of a CI job. SELECTOR is a shell pattern over the persisters that the run has changed; without one, all.

    What was changed again since is left as it is, and named. A sensitive value is in the journal as a hash: it is
    restored where live or the files still have it; otherwise its persister is blocked. The plan is reviewed, saved
    with --out and applied like any other, within the limits of safety.

    Exit codes: 0 everything that the plan names is restored, or the plan is saved; 1 an error, or something is blocked;
    130 interrupted.
    """
    from persync.cli.applying import Request, run_apply
    from persync.cli.runs.finding import find_run, folder_of
    from persync.config.git.checkout import checkout_settings

    found = find_run(run, folder_of(checkout_settings(folder), journal))
    ctx.exit(
        run_apply(
            Request(
                selectors=selectors,
                excluded=excluded,
                auto_approve=auto_approve,
                keep_going=keep_going,
                reports=reports,
                limit=limit,
                expand=expand,
                parallelism=parallelism,
                timeout=timeout,
                no_lock=no_lock,
                journal=journal,
                no_journal=no_journal,
                folder=folder,
                environment=environment or found.record.head.environment,
                limits=limits,
                metrics=metrics,
                rollback=found,
                out=out,
            )
        )
    )
