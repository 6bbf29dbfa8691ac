"""What happens in a run, as records of its log: requests, persisters, plans and results."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from persync.cli.log.run_log import RunLog
from persync.cli.terminal import record, record_to_events
from persync.plan.events import (
    DeadlineStarted,
    EventTypeListed,
    PauseStarted,
    PersisterFinished,
    PersisterRead,
    PersisterStarted,
    Recovering,
    Retrying,
    RollingBack,
    RolloutEnded,
    StartingAgain,
    StateSeen,
    StepStarted,
    Verifying,
    WaitStarted,
    WaveStarted,
)
from persync.plan.terms import Outcome
from persync.projects import SAME
from persync.report.summary import plan_summary, result_summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from persync.harvester.exchange import Exchange
    from persync.model import PersisterId
    from persync.plan.events import Event, EventOfPersister
    from persync.plan.plan import Plan
    from persync.plan.result import PersisterResult, Result
    from persync.projects import Projects

_WORDS = re.compile(r"(?<!^)(?=[A-Z])")
_TEXTS: dict[type, str] = {
    PersisterStarted: "begun",
    Verifying: "verifying",
    StartingAgain: "starting again after a failure",
    RollingBack: "rolling back after a failure",
}
_FINE = {Outcome.DONE, Outcome.ALREADY}


def record_event(event: Event, projects: Projects = SAME) -> None:
    """Report to the log what happens to a persister; ``projects`` has the names of the installation."""
    match event:
        case WaveStarted() | PauseStarted() | RolloutEnded():
            level = logging.ERROR if isinstance(event, RolloutEnded) else logging.INFO
            message, fields = _of_rollout(event)
        case PersisterFinished(result=result):
            level = logging.INFO if result.outcome in _FINE else logging.ERROR
            message, fields = _of_result(result, projects)
        case DeadlineStarted() | EventTypeListed():
            return  # for a live display
        case _:
            level = logging.DEBUG if isinstance(event, PersisterRead) else logging.INFO
            text, fields = _of_persister(event)
            message, fields = f"{event.id}: {text}", {**_ids(event.id, projects.differing(event.id)), **fields}
    fields = {"event": _WORDS.sub("-", type(event).__name__).lower(), **fields}
    record(message, level, **fields)
    if isinstance(event, PersisterRead):  # in the log, it is for debugging
        record_to_events(message, **fields)


def _of_persister(event: EventOfPersister) -> tuple[str, dict[str, Any]]:
    """Return a message without the name of the persister, and the fields."""
    match event:
        case PersisterRead(state=state):
            return f"read, {state or 'state not known'}", {"state": state}
        case StepStarted(step=step):
            return f"step {step}", {"step": step}
        case WaitStarted(state=state, timeout=timeout):
            return f"waiting for {state}, {timeout:g} s at most", {"state": state, "timeout": timeout}
        case StateSeen(state=state):
            return state, {"state": state}
        case Retrying(problem=problem) | Recovering(problem=problem):
            what_follows = "trying again" if isinstance(event, Retrying) else "it is started again if it is down"
            return f"{problem}; {what_follows}", {"problem": problem}
        case _:
            return _TEXTS[type(event)], {}


def _of_rollout(event: WaveStarted | PauseStarted | RolloutEnded) -> tuple[str, dict[str, Any]]:
    match event:
        case WaveStarted(wave=wave, number=number, total=total):
            message = f"wave {number} of {total}: {wave.kind}, {len(wave.persisters)}"
            return message, {"wave": number, "waveKind": wave.kind, "waveSize": len(wave.persisters)}
        case PauseStarted(seconds=seconds):
            pause = "a question" if seconds is None else f"a pause of {seconds:g} s"
            return f"before the next wave: {pause}", {"seconds": seconds}
        case RolloutEnded(reason=reason):
            return f"no further persister was begun: {reason}", {"reason": reason}


def _of_result(result: PersisterResult, projects: Projects) -> tuple[str, dict[str, Any]]:
    return f"{result.plan.id}: {result.outcome}{': ' if result.problem else ''}{result.problem}", {
        **_ids(result.plan.id, projects.differing(result.plan.id)),
        "outcome": result.outcome,
        "problem": result.problem,
        "stepsTaken": result.steps_taken,
        "stepsLeft": result.steps_left,
        "leftStopped": result.left_stopped,
        "downtime": result.downtime,
        "help": result.hint,
    }


def record_exchange(exchange: Exchange) -> None:
    """Report a request to people who ask for it (``--debug``) and to the log; never its headers or its body."""
    from persync.harvester.exchange import Answer  # noqa: PLC0415 - commands without requests start without it

    call, outcome = exchange.call, exchange.outcome
    target = f"{call.path}{'?' if call.query else ''}{call.query}"
    status, size = (outcome.status, len(outcome.body)) if isinstance(outcome, Answer) else (None, None)
    found = f"{status}, {size} bytes" if isinstance(outcome, Answer) else outcome.reason
    _requests.debug(
        "%s %s: %s",
        call.method,
        target,
        found,
        extra={
            "fields": {
                "event": "request",
                "requestId": exchange.request_id,
                "method": call.method,
                "path": target,
                "status": status,
                "bytes": size,
                "seconds": round(exchange.seconds, 3),
            }
        },
    )


def record_plan(plan: Plan) -> None:
    """Report to the log that a plan is made, and to the stream of events what it does to each persister."""
    for planned in plan.persisters:
        reason = planned.blocked or planned.reason
        record_to_events(
            f"{planned.id}: {planned.action}{f': {reason}' if reason else ''}",
            event="persister-planned",
            **_ids(planned.id, planned.live_id),
            action=planned.action,
            steps=planned.steps,
            reason=planned.reason,
            changes=[change.path for change in planned.changes],
            blocked=planned.blocked,
            warnings=planned.warnings,
            help=planned.hint,
        )
    counts = plan.summary.model_dump()
    _log().summary = counts
    record(
        plan_summary(plan),
        event="plan-made",
        environment=plan.environment,
        summary=counts,
    )


def record_result(result: Result) -> None:
    """Report to the log that an apply is over."""
    counts = result.summary.model_dump()
    _log().summary = counts
    level = logging.INFO if result.succeeded else logging.ERROR
    record(
        result_summary(result),
        level,
        event="apply-finished",
        environment=result.environment,
        summary=counts,
    )


@dataclass(frozen=True, slots=True)
class Observers:
    """Who is informed about a run: the log, and what a command adds.

    Attributes:
        events: beside the log, are called with what happens to persisters, from any thread.
        exchanges: are called with each request that was sent, from any thread.
        projects: the names of the installation.
    """

    events: list[Callable[[Event], None]] = field(default_factory=list)
    exchanges: list[Callable[[Exchange], None]] = field(default_factory=lambda: [record_exchange])
    projects: Projects = SAME

    def event(self, event: Event) -> None:
        """Pass on an event."""
        record_event(event, self.projects)
        for observer in self.events:
            observer(event)

    def exchange(self, exchange: Exchange) -> None:
        """Pass on a request."""
        for observer in self.exchanges:
            observer(exchange)


_requests = logging.getLogger("persync.harvester")


def _log() -> RunLog:
    return click.get_current_context().ensure_object(RunLog)


def _ids(persister: PersisterId, live: PersisterId | None) -> dict[str, Any]:
    """Return the fields that name a persister; ``live`` is its live identity, ``None`` where that is the same."""
    return {"persister": _id(persister), **({} if live is None else {"liveId": _id(live)})}


def _id(persister: PersisterId) -> dict[str, Any]:
    return {
        "project": persister.project,
        "eventType": persister.event_type,
        "eventstore": persister.eventstore,
    }
