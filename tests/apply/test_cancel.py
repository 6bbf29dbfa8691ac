"""The first request to end: nothing is begun, what was stopped is started and waited for."""

import pytest

from persync.apply.attempts import Interruption
from persync.model import RunState
from persync.plan.events import Event, StepStarted, WaitStarted
from persync.plan.result import Result
from persync.plan.terms import Outcome, Step
from persync.report.summary import result_summary
from persync.sandbox.server import SandboxServer
from tests.apply.runs import desired, run

ID = desired().id


@pytest.mark.parametrize(
    "place",
    [
        WaitStarted(ID, RunState.STOPPED, 20),
        StepStarted(ID, Step.PUT),
        StepStarted(ID, Step.START),
        WaitStarted(ID, RunState.RUNNING, 20),
    ],
)
def test_what_was_stopped_is_finished(place: Event) -> None:
    interruption = Interruption()

    def cancel(event: Event, _: SandboxServer) -> None:
        if event == place:
            interruption.gracefully.set()

    ran = run({"kind": "unavailable", "times": 3}, on_event=cancel, settle=0.1, interruption=interruption)
    assert (ran.result.outcome, ran.state, ran.running) == (Outcome.DONE, "RUNNING", "500")


def test_a_wait_before_the_first_write_is_not() -> None:
    interruption = Interruption()

    def cancel(event: Event, _: SandboxServer) -> None:
        if event == WaitStarted(ID, RunState.STOPPED, 20):
            interruption.gracefully.set()

    ran = run(on_event=cancel, live="STOPPING", delays={"stopping": 300}, interruption=interruption)
    assert (ran.result.outcome, ran.result.problem, ran.writes) == (
        Outcome.CANCELLED,
        "interrupted while waiting for STOPPED",
        [],
    )
    result = Result(environment="test", url="", persisters=(ran.result,), interrupted=True)
    assert result_summary(result) == "Apply: 1 cancelled."
    assert not result.succeeded


@pytest.mark.parametrize(
    ("place", "writes", "problem"),
    [
        (
            WaitStarted(ID, RunState.STOPPED, 20),
            ["POST"],
            "interrupted while waiting for STOPPED; it is STOPPING now, and events queue until it runs again\nhelp:"
            " apply again to start it",
        ),
        (
            WaitStarted(ID, RunState.RUNNING, 20),
            ["POST", "PUT", "POST"],
            "interrupted while waiting for RUNNING; it is DEPLOYING now",
        ),
    ],
)
def test_the_second_request_ends_at_once(place: Event, writes: list[str], problem: str) -> None:
    interruption = Interruption()

    def cancel(event: Event, _: SandboxServer) -> None:
        if event == place:
            interruption.gracefully.set()
            interruption.immediately.set()

    delays = {"deploying": 300, "stopping": 300 if len(writes) == 1 else 0}
    ran = run(on_event=cancel, interruption=interruption, delays=delays)
    assert (ran.result.outcome, ran.reported, ran.writes, ran.result.left_stopped) == (
        Outcome.CANCELLED,
        problem,
        writes,
        len(writes) == 1,
    )
