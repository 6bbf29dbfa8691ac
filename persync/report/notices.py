"""Notices: what a report says about a plan as a whole, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from persync.report.printable import printable
from persync.report.wording import breach_help, breach_text, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.plan.plan import Breach, Plan


class Notice(NamedTuple):
    """A notice; its texts are printable lines.

    Attributes:
        text: what is the case.
        helps: what to do about it.
        is_error: something cannot be done because of it.
    """

    text: str
    helps: tuple[str, ...] = ()
    is_error: bool = False


def plan_notices(plan: Plan) -> Iterator[Notice]:
    """Yield the notices of a plan, in the order in which reports show them."""
    if resets := plan.summary.resets:
        them = "it" if resets == 1 else "them"
        text = f"{number(resets, 'persister')} would fall back to the defaults in every property; import {them} first?"
        yield Notice(text, (printable(plan.import_command),) if plan.import_command else ())
    yield from breach_notices(plan.breaches)


def breach_notices(breaches: Sequence[Breach]) -> Iterator[Notice]:
    """Yield a notice for each limit that a plan exceeds."""
    for breach in breaches:
        text = f"apply refuses this plan: {breach_text(breach)}"
        yield Notice(printable(text), (printable(breach_help([breach])),), is_error=True)
