"""How many persisters were down in the course of a run."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from persync.plan.parts.timing import WorkPart
from persync.report.waves.scale import WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.plan.result import PersisterResult, Result


class Downs(NamedTuple):
    """How many persisters were down in the course of a run.

    Attributes:
        most: at once.
        at: seconds from the beginning of the run, when that was so first.
        points: the outline of the area, of WIDTH and 100 high, as SVG has it.
    """

    most: int
    at: float
    points: str


def downs(result: Result) -> Downs | None:
    """Return how many persisters were down at a time; ``None`` if that was never more than one."""
    marks: list[tuple[float, int]] = []
    for each in result.persisters:
        if since := down_since(each):
            start, end = since
            marks += [(start, 1), (end, -1)] if each.is_up else [(start, 1)]
    most = now = 0
    at, seconds = 0.0, max(result.seconds or 0, 0.1)
    highest = [0] * (WIDTH // 4)  # in each column
    column = 0
    for time, step in sorted(marks):
        target = min(int(time / seconds * len(highest)), len(highest) - 1)
        for passed in range(column, target + 1):
            highest[passed] = max(highest[passed], now)
        column, now = target, now + step
        highest[column] = max(highest[column], now)
        if now > most:
            most, at = now, time
    for passed in range(column + 1, len(highest)):
        highest[passed] = now
    if most <= 1:
        return None
    return Downs(most, at, _outline(highest, most))


def _outline(heights: Sequence[int], most: int) -> str:
    points, x = ["0,100"], 0
    for height, run in groupby(heights):
        y = round(100 - height / most * 100)
        points.append(f"{x},{y}")
        x += len(list(run)) * (WIDTH // len(heights))
        points.append(f"{x},{y}")
    return " ".join([*points, f"{WIDTH},100"])


def down_since(result: PersisterResult) -> tuple[float, float] | None:
    """Return from when to when it was down, in seconds from the beginning of the run."""
    if result.downtime is None:
        return None
    stops = (part.began_after for part in result.parts if part.part in {WorkPart.STOP, WorkPart.ROLLBACK})
    start = next(stops, None)
    return None if start is None else (start, start + result.downtime)
