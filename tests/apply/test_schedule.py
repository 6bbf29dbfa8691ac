"""Which results count as down, cell by cell."""

import pytest

from persync.apply.schedule import Schedule
from persync.plan.result import PersisterResult
from persync.plan.terms import Outcome, Step
from persync.plan.waves.down import Gate
from tests.plan.waves.plans import persisters

STOPPED, ALL = (Step.STOP,), (Step.STOP, Step.PUT, Step.START)


@pytest.mark.parametrize(
    ("letter", "outcome", "taken", "left", "seen", "is_down"),
    [
        # what ran before
        ("r", Outcome.DONE, ALL, (), "RUNNING", False),
        ("r", Outcome.ALREADY, (), (), "RUNNING", False),
        ("r", Outcome.FAILED, ALL, (), "FAILED", True),
        ("r", Outcome.FAILED, STOPPED, ALL, "RUNNING", False),  # started again
        ("r", Outcome.FAILED, STOPPED, ALL, None, True),  # what is not known counts
        ("r", Outcome.CANCELLED, (), ALL, "RUNNING", False),  # before anything was written
        ("r", Outcome.CONFLICT, (), ALL, "STOPPED", True),  # another user stopped it
        ("r", Outcome.CONFLICT, (), (), "STOPPED", True),  # so a read before the first step shows
        ("r", Outcome.CONFLICT, (), (), None, False),  # nothing was read, and nothing written
        # what was down before
        ("s", Outcome.DONE, (Step.START,), (), "RUNNING", False),
        ("s", Outcome.FAILED, (), (Step.START,), "DEPLOYING", True),
        ("s", Outcome.CONFLICT, (), (), "RUNNING", False),  # another user started it
        ("s", Outcome.CONFLICT, (), (), None, True),
        ("d", Outcome.FAILED, (), (Step.WAIT,), "FAILED", True),
        # what is not to run, or is not restarted
        ("q", Outcome.DONE, STOPPED, (), "STOPPED", False),
        ("q", Outcome.FAILED, (), STOPPED, "STOPPING", False),
        ("u", Outcome.FAILED, (), (Step.PUT,), None, False),
    ],
)
def test_who_is_down_after_a_result(
    letter: str, outcome: Outcome, taken: tuple[Step, ...], left: tuple[Step, ...], seen: str | None, is_down: bool
) -> None:
    [planned] = persisters(letter)
    result = PersisterResult(plan=planned, outcome=outcome, steps_taken=taken, steps_left=left, last_state=seen)
    gate = Gate.of(1, [planned.id] if letter in "sd" else [])
    schedule = Schedule(lambda _: result, gate, 1, None, lambda: False)
    schedule.run([planned])
    assert (schedule.results, bool(gate.down)) == ({planned.id: result}, is_down)
