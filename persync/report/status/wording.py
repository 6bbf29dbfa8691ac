"""Phrases that the table, the document and the screen share. Pure."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from persync.model import RunState
from persync.report.printable import printable
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from persync.plan.status import Status

_ORDER = (RunState.RUNNING, RunState.STOPPED)


def count_states(rows: Sequence[Status]) -> Mapping[str, int]:
    """Return how many persisters have each run state: RUNNING and STOPPED first, then by name."""
    counts = Counter(row.live for row in rows if not row.problem)
    return {state: counts[state] for state in (*_ORDER, *sorted(set(counts) - set(_ORDER))) if counts[state]}


def states_text(rows: Sequence[Status]) -> str:
    """Return ``290 RUNNING, 10 STOPPED, 2 cannot be read``."""
    unreadable = sum(bool(row.problem) for row in rows)
    counts = [f"{count:,} {printable(state)}" for state, count in count_states(rows).items()]
    return ", ".join([*counts, *([f"{unreadable:,} cannot be read"] if unreadable else [])])


def footer(rows: Sequence[Status]) -> str:
    """Return ``300 persisters: 290 RUNNING, 10 STOPPED; 3 differ from the files``."""
    if not rows:
        return "0 persisters"
    differ = sum(row.differs for row in rows)
    found = f"{differ:,}" if differ else "none"
    return f"{number(len(rows), 'persister')}: {states_text(rows)}; {found} {_verb(differ)} from the files"


def moment(seconds: float | None) -> str | None:
    """Return a time as ISO 8601, UTC; ``None`` stays so."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _verb(count: int) -> str:
    return "differ" if count > 1 else "differs"
