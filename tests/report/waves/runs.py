"""Runs of many persisters, as results with times."""

from __future__ import annotations

from typing import NamedTuple

from persync.plan.parts.rollout import WaveKind
from persync.plan.parts.timing import RunWave, TimedPart, WorkPart
from persync.plan.plan import PersisterPlan
from persync.plan.result import PersisterResult, Result
from persync.plan.terms import Outcome, Step
from persync.rollout import Pause
from tests.plan.waves.plans import persisters

RESTART = (("check", 1), ("stop", 10), ("update", 0.5), ("start", 30), ("verify", 0.5))
FAILURE = (*RESTART[:3], ("start", 240), ("start-again", 20))
CUT = (("check", 1), ("stop", 120))


class Wave(NamedTuple):
    """A wave that begins at a time, in seconds; a letter for how each of its persisters ends.

    ``d`` done, ``a`` in sync already, ``f`` failed, ``c`` cancelled while it stops, ``n`` not attempted.
    """

    began: float | None
    letters: str
    kind: WaveKind = WaveKind.BATCH
    pause: Pause = 0


def run(*waves: Wave) -> Result:
    """Return the result of a run."""
    planned = iter(persisters("r" * sum(len(wave.letters) for wave in waves)))
    found, results = [], []
    for wave in waves:
        of_wave = [_result(next(planned), letter, wave.began or 0) for letter in wave.letters]
        results += of_wave
        ids = tuple(each.plan.id for each in of_wave)
        found.append(RunWave(kind=wave.kind, pause=wave.pause, persisters=ids, began_after=wave.began))
    ends = [part.ended_after for each in results for part in each.parts]
    return Result(
        environment="production",
        url="https://harvester.example.com",
        persisters=tuple(results),
        began="2026-11-26T10:22:56Z",
        seconds=max(ends, default=0),
        waves=tuple(found),
    )


def _result(plan: PersisterPlan, letter: str, at: float) -> PersisterResult:
    stop, put, start = Step.STOP, Step.PUT, Step.START
    match letter:
        case "d":
            return PersisterResult(
                plan=plan,
                outcome=Outcome.DONE,
                steps_taken=(stop, put, start),
                parts=_parts(RESTART, at),
                downtime=38,
                last_state="RUNNING",
            )
        case "a":
            return PersisterResult(plan=plan, outcome=Outcome.ALREADY, parts=_parts(RESTART[:1], at))
        case "f":
            return PersisterResult(
                plan=plan,
                outcome=Outcome.FAILED,
                steps_taken=(stop, put),
                steps_left=(start,),
                problem="it is FAILED",
                parts=_parts(FAILURE, at),
                downtime=270.5,
                last_state="FAILED",
            )
        case "c":
            return PersisterResult(
                plan=plan,
                outcome=Outcome.CANCELLED,
                steps_left=(stop, put, start),
                problem="cancelled",
                parts=_parts(CUT, at),
            )
        case _:
            return PersisterResult(plan=plan, outcome=Outcome.NOT_ATTEMPTED)


def _parts(seconds: tuple[tuple[str, float], ...], at: float) -> tuple[TimedPart, ...]:
    made = []
    for name, length in seconds:
        made.append(TimedPart(part=WorkPart(name), began_after=at, seconds=length))
        at += length
    return tuple(made)
