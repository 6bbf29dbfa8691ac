"""An API that is away for a while, or answers one request wrongly for ever: no persister is left stopped."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from persync.apply.attempts import Interruption
from persync.apply.persister import Applier
from persync.apply.rollout import roll_out
from persync.harvester.auth import StaticToken
from persync.harvester.client import Harvester
from persync.model import RunState, Timeouts
from persync.plan.events import Event, StepStarted, WaitStarted
from persync.plan.planner import Planner
from persync.plan.terms import Outcome, Step
from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer
from tests.apply.runs import TIMEOUTS, desired, run
from tests.builders import SECRETS

PUT = {"method": "PUT"}
ONE = {"eventType": "one", "state": "RUNNING", "deployerConfig": {"kubernetes.readinessProbeDelay": "0"}}
IMPATIENT = replace(TIMEOUTS, update=0.3)


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(WaitStarted(desired().id, RunState.STOPPED, 20), id="wait for STOPPED"),
        pytest.param(StepStarted(desired().id, Step.PUT), id="PUT"),
        pytest.param(StepStarted(desired().id, Step.START), id="START"),
        pytest.param(WaitStarted(desired().id, RunState.RUNNING, 20), id="wait for RUNNING"),
    ],
)
def test_refused_connections_are_waited_out(tmp_path: Path, place: Event) -> None:
    """The server is away for a second, longer than a client with five quick tries would wait."""
    description = Description.model_validate(
        {"delays": {"deploying": 0.05, "stopping": 0.05, "failing": 0.05}, "persisters": [ONE]}
    )
    first = SandboxServer(description, state=tmp_path / "state.db")
    first.start()
    port, token = int(first.url.rpartition(":")[2]), first.token()
    second = SandboxServer(description, state=tmp_path / "state.db", port=port)
    timer = threading.Timer(1, second.start)

    def observe(event: Event) -> None:
        if event == place:
            first.stop()
            timer.start()

    try:
        with Harvester.at(first.url, StaticToken(token)) as client:
            planner = Planner(client, first.url, SECRETS)
            plan = planner.plan_all([desired()], environment="test", parallelism=1).plan
            applier = Applier(planner, TIMEOUTS, 0, Interruption(), observe)
            [result] = roll_out(plan, [desired()], applier, parallelism=1, keep_going=False).persisters
        timer.join()
        writes = [request.method for request in (*first.requests(), *second.requests()) if request.method != "GET"]
        assert (result.outcome, result.problem, second.persister("global", "one")["state"], writes) == (
            Outcome.DONE,
            "",
            "RUNNING",
            ["POST", "PUT", "POST"],
        )
    finally:
        timer.join()
        second.stop()


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ({"kind": "drop-before"}, "the connection to"),
        ({"kind": "unavailable"}, "PUT /projects/global/event-types/one/eventstores/pg/persister answered 503"),
        (
            {"kind": "api-error", "status": 409},
            "PUT /projects/global/event-types/one/eventstores/pg/persister answered",
        ),
        (
            {"kind": "html-error", "status": 200},
            "PUT /projects/global/event-types/one/eventstores/pg/persister answered",
        ),
    ],
)
def test_an_update_that_never_succeeds_is_followed_by_a_start(fault: dict[str, Any], answer: str) -> None:
    ran = run({**fault, **PUT}, timeouts=IMPATIENT)
    assert (ran.result.outcome, answer in ran.result.problem, ran.state, ran.running, ran.result.left_stopped) == (
        Outcome.FAILED,
        True,
        "RUNNING",
        "200",
        False,
    )
    assert " tries in 0.3 s). It was started again and runs" in ran.result.problem
    assert [write for write in ran.writes if write == "POST"] == ["POST", "POST"]


def test_a_state_that_can_never_be_read_leaves_nothing_stopped() -> None:
    timeouts = Timeouts(start=0.3, stop=0.3, update=0.3, poll=0.02)
    ran = run({"kind": "server-error", "method": "GET", "path": "*/state", "after": 1}, timeouts=timeouts)
    assert (ran.result.outcome, ran.state, ran.running, ran.writes) == (
        Outcome.FAILED,
        "RUNNING",
        "200",
        ["POST", "POST"],
    )
    assert ran.result.problem.endswith(
        "its run state cannot be read (GET /projects/global/event-types/one/eventstores"
        "/pg/persister/state answered 500: An unexpected error occurred.); whether it runs is not known"
    )


@pytest.mark.parametrize(
    ("fault", "tries"),
    [({"kind": "server-error"}, True), ({"kind": "api-error", "status": 403}, False), ({"kind": "refuse"}, False)],
)
def test_a_stop_without_effect_leaves_it_running_and_says_so(fault: dict[str, Any], tries: bool) -> None:
    ran = run({**fault, "method": "POST"}, timeouts=replace(TIMEOUTS, stop=0.2))
    assert (ran.result.outcome, ran.state, ran.result.left_stopped) == (Outcome.FAILED, "RUNNING", False)
    assert ran.result.problem.endswith("; it is RUNNING now")
    assert (" tries in 0.2 s)" in ran.result.problem, len(ran.writes) > 1) == (tries, tries)


def test_a_start_that_is_always_refused_is_said_to_be_down() -> None:
    fault = {"kind": "api-error", "status": 409, "method": "POST", "after": 1}
    ran = run(fault, timeouts=replace(TIMEOUTS, start=0.3))
    assert (ran.result.outcome, ran.state, ran.result.left_stopped) == (Outcome.FAILED, "STOPPED", True)
    assert ran.reported.endswith(
        "it is STOPPED now, and events queue until it runs again\nhelp: it may pass; the log of the server may show"
        " why; apply again to start it"
    )


def test_a_requested_delay_is_kept_until_the_deadline() -> None:
    ran = run({"kind": "unavailable", "retryAfter": 60, **PUT}, timeouts=IMPATIENT)
    assert (ran.result.outcome, ran.state, ran.writes) == (
        Outcome.FAILED,
        "RUNNING",
        ["POST", "PUT 503", "PUT 503", "POST"],
    )


def test_a_token_that_ends_before_the_restart_can_is_found_before_the_stop() -> None:
    ran = run(lifetime=20)
    assert (ran.result.outcome, ran.state, ran.writes, ran.result.left_stopped) == (
        Outcome.FAILED,
        "RUNNING",
        [],
        False,
    )
    assert ran.reported.partition("ends in ")[2].partition(" s, ")[2] == (
        "and a restart may need it for 70 s (timeouts: stop 20, update 20, read 30)\nhelp: use a fresh token, one that"
        " persync renews (auth with a tokenUrl), or lower these timeouts"
    )


def test_a_token_without_a_restart_may_end() -> None:
    ran = run(lifetime=20, persister=desired(RunState.STOPPED))
    assert (ran.result.outcome, ran.state) == (Outcome.DONE, "STOPPED")
