"""Many persisters in-process: what is seen between two waves, and after results that are no success."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from persync.apply.attempts import Interruption
from persync.apply.persister import Applier
from persync.apply.rollout import roll_out
from persync.harvester.auth import StaticToken
from persync.harvester.client import Harvester
from persync.model import Persister, PersisterId
from persync.plan.events import Event, RolloutEnded, StepStarted
from persync.plan.parts.rollout import LimitReached, Wave
from persync.plan.planner import Planner
from persync.plan.result import Result
from persync.plan.terms import Outcome, Step
from persync.plan.waves.planned import planned_rollout
from persync.rollout import Rollout
from persync.safety import Amount
from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer
from tests.apply.runs import TIMEOUTS, desired
from tests.builders import SECRETS
from tests.cli.rollout.record import most_down

NAMES = ("a", "b", "c", "d")
DELAYS = {"deploying": 0.05, "stopping": 0.05, "failing": 0.05}


def run(
    rollout: Rollout,
    *,
    before: Callable[[Wave, SandboxServer], str] = lambda _, __: "",
    at_event: Callable[[Event, SandboxServer], object] = lambda _, __: None,
    interruption: Interruption | None = None,
    keep_going: bool = False,
    **live: dict[str, Any],
) -> tuple[Result, int]:
    """Restart four persisters; return the result, and how many were down at once.

    ``before`` is called before each wave but the first.
    """
    config = {"appConfig": {"eventstore.batchSize": "200"}, "deployerConfig": {"kubernetes.readinessProbeDelay": "0"}}
    described = [{"eventType": name, "state": "RUNNING", **config, **live.get(name, {})} for name in NAMES]
    persisters: list[Persister] = [replace(desired(), id=PersisterId("global", name, "pg")) for name in NAMES]
    description = Description.model_validate({"delays": DELAYS, "persisters": described})
    with (
        SandboxServer(description) as server,
        Harvester.at(server.url, StaticToken(server.token())) as client,
    ):
        planner = Planner(client, server.url, SECRETS)
        plan = planner.plan_all(persisters, environment="test", parallelism=1).plan
        found = planned_rollout(plan, rollout, total=4, parallelism=4, timeouts=TIMEOUTS, delays={})

        def observe(event: Event) -> None:
            at_event(event, server)

        applier = Applier(planner, TIMEOUTS, rollout.settle, interruption or Interruption(), observe)
        result = roll_out(
            plan.model_copy(update={"rollout": found}),
            persisters,
            applier,
            parallelism=4,
            keep_going=keep_going,
            go_on=lambda wave: before(wave, server),
        )
        return result, most_down(server)


def outcomes(result: Result) -> list[str]:
    return [persister.outcome.value for persister in result.persisters]


def fails_meanwhile(name: str) -> Callable[[Wave, SandboxServer], str]:
    def before(wave: Wave, server: SandboxServer) -> str:
        if wave.persisters[0].id.event_type == "b":
            server.change_externally("global", name, state="FAILED")
        return ""

    return before


def test_a_canary_that_fails_after_its_start_ends_the_rollout() -> None:
    reasons: list[str] = []

    def observe(event: Event, _: SandboxServer) -> None:
        if isinstance(event, RolloutEnded):
            reasons.append(event.reason)

    rollout = Rollout(canary=Amount(1), max_failures=Amount(3), settle=0)
    result, _ = run(rollout, before=fails_meanwhile("a"), at_event=observe)
    assert outcomes(result) == ["failed", "not attempted", "not attempted", "not attempted"]
    assert result.persisters[0].problem == ("it was RUNNING after its start, and is FAILED at the end of the run")
    assert reasons == ["a canary failed"]


def test_what_fails_after_its_start_counts_as_down() -> None:
    rollout = Rollout(batch=Amount(1), max_unavailable=Amount(1), max_failures=None, settle=0)
    result, _ = run(rollout, before=fails_meanwhile("a"))
    assert outcomes(result) == ["failed", "not attempted", "not attempted", "not attempted"]
    a, *others = (persister.plan.id for persister in result.persisters)
    assert result.limit_reached == LimitReached(allowed=1, configured="1", down=(a,), not_begun=tuple(others))


def test_a_wave_that_is_not_approved_is_not_begun() -> None:
    result, _ = run(Rollout(batch=Amount(2), settle=0), before=lambda _, __: "not approved")
    assert outcomes(result) == ["done", "done", "not attempted", "not attempted"]


def test_a_conflict_before_the_first_write_gives_its_place_back() -> None:
    def change(event: Event, server: SandboxServer) -> None:
        if event == StepStarted(PersisterId("global", "a", "pg"), Step.STOP):
            server.change_externally("global", "b", set={"appConfig": {"eventstore.batchSize": "300"}})

    result, most = run(Rollout(max_unavailable=Amount(1), settle=0), at_event=change)
    assert (outcomes(result), most) == (["done", "conflict", "done", "done"], 1)


def test_what_another_user_stopped_counts_as_down() -> None:
    def stop(event: Event, server: SandboxServer) -> None:
        if event == StepStarted(PersisterId("global", "a", "pg"), Step.STOP):
            server.change_externally("global", "b", state="STOPPED")

    result, _ = run(Rollout(max_unavailable=Amount(1), settle=0, max_failures=None), at_event=stop, keep_going=True)
    assert outcomes(result) == ["done", "conflict", "not attempted", "not attempted"]
    assert result.limit_reached is not None
    assert [pid.event_type for pid in result.limit_reached.down] == ["b"]


@pytest.mark.parametrize("limit", [None, 2])
def test_a_cancelled_rollout_begins_nobody_else(limit: int | None) -> None:
    interruption = Interruption()

    def cancel(event: Event, _: SandboxServer) -> None:
        if isinstance(event, StepStarted) and event.step is Step.PUT:
            interruption.gracefully.set()

    rollout = Rollout(batch=Amount(1), max_unavailable=Amount(limit) if limit else None, settle=0)
    result, most = run(rollout, at_event=cancel, interruption=interruption)
    assert (outcomes(result), result.interrupted, most) == (["done", *["not attempted"] * 3], True, 1)


def test_how_long_each_was_down() -> None:
    result, _ = run(Rollout(settle=0), keep_going=True, b={"fails": True}, c={"state": "STOPPED"})
    found = {persister.plan.id.event_type: persister for persister in result.persisters}
    assert {name: one.outcome for name, one in found.items()} == {
        "a": Outcome.DONE,
        "b": Outcome.FAILED,
        "c": Outcome.DONE,
        "d": Outcome.DONE,
    }
    # c was down before
    assert {name: one.downtime is not None and one.downtime > 0 for name, one in found.items()} == {
        "a": True,
        "b": True,
        "c": False,
        "d": True,
    }
    assert {name: one.last_state for name, one in found.items()} == {
        "a": "RUNNING",
        "b": "FAILED",
        "c": "RUNNING",
        "d": "RUNNING",
    }
