"""When each part of a run began: with a clock of the test, and in-process with a sandbox."""

from collections.abc import Sequence

import pytest

from persync.apply.timing.stopwatch import Stopwatch
from persync.model import PersisterId, RunState
from persync.plan.events import (
    Event,
    PersisterFinished,
    PersisterStarted,
    RollingBack,
    StartingAgain,
    StateSeen,
    StepStarted,
    Verifying,
    WaitStarted,
    WaveStarted,
)
from persync.plan.parts.rollout import PlannedRollout, WaveKind
from persync.plan.parts.timing import RunWave
from persync.plan.plan import Plan
from persync.plan.result import PersisterResult, Result
from persync.plan.terms import Outcome, Step
from persync.rollout import Rollout
from persync.safety import Amount
from tests.plan.waves.plans import plan_of
from tests.report.test_waves import plan

[PLANNED] = plan_of("r").persisters
A = PLANNED.id
RESULT = PersisterResult(plan=PLANNED, outcome=Outcome.DONE)
STARTED, FINISHED = PersisterStarted(A), PersisterFinished(RESULT)
STOP, PUT, START = (StepStarted(A, step) for step in (Step.STOP, Step.PUT, Step.START))
STOPPED, RUNNING = (WaitStarted(A, state, 9) for state in (RunState.STOPPED, RunState.RUNNING))
VERIFYING = Verifying(A)
RESTART = (STARTED, STOP, STOPPED, PUT, START, RUNNING)


def timed(events: Sequence[Event], of: Plan) -> Result:
    """Return the result of a run in which a second passes before each event, and before the end."""
    now = 0.0
    stopwatch = Stopwatch(lambda: now)
    for event in events:
        now += 1
        stopwatch(event)
    now += 1
    return stopwatch.timed(Result(environment="test", url="u", persisters=(RESULT,)), of)


@pytest.mark.parametrize(
    ("events", "parts"),
    [
        ((), []),  # not attempted
        ((STARTED, FINISHED), ["check 1 1"]),  # in sync already, or a conflict
        (
            (*RESTART, VERIFYING, FINISHED),  # the waits are parts of the stop and of the start
            ["check 1 1", "stop 2 2", "update 4 1", "start 5 2", "verify 7 1"],
        ),
        ((STARTED, STOPPED, PUT, FINISHED), ["check 1 1", "wait 2 1", "update 3 1"]),
        (
            (*RESTART, StartingAgain(A), RUNNING, FINISHED),
            ["check 1 1", "stop 2 2", "update 4 1", "start 5 2", "start-again 7 2"],
        ),
        (
            (STARTED, PUT, RollingBack(A), STARTED, STOP, STOPPED, VERIFYING, FINISHED),
            ["check 1 1", "update 2 1", "rollback 3 5"],
        ),
        ((STARTED, PUT, FINISHED, RollingBack(A), PUT, FINISHED), ["check 1 1", "update 2 1", "rollback 4 2"]),
        ((STARTED, PUT, FINISHED, FINISHED), ["check 1 1", "update 2 1"]),  # after the last look
        ((STARTED, PUT, StateSeen(A, RunState.RUNNING)), ["check 1 1", "update 2 2"]),  # up to the end
    ],
)
def test_the_parts_of_a_persister(events: Sequence[Event], parts: list[str]) -> None:
    [found] = timed(events, plan("r", Rollout())).persisters
    assert [f"{each.part} {each.began_after:g} {each.seconds:g}" for each in found.parts] == parts


def test_the_waves() -> None:
    found = plan("rrr", Rollout(canary=Amount(1), batch=Amount(1), pause=5.0))
    waves = found.rollout.waves if found.rollout else ()
    result = timed([WaveStarted(wave, number, 3) for number, wave in enumerate(waves[:2], 1)], found)
    ids = [PersisterId("web", f"r{number}", "pg") for number in range(3)]
    assert (result.seconds, result.waves) == (
        3,
        (
            RunWave(kind=WaveKind.CANARY, pause=0, persisters=(ids[0],), began_after=1),
            RunWave(kind=WaveKind.BATCH, pause=5, persisters=(ids[1],), began_after=2),
            RunWave(kind=WaveKind.BATCH, pause=5, persisters=(ids[2],), began_after=None),
        ),
    )
    assert result.began.endswith("Z")


def test_a_single_wave_begins_with_the_run() -> None:
    [wave] = timed([], plan("rr", Rollout())).waves
    assert (wave.began_after, len(wave.persisters)) == (0, 2)
    without = plan("rr", Rollout()).model_copy(update={"rollout": PlannedRollout(parallelism=1)})
    assert timed([], without).waves == ()
    assert timed([], without.model_copy(update={"rollout": None})).waves == ()


def test_what_had_nothing_to_do_has_no_times() -> None:
    result = timed([], plan("", Rollout()))
    assert (result.began, result.seconds, result.waves) == ("", None, ())
