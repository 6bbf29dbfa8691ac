"""What is known of an apply while it is under way, from its events. Pure: the time is an argument."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from persync.plan.events import (
    DeadlineStarted,
    PauseStarted,
    PersisterFinished,
    PersisterStarted,
    Recovering,
    Retrying,
    RollingBack,
    StartingAgain,
    StateSeen,
    StepStarted,
    Verifying,
    WaitStarted,
    WaveStarted,
)
from persync.plan.terms import Outcome, Step

if TYPE_CHECKING:
    from persync.model import PersisterId, RunState
    from persync.plan.events import Event

_STEPS = {Step.WAIT: "waiting", Step.STOP: "stopping", Step.PUT: "updating", Step.START: "starting"}


@dataclass(slots=True)
class UnderWay:
    """A persister whose run is under way.

    Attributes:
        doing: what is done.
        since: when that began, in seconds.
        timeout: how long it is tried from then on; ``None``: not limited.
        is_wait: it is a wait for a run state.
        state: the run state that the last look showed; ``None`` if there was none since, or it failed.
        problem: why the last look or write failed; empty if it did not.
        failing_since: when the first one in a row failed, in seconds.
    """

    doing: str
    since: float
    timeout: float | None = None
    is_wait: bool = False
    state: RunState | None = None
    problem: str = ""
    failing_since: float = 0.0

    def is_limited(self, doing: str, seconds: float, now: float) -> None:
        """Take note of a deadline for what is done now; ``doing`` is empty where it is known already."""
        self.doing, self.is_wait = doing or self.doing, self.is_wait and not doing
        self.since, self.timeout = now, seconds

    def fails(self, problem: str, now: float) -> None:
        """Take note of why a look or a write failed."""
        self.failing_since = self.failing_since if self.problem else now
        self.state, self.problem = None, problem


@dataclass(slots=True)
class Board:
    """An apply.

    Attributes:
        total: how many persisters it is to change.
        start: when it began, in seconds.
        outcomes: how the run of each persister ended that is finished; a later one replaces an earlier one.
        under_way: the persisters whose runs are under way, in the order of their beginnings.
        wave: ``wave 2 of 3``; empty where there is one wave only.
        pause_ends: when the pause between two waves ends; ``None``: there is none.
        is_asking: the user is asked whether to go on.
    """

    total: int
    start: float
    outcomes: dict[PersisterId, Outcome] = field(default_factory=dict)
    under_way: dict[PersisterId, UnderWay] = field(default_factory=dict)
    wave: str = ""
    pause_ends: float | None = None
    is_asking: bool = False

    def note(self, event: Event, now: float) -> None:
        """Take note of an event; ``now`` is in seconds."""
        match event:
            case (
                PersisterStarted(id=persister)
                | StepStarted(id=persister)
                | WaitStarted(id=persister)
                | Verifying(id=persister)
                | Recovering(id=persister)
                | StartingAgain(id=persister)
                | RollingBack(id=persister)
            ):
                begun = UnderWay(_doing(event), now, is_wait=isinstance(event, WaitStarted))
                if before := self.under_way.get(persister):  # what fails does so until a look shows a run state
                    begun.problem, begun.failing_since = before.problem, before.failing_since
                self.under_way[persister] = begun
            case DeadlineStarted(id=persister) if persister in self.under_way:
                self.under_way[persister].is_limited(event.doing, event.seconds, now)
            case StateSeen(id=persister, state=state) if persister in self.under_way:
                self.under_way[persister].state = state
                self.under_way[persister].problem = ""
            case Retrying(id=persister, problem=problem) if persister in self.under_way:
                self.under_way[persister].fails(problem, now)
            case PersisterFinished(result=result):
                self.under_way.pop(result.plan.id, None)
                self.outcomes[result.plan.id] = result.outcome
            case WaveStarted(number=number, total=total):
                self.wave, self.pause_ends, self.is_asking = f"wave {number} of {total}", None, False
            case PauseStarted(seconds=seconds):
                self.is_asking = seconds is None
                self.pause_ends = None if seconds is None else now + seconds
            case _:
                pass

    def counts(self) -> Counter[Outcome]:
        """Return how many persisters ended how; those that were in sync already count as done."""
        return Counter(Outcome.DONE if outcome is Outcome.ALREADY else outcome for outcome in self.outcomes.values())


def _doing(
    event: PersisterStarted | StepStarted | WaitStarted | Verifying | Recovering | StartingAgain | RollingBack,
) -> str:
    match event:
        case StepStarted(step=step):
            return _STEPS[step]
        case WaitStarted(state=state):
            return f"waiting for {state}"
        case Verifying():
            return "verifying"
        case Recovering() | StartingAgain():
            return "starting again"
        case RollingBack():
            return "rolling back"
        case PersisterStarted():
            return "reading"
