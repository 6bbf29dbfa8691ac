"""What is seen after the steps: the verification, and the last look at what was started."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from persync.apply.attempts import Interruption
from persync.model import Section
from persync.plan.events import Event, PersisterFinished, WaitStarted
from persync.plan.terms import Outcome
from persync.sandbox.server import SandboxServer
from tests.apply.runs import desired, run
from tests.builders import prop

POLL = {"method": "GET", "path": "*/state"}
LOOK = {"method": "GET", "path": "*/persister"}


def at_the_end(*faults: dict[str, Any]) -> Any:
    """Return an observer that sets faults when the run of the persister has finished."""

    def observe(event: Event, server: SandboxServer) -> None:
        if isinstance(event, PersisterFinished):
            server.set_faults(faults)

    return observe


def test_an_answer_that_passes_hides_no_failure() -> None:
    faults = ({"kind": "unavailable", "times": 1, **POLL}, {"kind": "shows-state", "state": "FAILED", **POLL})
    ran = run(on_event=at_the_end(*faults), settle=0.1)
    assert (ran.result.outcome, ran.result.problem.partition(";")[0]) == (
        Outcome.FAILED,
        "it was RUNNING after its start, and is FAILED at the end of the run",
    )


def test_an_error_of_the_last_look_shows_no_secret() -> None:
    persister = desired()
    password = prop("spring.datasource.password", "hunter2xyz", span=persister.span)
    properties = {**persister.properties, Section.APP: (*persister.properties[Section.APP], password)}
    fault = {"kind": "api-error", "message": "cannot bind hunter2xyz", **POLL}
    ran = run(on_event=at_the_end(fault), persister=replace(persister, properties=properties))
    assert (ran.result.outcome, "cannot bind (sensitive)" in ran.result.problem) == (Outcome.DONE, True)
    assert "hunter2xyz" not in ran.result.problem + ran.result.hint


def at_the_start(*faults: dict[str, Any], interruption: Interruption | None = None) -> Any:
    """Return an observer that sets faults while the persister starts, and may cancel gracefully then."""

    def observe(event: Event, server: SandboxServer) -> None:
        if isinstance(event, WaitStarted) and event.state == "RUNNING":
            server.set_faults(faults)
            if interruption:
                interruption.gracefully.set()

    return observe


def test_a_graceful_cancel_verifies_what_it_finished() -> None:
    interruption = Interruption()
    late = {"kind": "shows-previous", "times": 2, **LOOK}
    ran = run(on_event=at_the_start(late, interruption=interruption), settle=0.1, interruption=interruption)
    assert (ran.result.outcome, ran.result.problem, ran.running) == (Outcome.DONE, "", "500")


def test_a_graceful_cancel_hides_no_failure() -> None:
    interruption = Interruption()

    def observe(event: Event, server: SandboxServer) -> None:
        at_the_start(interruption=interruption)(event, server)
        at_the_end({"kind": "shows-state", "state": "FAILED", **POLL})(event, server)

    ran = run(on_event=observe, settle=0.1, interruption=interruption)
    assert (ran.result.outcome, ran.result.problem.partition(";")[0]) == (
        Outcome.FAILED,
        "it was RUNNING after its start, and is FAILED at the end of the run",
    )


@pytest.mark.parametrize(
    ("state", "problem", "left_stopped"),
    [
        (
            "STOPPED",
            "it is STOPPED at the end of its run; it is STOPPED now, and events queue until it runs again\nhelp:"
            " something else changes its run state; apply again to start it",
            True,
        ),
        ("FAILED", "global/one is FAILED at the end of its run\nhelp: read its log, fix the cause, plan again", False),
    ],
)
def test_a_state_that_the_verification_sees_is_reported(state: str, problem: str, left_stopped: bool) -> None:
    # a wait reads the run state alone; the verification reads the persister
    shown = {"kind": "shows-state", "state": state, **LOOK}
    ran = run(on_event=at_the_start(shown), settle=0.1)
    assert (ran.result.outcome, ran.reported, ran.result.left_stopped) == (Outcome.FAILED, problem, left_stopped)
