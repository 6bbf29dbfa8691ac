"""The lines of a log: since the start, and those that are new. Pure.

The API returns the last lines only, 500 at most, without a position (GET persister/logs in the API reference).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_LINES = 500

# Spring Boot's first line of an application: "Starting EventstoreSinkApplication v1.10 using Java 11 … with PID 1"
_START = re.compile(r"\bStarting \S+ .*\bwith PID \d+")


# Spring Boot's "2021-08-16 12:30:22.156  INFO" (the example in the API reference), "2026-11-26T04:42:50.123Z" since
# release 3, and JSON that begins with the time
_TIME = re.compile(
    r"(?:\{\s*\"@?time(?:stamp)?\"\s*:\s*\")?(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:[.,]\d+)?)(Z|[+-]\d\d:?\d\d)?"
)


class SinceStart(NamedTuple):
    """The lines of a log since the persister started; ``is_whole`` if the first of them is known to be there."""

    lines: Sequence[str]
    is_whole: bool


class Since(NamedTuple):
    """The lines of a log since a time.

    Attributes:
        lines: those.
        is_whole: the first of them is known to be there.
        newest: the time of the last line that has one; ``None`` if no line has.
    """

    lines: Sequence[str]
    is_whole: bool
    newest: datetime | None


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


def time_of(line: str) -> datetime | None:
    """Return the time that a line begins with, UTC where it has no offset, as in a container; ``None`` without one."""
    found = _TIME.match(line)
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(f"{found[1]}T{found[2]}{found[3] or '+00:00'}")
    except ValueError:  # such as a month 13
        return None
    return moment.astimezone(UTC)


def since(lines: Sequence[str], begin: datetime) -> Since:
    """Return the lines since a time: all from the first that is not older. A line without a time follows another.

    Args:
        lines: the last ``MOST_LINES`` of the log, or all.
        begin: the time, with its zone.
    """
    times = [time_of(line) for line in lines]
    newest = next((each for each in reversed(times) if each), None)
    if newest is None:
        return Since(lines, is_whole=len(lines) < MOST_LINES, newest=None)
    first = next((index for index, each in enumerate(times) if each and each >= begin), len(lines))
    is_cut = len(lines) >= MOST_LINES and not any(each and each < begin for each in times[:first])
    return Since(lines[first:], is_whole=not is_cut, newest=newest)


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
