"""What happens while plans are made and applied: events, for an observer.

Progress on a terminal, the lines of a log and a stream of JSON are different observers of the same events.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from persync.model import PersisterId, RunState
    from persync.plan.parts.rollout import Wave
    from persync.plan.result import PersisterResult
    from persync.plan.terms import Step


@dataclass(frozen=True, slots=True)
class PersisterRead:
    """The live side of a persister was read.

    ``state`` is its run state as the API spells it; ``None`` if it could not be read, or is not known here.
    """

    id: PersisterId
    state: str | None = None


@dataclass(frozen=True, slots=True)
class EventTypeListed:
    """An entry of a list of event types was read."""


@dataclass(frozen=True, slots=True)
class PersisterStarted:
    """A persister's run begins."""

    id: PersisterId


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step of a persister begins."""

    id: PersisterId
    step: Step


@dataclass(frozen=True, slots=True)
class WaitStarted:
    """A wait for a run state begins; it lasts ``timeout`` seconds at most."""

    id: PersisterId
    state: RunState
    timeout: float


@dataclass(frozen=True, slots=True)
class DeadlineStarted:
    """What a persister's run does now is tried for ``seconds`` at most: a look, a write, a wait, the verification.

    ``doing`` names it where that is not the step or wait that began last.
    """

    id: PersisterId
    seconds: float
    doing: str = ""


@dataclass(frozen=True, slots=True)
class StateSeen:
    """A look shows another run state than the look before, or the first one after looks that failed."""

    id: PersisterId
    state: RunState


@dataclass(frozen=True, slots=True)
class Retrying:
    """A request failed in a way that may pass: the persister is looked at again, or the write is repeated.

    ``problem`` is the error, without secrets. The same error in a row is one event.
    """

    id: PersisterId
    problem: str


@dataclass(frozen=True, slots=True)
class Verifying:
    """All steps of a persister are taken, and it is read again to verify that nothing differs."""

    id: PersisterId


@dataclass(frozen=True, slots=True)
class Recovering:
    """The run of a persister that it has stopped failed: it is looked at, and started again if it is down.

    ``problem`` is why it failed, without secrets.
    """

    id: PersisterId
    problem: str


@dataclass(frozen=True, slots=True)
class StartingAgain:
    """The run of a persister that it has stopped failed, and it is started with the configuration that is stored."""

    id: PersisterId


@dataclass(frozen=True, slots=True)
class RollingBack:
    """After a failure, a persister is brought back to what it was before the run."""

    id: PersisterId


@dataclass(frozen=True, slots=True)
class PersisterFinished:
    """A persister's run is over."""

    result: PersisterResult


@dataclass(frozen=True, slots=True)
class WaveStarted:
    """A wave of persisters begins, the ``number``-th of ``total``, from 1."""

    wave: Wave
    number: int
    total: int


@dataclass(frozen=True, slots=True)
class PauseStarted:
    """A pause before a wave begins: it lasts ``seconds``, or until a question is answered (``None``)."""

    seconds: float | None


@dataclass(frozen=True, slots=True)
class RolloutEnded:
    """No further persister is begun, although there are some left."""

    reason: str


EventOfPersister: TypeAlias = (
    PersisterRead
    | PersisterStarted
    | StepStarted
    | WaitStarted
    | StateSeen
    | Retrying
    | Verifying
    | Recovering
    | StartingAgain
    | RollingBack
)
Event: TypeAlias = (
    EventOfPersister | EventTypeListed | DeadlineStarted | PersisterFinished | WaveStarted | PauseStarted | RolloutEnded
)


class Observer(Protocol):
    """Receives events, from any thread."""

    def __call__(self, event: Event) -> None:
        """Take note of an event."""


def both(first: Observer, second: Observer) -> Observer:
    """Return an observer that passes each event to two observers."""

    def observe(event: Event) -> None:
        first(event)
        second(event)

    return observe


def ignore(event: Event) -> None:
    """Observe nothing."""
    del event
