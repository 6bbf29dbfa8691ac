"""Reads that are late or jump, states that heal or do not last."""

from typing import Any

import pytest

from persync.model import RunState
from persync.plan.events import Event, PersisterFinished, StepStarted
from persync.plan.terms import Outcome, Step
from persync.sandbox.server import SandboxServer
from tests.apply.runs import desired, run

POLL = {"method": "GET", "path": "*/state"}
LOOK = {"method": "GET", "path": "*/persister"}
DONE = (Outcome.DONE, "", "RUNNING", "500", ["POST", "PUT", "POST"])
SETTLE = 0.3


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param([{"kind": "shows-previous", "lasts": 0.2}], id="the old configuration for a while"),
        pytest.param([{"kind": "shows-previous", "after": 1, "times": 3}], id="new, old, new"),
        pytest.param([{"kind": "shows-state", "state": "STOPPED", "times": 1, "after": 3, **POLL}], id="STOPPED once"),
        pytest.param([{"kind": "shows-state", "state": "FAILED", "lasts": 0.2, "after": 3, **POLL}], id="FAILED heals"),
        pytest.param(
            [{"kind": "shows-state", "state": "RUNNING", "after": 1, "times": 3, **POLL}],
            id="a late RUNNING after STOP",
        ),
        pytest.param(
            [
                {"kind": "drop-after", "method": "POST", "after": 1, "times": 1},
                {"kind": "shows-state", "state": "STOPPED", "times": 1, "after": 3, **POLL},
            ],
            id="STOPPED just after a START without an answer",
        ),
    ],
)
def test_what_does_not_last_does_not_count(faults: list[dict[str, Any]]) -> None:
    ran = run(*faults, settle=SETTLE, delays={"stopping": 0, "deploying": 0})
    writes = [write.partition(" ")[0] for write in ran.writes]
    assert (ran.result.outcome, ran.result.problem, ran.state, ran.running, writes) == DONE


def test_a_late_read_before_the_put_is_looked_at_again() -> None:
    late = {"kind": "shows-state", "state": "RUNNING", "times": 1, "after": 1, **LOOK}
    ran = run(late, settle=SETTLE)
    assert (ran.result.outcome, ran.result.problem, ran.state, ran.running, ran.writes) == DONE


def test_a_difference_that_lasts_is_an_error() -> None:
    ran = run({"kind": "ignore-property", "property": "eventstore.batchSize"}, settle=0.1)
    assert (ran.result.outcome, ran.result.problem.partition(":")[0], ran.state) == (
        Outcome.FAILED,
        "the API accepted everything, but these properties still differ",
        "RUNNING",
    )


@pytest.mark.parametrize("state", ["FAILED", "STOPPED", "RUNNING_BUT_OUTDATED"])
def test_a_state_other_than_running_that_holds_counts(state: str) -> None:
    # From its fifth look on: before and after the STOP, before the START, RUNNING once.
    ran = run({"kind": "shows-state", "state": state, "after": 4, **POLL}, settle=0.1, delays={"stopping": 0})
    expected = {
        "FAILED": (Outcome.FAILED, "global/one went to FAILED instead of RUNNING"),
        "STOPPED": (Outcome.CONFLICT, "global/one went to STOPPED instead of RUNNING"),
        "RUNNING_BUT_OUTDATED": (
            Outcome.CONFLICT,
            "global/one is RUNNING_BUT_OUTDATED: its configuration was changed while it started",
        ),
    }
    assert (ran.result.outcome, ran.result.problem.partition(";")[0], ran.writes) == (
        *expected[state],
        ["POST", "PUT", "POST"],
    )


@pytest.mark.parametrize(
    ("state", "lasts", "expected"),
    [
        ("FAILED", None, (Outcome.FAILED, "it was RUNNING after its start, and is FAILED at the end of the run")),
        ("STOPPED", None, (Outcome.FAILED, "it was RUNNING after its start, and is STOPPED at the end of the run")),
        ("FAILED", 0.05, (Outcome.DONE, "")),
    ],
)
def test_what_was_started_is_looked_at_once_more(
    state: str, lasts: float | None, expected: tuple[Outcome, str]
) -> None:
    def fail(event: Event, server: SandboxServer) -> None:
        if isinstance(event, PersisterFinished):
            server.set_faults([{"kind": "shows-state", "state": state, "lasts": lasts, **POLL}])

    ran = run(on_event=fail, settle=SETTLE)
    steps = (Step.STOP, Step.PUT, Step.START)
    assert (ran.result.outcome, ran.result.problem.partition(";")[0], ran.result.steps_taken) == (*expected, steps)


def test_a_last_look_that_fails_is_reported() -> None:
    def fail(event: Event, server: SandboxServer) -> None:
        if isinstance(event, PersisterFinished):
            server.set_faults([{"kind": "unavailable", **POLL}])

    ran = run(on_event=fail)
    assert (ran.result.outcome, ran.result.problem.partition(": ")[0]) == (
        Outcome.DONE,
        "it was RUNNING after its start; it could not be read again",
    )


def test_a_persister_that_is_not_to_run_is_not_looked_at_again() -> None:
    def break_off(event: Event, server: SandboxServer) -> None:
        if isinstance(event, PersisterFinished):
            server.set_faults([{"kind": "unavailable", **POLL}])

    ran = run(on_event=break_off, persister=desired(RunState.STOPPED))
    assert (ran.result.outcome, ran.result.problem, ran.state) == (Outcome.DONE, "", "STOPPED")


def test_an_update_alone_looks_at_no_state() -> None:
    fault = {"kind": "drop-after", "method": "PUT", "times": 1}
    ran = run(fault, {"kind": "unavailable", **POLL}, persister=desired(None))
    assert (ran.result.outcome, ran.result.problem, ran.stored, ran.writes) == (Outcome.DONE, "", "500", ["PUT None"])


def test_a_step_is_begun_once() -> None:
    steps = []

    def note(event: Event, _: SandboxServer) -> None:
        if isinstance(event, StepStarted):
            steps.append(event.step)

    run({"kind": "unavailable", "method": "PUT", "times": 3}, on_event=note)
    assert steps == [Step.STOP, Step.PUT, Step.START]


def test_a_start_of_another_user_that_did_not_happen_leaves_nothing_stopped() -> None:
    """DEPLOYING after persync's own STOP means another user, at once; a state shown for a moment starts nothing."""
    wrong = {"kind": "shows-state", "state": "DEPLOYING", "after": 1, "times": 2, **POLL}
    ran = run(wrong, settle=SETTLE, delays={"stopping": 0.3})
    assert (ran.result.outcome, ran.state, ran.running, ran.writes) == (
        Outcome.CONFLICT,
        "RUNNING",
        "200",
        ["POST", "POST"],
    )
    hint = "another apply may be at work; plan again when it has finished"
    assert ran.reported.endswith(f". It was started again and runs\nhelp: {hint}")
