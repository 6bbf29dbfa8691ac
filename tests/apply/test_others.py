"""Another user who starts, stops or changes the persister meanwhile: recognised by what is seen, and named."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from persync.model import RunState, Section
from persync.plan.events import Event, StartingAgain, StepStarted, WaitStarted
from persync.plan.terms import Outcome, Step
from persync.sandbox.server import SandboxServer
from tests.apply.runs import SPAN, TIMEOUTS, desired, run
from tests.builders import prop

STOPPING, UPDATING, STARTING = (StepStarted, Step.STOP), (StepStarted, Step.PUT), (StepStarted, Step.START)
WAITING = (WaitStarted, RunState.RUNNING)
STARTED = "although it was stopped: another user or program started it"
OTHER = {"set": {"appConfig": {"eventstore.batchSize": "300"}}}


def at(place: tuple[type[Event], object], **change: Any) -> Callable[[Event, SandboxServer], None]:
    """Return an observer that changes the persister when this event comes for the first time."""
    seen: list[Event] = []

    def observe(event: Event, server: SandboxServer) -> None:
        kind, what = place
        if isinstance(event, kind) and what in {getattr(event, "step", None), getattr(event, "state", None)}:
            if not seen:
                server.change_externally("global", "one", **change)
            seen.append(event)

    return observe


@pytest.mark.parametrize(
    ("place", "state", "problem", "writes"),
    [
        pytest.param(UPDATING, "DEPLOYING", f"global/one is DEPLOYING, {STARTED}", ["POST"], id="started before PUT"),
        pytest.param(UPDATING, "RUNNING", f"global/one is RUNNING, {STARTED}", ["POST"], id="runs before PUT"),
        pytest.param(
            STARTING, "DEPLOYING", f"global/one is DEPLOYING, {STARTED}", ["POST", "PUT"], id="started before START"
        ),
        pytest.param(STARTING, "RUNNING", f"global/one is RUNNING, {STARTED}", ["POST", "PUT"], id="runs before START"),
        pytest.param(
            WAITING,
            "STOPPED",
            "global/one went to STOPPED instead of RUNNING",
            ["POST", "PUT", "POST"],
            id="stopped while it started",
        ),
    ],
)
def test_a_changed_run_state_is_a_conflict(
    place: tuple[type[Event], object], state: str, problem: str, writes: list[str]
) -> None:
    ran = run(on_event=at(place, state=state), delays={"deploying": 0.3})
    assert (ran.result.outcome, ran.result.problem.partition(";")[0], ran.writes) == (Outcome.CONFLICT, problem, writes)


def test_who_started_it_before_the_update_runs_it_with_another_configuration() -> None:
    ran = run(on_event=at(STARTING, state="RUNNING"))
    assert (ran.result.outcome, ran.result.problem, ran.result.hint) == (
        Outcome.CONFLICT,
        f"global/one is RUNNING, {STARTED}; it may run with another configuration than the one that was stored by this"
        " run",
        "another apply may be at work; plan again when it has finished; 'persync restart global/one' makes it run with"
        " the stored one",
    )


def test_a_stop_just_before_the_stop_is_a_conflict_and_nothing_is_written() -> None:
    ran = run(on_event=at(STOPPING, state="STOPPED"))
    assert (ran.result.outcome, ran.reported, ran.writes) == (
        Outcome.CONFLICT,
        "nothing was written: it is STOPPED, another user or program stopped it\nhelp: another apply may be at work;"
        " plan again when it has finished",
        [],
    )


@pytest.mark.parametrize("state", ["DEPLOYING", "RUNNING"])
def test_a_start_just_before_the_start_is_a_conflict_and_nothing_is_written(state: str) -> None:
    properties = {**desired().properties, Section.APP: (prop("eventstore.batchSize", "200", span=SPAN),)}
    stopped = replace(desired(), properties=properties)
    ran = run(on_event=at(STARTING, state=state), live="STOPPED", persister=stopped, delays={"deploying": 0.3})
    assert (ran.result.outcome, ran.reported, ran.writes) == (
        Outcome.CONFLICT,
        f"nothing was written: it is {state}, another user or program started it\nhelp: another apply may be at work;"
        " plan again when it has finished",
        [],
    )


def test_a_start_during_the_stop_is_a_conflict_at_once() -> None:
    place = (WaitStarted, RunState.STOPPED)
    ran = run(on_event=at(place, state="DEPLOYING"), delays={"stopping": 300})
    assert (ran.result.outcome, ran.reported, ran.writes) == (
        Outcome.CONFLICT,
        f"global/one is DEPLOYING, {STARTED}\nhelp: another apply may be at work; plan again when it has finished",
        ["POST"],
    )


@pytest.mark.parametrize("change", [{}, OTHER])
def test_a_restart_that_was_not_seen_is_told_from_a_late_read_by_the_configuration(change: dict[str, Any]) -> None:
    # It was stopped, changed and started between two looks; without a change it only looks like a STOP without effect.
    ran = run(
        on_event=at((WaitStarted, RunState.STOPPED), state="RUNNING", **change),
        delays={"stopping": 300},
        settle=0.1,
        timeouts=replace(TIMEOUTS, stop=0.5),
    )
    problem = f"global/one is RUNNING, {STARTED}" if change else "global/one is RUNNING and not STOPPED after 0.5 s"
    assert (ran.result.outcome, ran.result.problem.partition(";")[0], ran.state, ran.writes) == (
        Outcome.CONFLICT if change else Outcome.FAILED,
        problem,
        "RUNNING",
        ["POST"],
    )


def test_a_changed_configuration_is_not_written_over_and_runs_again() -> None:
    ran = run(on_event=at(UPDATING, **OTHER), settle=0.1)
    assert (ran.result.outcome, ran.reported, ran.writes) == (
        Outcome.CONFLICT,
        "another user or program changed the configuration of global/one while it was stopped. It was started again"
        " and runs\nhelp: another apply may be at work; plan again when it has finished",
        ["POST", "POST"],
    )
    assert (ran.state, ran.stored, ran.running, ran.result.left_stopped) == ("RUNNING", "300", "300", False)


def test_what_the_other_user_starts_is_not_started_twice() -> None:
    starts: list[Event] = []

    def observe(event: Event, server: SandboxServer) -> None:
        change(event, server)
        if isinstance(event, StartingAgain):
            starts.append(event)

    change = at(UPDATING, **OTHER, state="DEPLOYING")
    ran = run(on_event=observe)
    assert (ran.result.outcome, ran.writes, starts, ran.state in {"DEPLOYING", "RUNNING"}) == (
        Outcome.CONFLICT,
        ["POST"],
        [],
        True,
    )
