"""The timeline of a run: what happened when, wave by wave.

Up to a number of persisters each has a row. Beyond, only those that need attention and those that were down the longest
have, and adjacent waves in which everything went well are shown as one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import filterfalse, groupby
from typing import TYPE_CHECKING, NamedTuple

from persync.plan.parts.timing import WorkPart
from persync.plan.terms import Outcome, Step
from persync.report.actions import OUTCOME_RANKS
from persync.report.waves.downs import down_since
from persync.report.waves.scale import Scale, clock
from persync.report.waves.wording import downtime_text, duration, pause_text
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.plan.parts.timing import RunWave, TimedPart
    from persync.plan.result import PersisterResult, Result
    from persync.report.waves.scale import Bar

_MOST_ROWS = 100
"""Persisters of a run that all have a row."""
_MOST_WAVES = 24
"""Waves of a run that are all shown by themselves."""
_MOST_LINES = 12
"""Lines about waves in a text."""
_MOST_OPEN = 40
"""Rows that are visible at first."""
_MOST_URGENT, _MOST_SLOW = 20, 5
"""Rows of a wave of a larger run."""
_GOOD = (Outcome.DONE, Outcome.ALREADY)
_READS = (WorkPart.CHECK, WorkPart.VERIFY)
_PARTS = {Step.WAIT: WorkPart.WAIT, Step.STOP: WorkPart.STOP, Step.PUT: WorkPart.UPDATE, Step.START: WorkPart.START}


class RunRow(NamedTuple):
    """A persister that was begun: its bars, and what they show as a text.

    Attributes:
        result: its result.
        began: when, in minutes and seconds from the beginning of the run.
        bars: of the parts of the work on it, and below them of its downtime.
        parts: how long they took.
        not_tried: the steps that were not begun because an earlier one did not finish.
        downtime: how long it was down; may be empty.
    """

    result: PersisterResult
    began: str
    bars: tuple[Bar, ...]
    parts: str
    not_tried: tuple[str, ...]
    downtime: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A wave of a run, or several adjacent ones that are shown as one.

    Attributes:
        first: the number of its first wave, from 1.
        waves: them.
        results: their persisters, in the order of the waves.
        show_all: each persister that was begun has a row.
    """

    first: int
    waves: tuple[RunWave, ...]
    results: tuple[PersisterResult, ...]
    show_all: bool

    @property
    def title(self) -> str:
        """``2. batch``, or ``2 to 9. batches``."""
        kinds = dict.fromkeys(wave.kind.value for wave in self.waves)
        if len(self.waves) == 1:
            return f"{self.first}. {next(iter(kinds))}"
        return f"{self.first:,} to {self.first + len(self.waves) - 1:,}. {' and '.join(kinds)}"

    @property
    def facts(self) -> str:
        """``20 persisters, after a pause of 60 s: 19 done, 1 failed; 1 min 24 s from 1:38; down for 12 s to 38 s``."""
        size = number(len(self.results), "persister")
        pauses = {pause_text(wave) for wave in self.waves if wave.pause}
        pause = f", after {pauses.pop()}" if len(pauses) == 1 else ""
        counts = Counter(result.outcome for result in self.results)
        texts = [", ".join(f"{counts[outcome]:,} {_label(outcome)}" for outcome in OUTCOME_RANKS if counts[outcome])]
        if self.begun:
            texts.append(f"{duration(self.scale.end - self.scale.start)} from {clock(self.scale.start)}")
        times = sorted(result.downtime for result in self.results if result.downtime is not None)
        if times:
            texts.append(f"down for {_range(times)}")
        return f"{size}{pause}: {'; '.join(texts)}"

    @property
    def typical(self) -> str:
        """``stop 5 s to 14 s, update 0.2 s to 0.8 s, start 20 s to 45 s``: where not each persister has a row."""
        seconds: defaultdict[WorkPart, list[float]] = defaultdict(list)
        for part in (part for result in self.results for part in result.parts if part.part not in _READS):
            seconds[part.part].append(part.seconds)
        return ", ".join(f"{_name(part)} {_range(seconds[part])}" for part in WorkPart if part in seconds)

    @property
    def begun(self) -> tuple[PersisterResult, ...]:
        """The persisters on which work was begun."""
        return tuple(result for result in self.results if result.parts)

    @property
    def not_begun(self) -> tuple[PersisterResult, ...]:
        """The other ones."""
        return tuple(result for result in self.results if not result.parts)

    @property
    def is_urgent(self) -> bool:
        """Whether something did not go well with a persister that was begun."""
        return any(_is_urgent(result) for result in self.results)

    @property
    def scale(self) -> Scale:
        """From the beginning of its first persister to the end of its last."""
        parts = [part for result in self.results for part in result.parts]
        start = min((part.began_after for part in parts), default=0)
        return Scale(start, max(max((part.ended_after for part in parts), default=0), start + 0.1))

    @property
    def rows(self) -> list[RunRow]:
        """The persisters that are shown one by one: all, or else the urgent ones and those that were down longest."""
        shown = list(self.begun)
        if not self.show_all:
            urgent, others = [*filter(_is_urgent, shown)], [*filterfalse(_is_urgent, shown)]
            chosen = urgent[:_MOST_URGENT] + sorted(others, key=_seconds, reverse=True)[:_MOST_SLOW]
            ids = {result.plan.id for result in chosen}
            shown = [result for result in shown if result.plan.id in ids]
        scale = self.scale
        return [_row(result, scale) for result in shown]


def stretches(result: Result) -> list[Stretch]:
    """Return the waves of a result, in order; of a large run, adjacent ones without a problem as one."""
    by_id = {each.plan.id: each for each in result.persisters}
    show_all = len(result.persisters) <= _MOST_ROWS
    waves = [
        (number, wave, tuple(by_id[persister] for persister in wave.persisters if persister in by_id))
        for number, wave in enumerate(result.waves, 1)
    ]

    def alike(wave: tuple[int, RunWave, tuple[PersisterResult, ...]]) -> tuple[object, ...]:
        number, of, results = wave
        urgent = any(map(_is_urgent, results))
        return (number,) if urgent or len(waves) <= _MOST_WAVES else (of.kind, of.began_after is None)

    return [
        Stretch(
            group[0][0],
            tuple(wave for _, wave, _ in group),
            tuple(each for _, _, results in group for each in results),
            show_all,
        )
        for group in (list(found) for _, found in groupby(waves, key=alike))
    ]


def happened_lines(result: Result) -> Iterator[str]:
    """Yield a line for each wave of a result, of many waves for those with a problem; nothing for a single wave."""
    found = stretches(result)
    if len(found) <= 1:
        return
    shown = found if len(found) <= _MOST_LINES else [each for each in found if each.is_urgent][:_MOST_LINES]
    yield from (f"{each.title} {each.facts}" for each in shown)
    if rest := sum(len(each.waves) for each in found) - sum(len(each.waves) for each in shown):
        yield f"and {number(rest, 'more wave')}"


def opened(found: Sequence[Stretch]) -> Iterator[tuple[Stretch, list[RunRow], bool]]:
    """Yield stretches with their rows, and whether they are unfolded at first: few rows, and those with a problem."""
    shown = 0
    for stretch in found:
        rows = stretch.rows
        shown += len(rows)
        yield stretch, rows, stretch.is_urgent or (stretch.show_all and shown <= _MOST_OPEN)


KEYS = {
    "stop": ("stop",),
    "update": ("update",),
    "start": ("start",),
    "other": ("check", "wait", "verify"),
    "failed": ("failed", "start-again", "rollback"),
    "down": ("down",),
}
"""The colours of bars, and the bars that have them."""
_LABELS = {
    "other": "check, wait, verify",
    "failed": "not finished, and what followed",
    "down": "down",
}


def legend(found: Sequence[Stretch]) -> list[tuple[str, str]]:
    """Return the colours that the bars of these stretches have, with labels."""
    used = {bar.part for stretch in found for row in stretch.rows for bar in row.bars}
    return [(key, _LABELS.get(key, key)) for key, bars in KEYS.items() if not used.isdisjoint(bars)]


def _row(result: PersisterResult, scale: Scale) -> RunRow:
    failed = _failed_part(result)
    bars = [
        scale.bar("failed" if part is failed else part.part.value, part.began_after, part.ended_after)
        for part in result.parts
    ]
    if since := down_since(result):
        start, end = since
        bars.append(scale.bar("down", start, end if result.is_up else scale.end))
    texts = [
        f"{_name(part.part)} {duration(max(part.seconds, 0.1))}{' (not finished)' if part is failed else ''}"
        for part in result.parts
        if part.part not in _READS or part.seconds >= 1 or part is failed
    ]
    begun = {part.part for part in result.parts}
    return RunRow(
        result,
        clock(result.parts[0].began_after),
        tuple(bars),
        ", ".join(texts),
        tuple(_PARTS[step].value for step in result.steps_left if _PARTS[step] not in begun),
        downtime_text(result),
    )


def _range(seconds: Sequence[float]) -> str:
    return " to ".join(dict.fromkeys(map(duration, (min(seconds), max(seconds)))))


def _name(part: WorkPart) -> str:
    return part.value.replace("-", " ")


def _label(outcome: Outcome) -> str:
    return "in sync already" if outcome is Outcome.ALREADY else outcome.value


def _is_urgent(result: PersisterResult) -> bool:
    return bool(result.parts) and result.outcome not in _GOOD


def _seconds(result: PersisterResult) -> float:
    """Return how long it was down, or else how long all took."""
    return result.downtime or sum(part.seconds for part in result.parts)


def _failed_part(result: PersisterResult) -> TimedPart | None:
    """Return the part that did not finish."""
    if result.outcome in _GOOD:
        return None
    names = {_PARTS[step] for step in result.steps_left[:1]} or set(_READS)
    return next((part for part in reversed(result.parts) if part.part in names), None)
