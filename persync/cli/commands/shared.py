"""The groups of options that commands of plans and applies share.

This module imports little, because every ``--help`` needs it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from persync.cli.log.options import events_option
from persync.cli.metrics.options import metrics_option
from persync.cli.options import Function, applied_request_options, request_options, with_options
from persync.cli.report_options import report_options
from persync.cli.review.options import safety_options
from persync.cli.rollout.options import rollout_options
from persync.cli.runs.options import journal_options

if TYPE_CHECKING:
    from persync.cli.applying import Request


class _SavedPlan(click.Path):
    hint = "save a plan with 'persync plan --out FILE'; 'persync runs last' shows what the last apply has done"
    """What to do where it is missing, or there is no such file."""


saved_plan_argument = click.argument(
    "file",
    type=_SavedPlan(exists=True, dir_okay=False, path_type=Path),
    help="The plan that 'persync plan --out FILE' saved.",
)
out_option = click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Save the plan, for 'persync apply FILE'."
)


_OF_A_PLAN = (safety_options, rollout_options, report_options, events_option, metrics_option)


def planning_options(command: Function) -> Function:
    """Add what every command takes that makes a plan: limits, order, reports, and how the API is read."""
    return with_options((*_OF_A_PLAN, request_options), command)


def applying_options(command: Function) -> Function:
    """Add what every command takes that applies a plan, with what it takes to make it."""
    return with_options(
        (
            click.option("--auto-approve", is_flag=True, help="Do not ask."),
            click.option(
                "--keep-going",
                is_flag=True,
                help="Go on with others after a failure, and without the blocked ones.",
            ),
            journal_options,
            click.option(
                "--no-lock", is_flag=True, help="Do not keep a second apply out: for a folder that cannot be written."
            ),
            *_OF_A_PLAN,
            applied_request_options,
        ),
        command,
    )


def request_of(options: dict[str, Any], **others: Any) -> Request:
    """Return the request of a command that applies a plan.

    Args:
        options: the values of ``applying_options`` by parameter, and of ``selection_options``.
        others: what only this command has, or decides otherwise.
    """
    from persync.cli.applying import Request

    fields = {name: options.pop(name) for name in Request._fields if name in options}
    return Request(**{**fields, "limits": options, **others})
