"""Measures when each part of a run begins and ends, by the events of the run."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from persync.plan.events import (
    PersisterFinished,
    PersisterStarted,
    RollingBack,
    StartingAgain,
    StepStarted,
    Verifying,
    WaitStarted,
    WaveStarted,
)
from persync.plan.parts.timing import RunWave, TimedPart, WorkPart
from persync.plan.terms import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from persync.model import PersisterId
    from persync.plan.events import Event
    from persync.plan.plan import Plan
    from persync.plan.result import Result

_OF_STEPS = {
    Step.WAIT: WorkPart.WAIT,
    Step.STOP: WorkPart.STOP,
    Step.PUT: WorkPart.UPDATE,
    Step.START: WorkPart.START,
}
_UNTIL_THE_END = (WorkPart.START_AGAIN, WorkPart.ROLLBACK)
"""Parts with steps and waits of their own, which are not shown by themselves."""


class Stopwatch:
    """An observer of a run, which begins with it. It is called from any thread, for a persister from one at a time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin.

        Args:
            clock: returns seconds; only their differences count.
        """
        self._clock = clock
        self._start = clock()
        self._time = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        self._waves: dict[int, float] = {}
        self._marks: dict[PersisterId, list[tuple[WorkPart | None, float]]] = {}

    def __call__(self, event: Event) -> None:
        """Take note of what begins or ends now."""
        match event:
            case WaveStarted(number=number):
                self._waves[number] = self._now
            case PersisterStarted(id=persister):
                self._mark(persister, WorkPart.CHECK)
            case StepStarted(id=persister, step=step):
                self._mark(persister, _OF_STEPS[step])
            case WaitStarted(id=persister):
                if self._current(persister) is WorkPart.CHECK:  # the others wait within a step
                    self._mark(persister, WorkPart.WAIT)
            case Verifying(id=persister):
                self._mark(persister, WorkPart.VERIFY)
            case StartingAgain(id=persister):
                self._mark(persister, WorkPart.START_AGAIN)
            case RollingBack(id=persister):
                self._mark(persister, WorkPart.ROLLBACK)
            case PersisterFinished(result=result):
                self._end(result.plan.id)
            case _:
                pass

    def timed(self, result: Result, plan: Plan) -> Result:
        """Return the result of the run, which ends now, with its times.

        Args:
            result: of the run.
            plan: what was applied.
        """
        if not plan.to_do:
            return result  # nothing was begun
        waves = plan.rollout.waves if plan.rollout else ()
        return result.model_copy(
            update={
                "began": self._time,
                "seconds": self._now,
                "persisters": tuple(
                    each.model_copy(update={"parts": tuple(self._parts(each.plan.id))}) for each in result.persisters
                ),
                "waves": tuple(
                    RunWave(
                        kind=wave.kind,
                        pause=wave.pause,
                        persisters=tuple(member.id for member in wave.persisters),
                        # a single wave has no event
                        began_after=0 if len(waves) == 1 else self._waves.get(number),
                    )
                    for number, wave in enumerate(waves, 1)
                ),
            }
        )

    @property
    def _now(self) -> float:
        return round(self._clock() - self._start, 2)

    def _current(self, persister: PersisterId) -> WorkPart | None:
        marks = self._marks.get(persister)
        return marks[-1][0] if marks else None

    def _mark(self, persister: PersisterId, part: WorkPart) -> None:
        if self._current(persister) not in _UNTIL_THE_END:
            self._marks.setdefault(persister, []).append((part, self._now))

    def _end(self, persister: PersisterId) -> None:
        if self._current(persister) is not None:
            self._marks[persister].append((None, self._now))

    def _parts(self, persister: PersisterId) -> Iterator[TimedPart]:
        marks = self._marks.get(persister, [])
        ends = [at for _, at in marks[1:]]
        for (part, at), end in zip(marks, [*ends, self._now], strict=False):
            if part is not None:
                yield TimedPart(part=part, began_after=at, seconds=round(end - at, 2))
