"""What a plan says as a whole, on stderr: for a run that has no text on stdout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.cli.errors import warn
from persync.cli.terminal import say
from persync.report.actions import WARNING
from persync.report.notices import GOOD, REFUSED, plan_notices

if TYPE_CHECKING:
    from persync.plan.plan import Plan


def warn_of(plan: Plan) -> None:
    """Write the warnings and the notices of a plan; what is information has no mark."""
    for warning in plan.warnings:
        warn(warning)
    for notice in plan_notices(plan):
        if notice.symbol == GOOD:
            continue
        if notice.symbol in {WARNING, REFUSED}:
            warn(notice.text)
        else:
            say(notice.text)
        for text in notice.helps:
            say(f"{click.style('help:', fg='cyan')} {text}")
