"""Notices: what a report says about a plan as a whole, and what to do about it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from persync.report.actions import WARNING
from persync.report.printable import printable
from persync.report.wording import breach_help, breach_text, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.plan.parts.breach import Breach
    from persync.plan.parts.unmanaged import NotListed, Unmanaged
    from persync.plan.plan import Plan

REFUSED, UNMANAGED, GOOD = "✗", "?", "✓"
_MOST_NAMES = 8
"""The most projects to name in a line."""


class Notice(NamedTuple):
    """A notice; its texts are printable lines.

    Attributes:
        text: what is the case.
        advice: what to do about it, in words; empty where there is none.
        commands: what to run about it.
        items: the persisters that it is about.
        symbol: how serious it is: ``!`` a warning, ``✗`` something cannot be done, ``?`` and ``✓`` information.
    """

    text: str
    advice: str = ""
    commands: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    symbol: str = WARNING

    @property
    def helps(self) -> tuple[str, ...]:
        """What to do about it."""
        return (*filter(None, (self.advice,)), *self.commands)


def plan_notices(plan: Plan) -> Iterator[Notice]:
    """Yield the notices of a plan, in the order in which reports show them."""
    if resets := plan.summary.resets:
        them = "it" if resets == 1 else "them"
        text = f"{number(resets, 'persister')} would fall back to the defaults in every property; import {them} first?"
        yield Notice(text, commands=_commands(plan.import_command))
    yield from breach_notices(plan.breaches)
    if plan.unmanaged:
        yield from _unmanaged_notices(plan.unmanaged)


def breach_notices(breaches: Sequence[Breach]) -> Iterator[Notice]:
    """Yield a notice for each limit that a plan exceeds."""
    for breach in breaches:
        text = f"apply refuses this plan: {breach_text(breach)}"
        yield Notice(printable(text), printable(breach_help([breach])), symbol=REFUSED)


def _unmanaged_notices(unmanaged: Unmanaged) -> Iterator[Notice]:
    where = f" ({_looked_at(unmanaged)})"
    of = f" that {' or '.join(unmanaged.selectors)} matches" if unmanaged.selectors else ""
    count = len(unmanaged.persisters)
    if count:
        verb = "is" if count == 1 else "are"
        yield Notice(
            printable(f"{number(count, 'live persister')}{of} {verb} in no file{where}"),
            commands=_commands(unmanaged.import_command),
            items=tuple(printable(str(pid)) for pid in unmanaged.persisters),
            symbol=UNMANAGED,
        )
    elif not unmanaged.not_listed:
        yield Notice(printable(f"every live persister{of} is in a file{where}"), symbol=GOOD)
    for _, group in groupby(sorted(unmanaged.not_listed, key=_kind), key=_kind):
        yield _not_listed_notice([*group])


def _looked_at(unmanaged: Unmanaged) -> str:
    """Return ``looked at all projects that the token may see: iot, web``."""
    scope = "all projects that the token may see" if unmanaged.all_projects else "these projects only"
    return f"looked at {scope}: {_names(unmanaged.projects) or 'none'}"


def _kind(failed: NotListed) -> tuple[bool, str]:
    """Return what similar failures have in common: the advice, whichever project it is for."""
    return bool(failed.project), failed.hint.replace(f"'{failed.project}'", "")


def _not_listed_notice(failed: Sequence[NotListed]) -> Notice:
    """Return the notice about lists that could not be read for similar reasons."""
    first, projects = failed[0], [each.project for each in failed]
    what = f"the persisters of project {first.project} are not all known"
    if not first.project:
        what = "which projects there are is not known, so only those of the files were looked at"
    elif len(failed) > 1:
        what = f"the persisters of {len(failed):,} projects are not all known ({_names(projects)}), the first"
    return Notice(printable(f"{what}: {first.reason}"), printable(first.hint))


def _names(projects: Sequence[str]) -> str:
    more = f" and {len(projects) - _MOST_NAMES:,} more" if len(projects) > _MOST_NAMES else ""
    return f"{', '.join(projects[:_MOST_NAMES])}{more}"


def _commands(*commands: str) -> tuple[str, ...]:
    return tuple(map(printable, filter(None, commands)))
