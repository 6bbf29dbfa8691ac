"""The words that the reports share. Somebody else's text is made fit for one line, wherever that line lands."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from persync.plan.change import Attribution
from persync.properties.shown import ABSENT
from persync.report.printable import printable, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from persync.model import Span
    from persync.plan.change import PropertyChange
    from persync.plan.plan import PersisterPlan
    from persync.plan.result import PersisterResult
    from persync.properties.shown import ShownValue


def value_text(value: ShownValue) -> str:
    """Return a property's value in double quotes, one line; that it is hidden without quotes."""
    return value.display or "" if value.is_hidden else quoted(value.text)


def change_text(change: PropertyChange) -> str:
    """Return what changes, without where and why: ``path: "old" (default) → "new"``."""
    absent = "(default)" if change.after_default else "(removed)"
    after = absent if change.after == ABSENT else value_text(change.after)
    if change.before == ABSENT:
        return f"{printable(change.path)}: {after}"
    default = " (default)" if change.before_default else ""
    return f"{printable(change.path)}: {value_text(change.before)}{default} → {after}"


def change_line(change: PropertyChange) -> str:
    """Return what changes, and behind it who caused it and where it stands, as far as that is known."""
    more = [
        *([change.attribution.label] if change.attribution else []),
        *([place(change.span)] if change.span else []),
    ]
    return f"{change_text(change)}  ({', '.join(more)})" if more else change_text(change)


def place(span: Span) -> str:
    """Return ``file:line``."""
    return f"{printable(span.file)}:{span.line}"


def steps_told(result: PersisterResult) -> str:
    """Return ``stop, put; unfinished: start``: a step that was sent and whose end was not seen is unfinished."""
    unfinished = f"unfinished: {', '.join(result.steps_left)}" if result.steps_left else ""
    return "; ".join(filter(None, (", ".join(result.steps_taken), unfinished)))


def number(count: int, noun: str) -> str:
    """Return ``1 persister`` or ``2,000 persisters``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def changes_counted(planned: PersisterPlan) -> str:
    """Return ``3 changes: 2 this branch, 1 drift``; empty where no property changes."""
    if not planned.changes:
        return ""
    sides = _counted(Counter(change.attribution for change in planned.changes))
    return number(len(planned.changes), "change") + (f": {sides}" if sides else "")


def attributions(persisters: Iterable[PersisterPlan]) -> Counter[Attribution | None]:
    """Return how many differences, of properties and run states, come from where."""
    count = Counter[Attribution | None]()
    for planned in persisters:
        count.update([planned.state_attribution, *(change.attribution for change in planned.changes)])
    return count


def attributions_text(persisters: Iterable[PersisterPlan]) -> str:
    """Return ``2 this branch, 1 drift``; empty where no base was named."""
    return _counted(attributions(persisters))


def _counted(count: Counter[Attribution | None]) -> str:
    return ", ".join(f"{count[side]:,} {side.label}" for side in Attribution if count[side])
