"""The rollout of a plan as a timeline: when each part of the work on a persister is, if all takes as long as it may."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from persync.report.grouping.names import short_names
from persync.report.waves.scale import Scale
from persync.report.waves.wording import duration, pause_text
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.plan.parts.rollout import PlannedRollout, Wave, WaveMember
    from persync.report.waves.scale import Bar

_MOST_ROWS = 100
"""Persisters of a rollout that all have a row; of more, the waves have names only."""
_MOST_OPEN = 40
"""Rows that are visible at first."""
_MOST_WAVES = 24
"""Waves that are all shown by themselves; of more, adjacent ones of a kind are shown as one."""


class Row(NamedTuple):
    """A persister: its bars, in order; none if it cannot be begun."""

    member: WaveMember
    bars: tuple[Bar, ...]


class WaveRows(NamedTuple):
    """A wave, or several adjacent ones that are shown as one.

    Attributes:
        title: ``2. batch``, or ``2 to 9. batch``.
        facts: how many persisters it has, what is waited for before it, and how long it may take.
        scale: where times are in its rows.
        rows: its persisters; empty in a large rollout.
        names: of its persisters in a large rollout.
        is_open: whether it is unfolded at first.
    """

    title: str
    facts: str
    scale: Scale
    rows: tuple[Row, ...]
    names: tuple[str, ...]
    is_open: bool


def timeline(rollout: PlannedRollout) -> Iterator[WaveRows]:
    """Yield the waves of a plan."""
    shown = 0
    is_large = sum(len(wave.persisters) for wave in rollout.waves) > _MOST_ROWS
    for first, waves in _stretches(rollout.waves):
        members = [member for wave in waves for member in wave.persisters]
        shown += len(members)
        scale = _scale(members)
        yield WaveRows(
            _title(first, waves),
            _facts(waves, members, scale),
            scale,
            () if is_large else tuple(Row(member, tuple(_bars(member, scale))) for member in members),
            tuple(name.text for name in short_names(member.id for member in members)) if is_large else (),
            not is_large and shown <= _MOST_OPEN,
        )


def _stretches(waves: Sequence[Wave]) -> Iterator[tuple[int, list[Wave]]]:
    """Yield waves that are shown as one, and the number of the first."""
    numbered = enumerate(waves, 1)
    for _, found in groupby(numbered, lambda each: each[1].kind if len(waves) > _MOST_WAVES else each[0]):
        group = list(found)
        yield group[0][0], [wave for _, wave in group]


def _title(first: int, waves: Sequence[Wave]) -> str:
    last = f" to {first + len(waves) - 1:,}" if len(waves) > 1 else ""
    return f"{first:,}{last}. {waves[0].kind}"


def _facts(waves: Sequence[Wave], members: Sequence[WaveMember], scale: Scale) -> str:
    size = number(len(members), "persister")
    pause = f", after {pause_text(waves[-1])}{'' if len(waves) == 1 else ' each'}" if waves[-1].pause else ""
    seconds = waves[0].seconds if len(waves) == 1 else scale.end - scale.start
    return f"{size}{pause}, {duration(seconds)} at most"


def _scale(members: Sequence[WaveMember]) -> Scale:
    begins = [member.begins_after for member in members if member.begins_after is not None]
    ends = [member.begins_after + member.seconds for member in members if member.begins_after is not None]
    start = min(begins, default=0)
    return Scale(start, max(max(ends, default=0), start + 1))


def _bars(member: WaveMember, scale: Scale) -> Iterator[Bar]:
    if member.begins_after is None:
        return
    longest = member.longest
    start = longest.readiness_delay + longest.start + longest.settle
    at = member.begins_after
    for part, seconds in (("stop", longest.stop), ("update", longest.update), ("start", start)):
        if seconds:
            yield scale.bar(part, at, at + seconds)
        at += seconds
