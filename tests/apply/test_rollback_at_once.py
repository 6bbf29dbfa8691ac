"""A persister that goes to FAILED with its new configuration is rolled back at once."""

from __future__ import annotations

from persync.apply.attempts import Interruption
from persync.apply.rollback.at_once import OnFailure, Scope
from persync.model import RunState
from persync.plan.events import Event, StepStarted, WaitStarted
from persync.plan.terms import Outcome, Step
from persync.sandbox.server import SandboxServer
from tests.apply.runs import run

RESTART = ["POST", "PUT", "POST"]


class Bad:
    """The pod fails from its first start on, until it is stopped again."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def __call__(self, event: Event, server: SandboxServer) -> None:
        if isinstance(event, StepStarted):
            self.steps.append(event.step)
            server.change_externally("global", "one", fails=self.steps == [Step.STOP, Step.PUT, Step.START])


def test_it_runs_again_as_before() -> None:
    ran = run(on_event=Bad(), on_failure=OnFailure(Scope.FAILED))
    assert (ran.result.outcome, ran.state, ran.stored, ran.running) == (Outcome.FAILED, "RUNNING", "200", "200")
    assert ran.writes == RESTART * 2
    assert ran.result.rollback is not None
    assert ran.result.rollback.succeeded
    assert not ran.result.left_stopped


def test_a_gracefully_cancelled_run_is_finished_and_rolled_back() -> None:
    interruption, bad = Interruption(), Bad()

    def observe(event: Event, server: SandboxServer) -> None:
        bad(event, server)
        interruption.gracefully.set()

    ran = run(on_event=observe, interruption=interruption, on_failure=OnFailure(Scope.FAILED))
    # it was cancelled after the first request, so it was to finish
    assert (ran.result.outcome, ran.stored) in {(Outcome.FAILED, "200"), (Outcome.CANCELLED, "200")}


def test_nothing_is_sent_after_an_immediate_cancellation() -> None:
    interruption, bad = Interruption(), Bad()

    def observe(event: Event, server: SandboxServer) -> None:
        bad(event, server)
        if isinstance(event, WaitStarted) and event.state is RunState.RUNNING:
            interruption.gracefully.set()
            interruption.immediately.set()

    ran = run(on_event=observe, interruption=interruption, on_failure=OnFailure(Scope.FAILED))
    assert (ran.writes, ran.stored, ran.result.rollback) == (RESTART, "500", None)
