"""What happens between the plan that was confirmed and the first write."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from persync.apply.attempts import Interruption
from persync.apply.persister import Applier
from persync.apply.rollout import roll_out
from persync.harvester.auth import StaticToken
from persync.harvester.client import Harvester
from persync.model import Persister, PersisterId, RunState, Section, Span, Timeouts
from persync.plan.events import Event, WaitStarted
from persync.plan.planner import Planner
from persync.plan.result import Result
from persync.plan.terms import Outcome, Step
from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer
from tests.apply.runs import reported
from tests.builders import SECRETS, prop

SPAN = Span("one.yaml", 1, 1)
ONE = Persister(
    id=PersisterId("global", "one", "pg"),
    span=SPAN,
    state=RunState.RUNNING,
    app_version=None,
    properties={Section.APP: (prop("eventstore.batchSize", "500", span=SPAN),), Section.DEPLOYER: ()},
)


def roll(
    state: str,
    meanwhile: Callable[[SandboxServer], object],
    delay: float = 0.0,
    waiting: Callable[[SandboxServer], object] = lambda _: None,
) -> tuple[Result, list[str]]:
    """Plan, let something happen, apply with something else at each wait; return the result and the writes."""
    description = {
        "delays": {"deploying": delay, "stopping": delay, "failing": 0},
        "persisters": [{"eventType": "one", "state": state, "appConfig": {"eventstore.batchSize": "200"}}],
    }
    with (
        SandboxServer(Description.model_validate(description)) as server,
        Harvester.at(server.url, StaticToken(server.token())) as client,
    ):
        planner = Planner(client, server.url, SECRETS)
        plan = planner.plan_all([ONE], environment="test", parallelism=1).plan
        meanwhile(server)

        def observe(event: Event) -> None:
            if isinstance(event, WaitStarted):
                waiting(server)

        applier = Applier(planner, Timeouts(start=60, stop=60, poll=0.02), 0, Interruption(), observe)
        result = roll_out(plan, [ONE], applier, parallelism=1, keep_going=False)
        return result, [request.method for request in server.requests() if request.method != "GET"]


@pytest.mark.parametrize(
    "change",
    [
        {"set": {"appConfig": {"eventstore.batchSize": "300"}}},
        {"set": {"deployerConfig": {"kubernetes.limits.cpu": "2"}}},
        {"app_version": "2"},
        {"state": "STOPPED"},
        {"state": "FAILED"},
    ],
)
def test_what_changed_meanwhile_is_not_written_over(change: dict[str, Any]) -> None:
    result, writes = roll("RUNNING", lambda server: server.change_externally("global", "one", **change))
    [one] = result.persisters
    assert (one.outcome, one.steps_taken, writes) == (Outcome.CONFLICT, (), [])
    assert reported(one) == (
        "nothing was written: stale plan: live changed since it was made\nhelp: plan again and review the difference"
    )
    assert one.difference is not None
    assert one.difference.fingerprint != one.plan.fingerprint


def test_what_is_as_wanted_by_now_is_left_alone() -> None:
    changed = {"appConfig": {"eventstore.batchSize": "500"}}
    result, writes = roll("RUNNING", lambda server: server.change_externally("global", "one", set=changed))
    assert (result.persisters[0].outcome, result.succeeded, writes) == (Outcome.ALREADY, True, [])


def test_a_state_that_moved_on_by_itself_is_no_conflict() -> None:
    result, writes = roll("DEPLOYING", lambda _: time.sleep(0.05), delay=0.02)
    assert (result.persisters[0].outcome, writes) == (Outcome.DONE, ["POST", "PUT", "POST"])


def test_what_cannot_be_read_any_more_is_not_written() -> None:
    def forbid(server: SandboxServer) -> None:
        server.change_externally("global", "one", state="UNKNOWN")

    result, writes = roll("RUNNING", forbid)
    [one] = result.persisters
    assert (one.outcome, reported(one), writes) == (
        Outcome.CONFLICT,
        "nothing was written: its run state is UNKNOWN: no safe transition is defined for this state\n"
        "help: plan again and review the difference",
        [],
    )


def test_a_change_during_the_wait_is_a_conflict_too() -> None:
    # it is STOPPING: apply looks, waits, looks again, and only then writes
    def change(server: SandboxServer) -> None:
        server.change_externally("global", "one", set={"appConfig": {"eventstore.batchSize": "300"}}, state="STOPPED")

    result, writes = roll("STOPPING", lambda _: None, delay=300, waiting=change)
    [one] = result.persisters
    assert (one.outcome, one.steps_taken, writes) == (Outcome.CONFLICT, (Step.WAIT,), [])
