"""The rollout as a timeline: where each part of the work on a persister lies, if all takes as long as it may."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.plan.parts.rollout import PlannedRollout, Wave, WaveMember

WIDTH = 1000
"""How wide the timeline is."""


class Bar(NamedTuple):
    """A part of a row: what is done, and where it begins and how wide it is, of ``WIDTH``."""

    part: str
    x: float
    width: float


class Row(NamedTuple):
    """A persister: its bars, in order; none if it cannot be begun."""

    member: WaveMember
    bars: tuple[Bar, ...]


class WaveRows(NamedTuple):
    """A wave, its persisters, and whether it is unfolded at first."""

    wave: Wave
    rows: tuple[Row, ...]
    is_open: bool


def timeline(rollout: PlannedRollout, most_open: int) -> Iterator[WaveRows]:
    """Yield the waves.

    Args:
        rollout: of a plan.
        most_open: how many persisters are visible at first.
    """
    shown = 0
    for wave in rollout.waves:
        shown += len(wave.persisters)
        rows = tuple(Row(member, tuple(_bars(member, rollout.seconds))) for member in wave.persisters)
        yield WaveRows(wave, rows, shown <= most_open)


def _bars(member: WaveMember, total: float) -> Iterator[Bar]:
    if member.begins_after is None:
        return
    longest = member.longest
    start = longest.readiness_delay + longest.start + longest.settle
    at = member.begins_after
    for part, seconds in (("stop", longest.stop), ("update", longest.update), ("start", start)):
        if seconds:
            yield Bar(part, round(at / total * WIDTH, 1), round(seconds / total * WIDTH, 1))
        at += seconds
