"""Another team changes what the files ignore while a persister is planned, stopped and updated."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from persync.model import Persister, PropertyGlob, RunState, Section
from persync.plan.events import Event, StepStarted, WaitStarted
from persync.plan.terms import Outcome, Step
from persync.sandbox.server import SandboxServer
from tests.apply.runs import SPAN, desired, run
from tests.builders import prop

DELAY = prop("kubernetes.readinessProbeDelay", "1", section=Section.DEPLOYER, span=SPAN)


def ignoring(state: RunState | None = RunState.RUNNING) -> Persister:
    """Return a persister that changes its probe's delay, and ignores the batch size."""
    globs = (PropertyGlob("appConfig.eventstore.batch-size", SPAN),)
    return replace(desired(state), properties={Section.DEPLOYER: (DELAY,)}, ignored=globs)


def sets(size: str, **more: Any) -> dict[str, Any]:
    return {"set": {"appConfig": {"eventstore.batchSize": size}, **more}}


@pytest.mark.parametrize("moment", [StepStarted, WaitStarted])
def test_the_newest_value_stays(moment: type[Event]) -> None:
    sizes = iter(["300", "301"])

    def meanwhile(event: Event, server: SandboxServer) -> None:
        is_stop = isinstance(event, StepStarted) and event.step is Step.STOP
        is_wait = isinstance(event, WaitStarted) and event.state is RunState.STOPPED
        if isinstance(event, moment) and (is_stop or is_wait):
            server.change_externally("global", "one", **sets(next(sizes)))

    ran = run(on_event=meanwhile, persister=ignoring())
    assert (ran.result.outcome, ran.writes) == (Outcome.DONE, ["POST", "PUT", "POST"])
    assert (ran.stored, ran.running) == ("300", "300")


def test_something_else_is_a_conflict_still() -> None:
    def meanwhile(event: Event, server: SandboxServer) -> None:
        if isinstance(event, WaitStarted) and event.state is RunState.STOPPED:
            server.change_externally("global", "one", **sets("300", deployerConfig={"kubernetes.limits.cpu": "2"}))

    ran = run(on_event=meanwhile, persister=ignoring())
    assert (ran.result.outcome, ran.writes, ran.state) == (Outcome.CONFLICT, ["POST", "POST"], "RUNNING")


@pytest.mark.parametrize("kind", ["drop-after", "drop-before", "unavailable"])
def test_an_update_without_an_answer(kind: str) -> None:
    fault = {"kind": kind, "method": "PUT", "times": 1}
    ran = run(fault, persister=ignoring())
    assert (ran.result.outcome, ran.result.problem, ran.stored, ran.running) == (Outcome.DONE, "", "200", "200")


def test_after_an_update_that_had_no_effect_the_newest_value_is_sent() -> None:
    def meanwhile(event: Event, server: SandboxServer) -> None:
        if isinstance(event, StepStarted) and event.step is Step.PUT:
            server.change_externally("global", "one", **sets("300"))

    # without a run state, the only read before the PUT is that of the plan
    ran = run({"kind": "drop-before", "method": "PUT", "times": 1}, on_event=meanwhile, persister=ignoring(None))
    assert (ran.result.outcome, ran.stored) == (Outcome.DONE, "300")


def test_a_secret_that_is_new_is_shown_nowhere() -> None:
    def meanwhile(event: Event, server: SandboxServer) -> None:
        if isinstance(event, WaitStarted) and event.state is RunState.STOPPED:
            server.change_externally("global", "one", set={"appConfig": {"my.password": "hunter2-hunter2"}})

    persister = replace(ignoring(), ignored=(PropertyGlob("appConfig.**", SPAN),))
    refuse = {"kind": "refuse", "message": "the value 'hunter2-hunter2' cannot be"}
    ran = run(refuse, on_event=meanwhile, persister=persister)
    assert ran.result.outcome is Outcome.FAILED
    assert "the value '(sensitive)' cannot be" in ran.result.problem
