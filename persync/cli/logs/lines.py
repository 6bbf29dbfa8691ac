"""The lines of a log: since the start, and those that are new. Pure.

The API returns the last lines only, 500 at most, without a position (GET persister/logs in the API reference).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_LINES = 500

# Spring Boot's first line of an application: "Starting EventstoreSinkApplication v1.10 using Java 11 … with PID 1"
_START = re.compile(r"\bStarting \S+ .*\bwith PID \d+")


class SinceStart(NamedTuple):
    """The lines of a log since the persister started; ``is_whole`` if the first of them is known to be there."""

    lines: Sequence[str]
    is_whole: bool


class New(NamedTuple):
    """The lines that are new; ``is_gap`` if they do not continue those before, so that some may be missing."""

    lines: Sequence[str]
    is_gap: bool


def begins(line: str) -> bool:
    """Return whether an application of Spring Boot starts with this line."""
    return _START.search(line) is not None


def since_start(lines: Sequence[str]) -> SinceStart:
    """Return the lines since the last start. A log that the API does not cut begins with the pod's.

    Args:
        lines: the last ``MOST_LINES`` of the log, or all.
    """
    found = next((index for index in reversed(range(len(lines))) if begins(lines[index])), None)
    if found is not None:
        return SinceStart(lines[found:], is_whole=True)
    return SinceStart(lines, is_whole=len(lines) < MOST_LINES)


def new_lines(before: Sequence[str], now: Sequence[str]) -> New:
    """Return which lines are new since the last look: those behind the longest end of it that now comes first.

    Args:
        before: the lines of the last look.
        now: those of this one.
    """
    for dropped in range(len(before)):
        kept = before[dropped:]
        if list(now[: len(kept)]) == list(kept):
            return New(now[len(kept) :], is_gap=False)
    return New(now, is_gap=bool(before) and bool(now))
