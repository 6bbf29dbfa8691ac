"""Notices: what a report says about a plan as a whole, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from persync.report.printable import printable
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.plan.plan import Plan


class Notice(NamedTuple):
    """A notice; its texts are printable lines.

    Attributes:
        text: what is the case.
        commands: what to run about it.
    """

    text: str
    commands: tuple[str, ...] = ()


def plan_notices(plan: Plan) -> Iterator[Notice]:
    """Yield the notices of a plan, in the order in which reports show them."""
    if resets := plan.summary.resets:
        them = "it" if resets == 1 else "them"
        text = f"{number(resets, 'persister')} would fall back to the defaults in every property; import {them} first?"
        yield Notice(text, (printable(plan.import_command),) if plan.import_command else ())
