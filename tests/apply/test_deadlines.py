"""What is reported of a persister that is late: what it waited for, why, and what to do in the words of the command."""

from dataclasses import replace

import pytest

from persync.plan.events import DeadlineStarted, Event, Recovering, StepStarted
from persync.plan.terms import Command, Step
from persync.sandbox.server import SandboxServer
from tests.apply.runs import TIMEOUTS, desired, run

ID = desired().id
SHORT = replace(TIMEOUTS, start=0.2, stop=0.1, update=0.3)
FOR_EVER = 300
STARTS = "'persync start global/one' starts it"


def test_a_persister_that_does_not_stop_is_not_started_again() -> None:
    seen: list[Event] = []

    def observe(event: Event, _: SandboxServer) -> None:
        if isinstance(event, Recovering | DeadlineStarted):
            seen.append(event)

    ran = run(on_event=observe, timeouts=SHORT, delays={"stopping": FOR_EVER})
    assert (ran.writes, ran.reported, ran.result.logs) == (
        ["POST"],
        "global/one is STOPPING and not STOPPED after 0.1 s. It was not started again: it did not become STOPPED for"
        " another 0.2 s; it is STOPPING now, and events queue until it runs again\nhelp: 'persync status"
        " global/one' shows whether it stops; if it only takes longer, raise timeouts.stop in persync.yaml; apply again"
        " to start it",
        (),
    )
    assert seen == [
        DeadlineStarted(ID, 0.1),  # the STOP
        DeadlineStarted(ID, 0.1),  # until STOPPED
        Recovering(ID, "global/one is STOPPING and not STOPPED after 0.1 s"),
        DeadlineStarted(ID, 0.2),
    ]


def test_a_longer_timeout_is_no_remedy_where_the_state_cannot_be_read() -> None:
    def go_away(event: Event, server: SandboxServer) -> None:
        if isinstance(event, DeadlineStarted) and event.seconds == SHORT.start:
            server.set_faults([{"kind": "unavailable"}])

    ran = run(on_event=go_away, timeouts=SHORT, delays={"deploying": FOR_EVER})
    assert "timeouts" not in ran.reported
    assert ran.result.hint.endswith("; 'persync status global/one' shows whether it runs; apply again to start it")


def test_a_late_pod_has_its_log_and_its_timeout_named() -> None:
    ran = run(timeouts=SHORT, delays={"deploying": FOR_EVER})
    assert ran.reported == (
        "global/one is DEPLOYING and not RUNNING after 0.2 s\nhelp: 'persync logs global/one' may show why; if it only"
        " takes longer, raise timeouts.start in persync.yaml"
    )


@pytest.mark.parametrize(
    ("command", "again", "starts"),
    [
        (Command.APPLY, "plan again", "apply again to start it"),
        (Command.ROLLBACK, "roll back again", STARTS),
        (Command.START, "repeat 'persync start global/one'", STARTS),
        (Command.STOP, "repeat 'persync stop global/one'", STARTS),
        (Command.RESTART, "repeat 'persync restart global/one'", STARTS),
    ],
)
def test_a_hint_is_about_the_command(command: Command, again: str, starts: str) -> None:
    failed = run({"kind": "ends-failed"}, command=command)
    stopped = run({"kind": "server-error", "method": "POST", "after": 1}, command=command, timeouts=SHORT)
    assert (failed.result.hint, stopped.result.hint.rpartition("; ")[2]) == (
        f"read its log, fix the cause, {again}",
        starts,
    )


@pytest.mark.parametrize(
    ("command", "method", "hint"),
    [
        (Command.APPLY, "PUT", "correct what the API refuses (one.yaml:1)"),
        (Command.APPLY, "POST", "correct what the API refuses (one.yaml:1); apply again to start it"),
        (Command.ROLLBACK, "POST", "the API refuses what was live before the run: correct the file"),
        (Command.RESTART, "POST", "the API refuses the configuration that is stored: correct the file"),
    ],
)
def test_what_the_api_refuses_has_a_hint(command: Command, method: str, hint: str) -> None:
    after = int(method == "POST")
    refused = {"kind": "api-error", "status": 400, "type": "bad_parameter_value", "method": method, "after": after}
    assert run(refused, command=command).result.hint.partition(" of this persister")[0] == hint


def test_what_may_pass_has_a_hint_too() -> None:
    conflict = {"kind": "api-error", "status": 409, "method": "PUT"}
    assert run(conflict, timeouts=SHORT).result.hint == "it may pass; the log of the server may show why"


@pytest.mark.parametrize("command", Command)
def test_a_conflict_is_too(command: Command) -> None:
    def interfere(event: Event, server: SandboxServer) -> None:
        if event == StepStarted(ID, Step.PUT):
            server.change_externally("global", "one", state="RUNNING")

    ran = run(on_event=interfere, command=command)
    again = {Command.APPLY: "plan again", Command.ROLLBACK: "roll back again"}
    expected = again.get(command, f"repeat 'persync {command} global/one'")
    assert ran.result.hint == f"another apply may be at work; {expected} when it has finished"
