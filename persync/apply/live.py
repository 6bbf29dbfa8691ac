"""One persister of the live side during its run: looks, and writes that a look follows where their effect is unknown.

An apply that has stopped a persister must get it running again, whatever the API answers meanwhile. So a look or a
write is tried again after every error that may pass, until a deadline; and a write is repeated only after a look has
shown that it had no effect: two STARTs are one too many.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, TypeVar

from persync.apply.attempts import Attempts, Interruption
from persync.apply.downtime import Downtime
from persync.errors import HarvesterError
from persync.plan.events import DeadlineStarted, Observer, Retrying, StateSeen, ignore
from persync.properties.secrets import redact

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from persync.harvester.client import Harvester
    from persync.model import LivePersister, PersisterId, RunState

_MOMENT = 0.3  # s

Seen = TypeVar("Seen")


class Effect(Enum):
    """Whether a write took effect, as a look shows it."""

    YES = auto()
    NO = auto()
    UNKNOWN = auto()
    """Look again; nothing is sent before it is known."""


@dataclass(slots=True)
class Live:
    """A persister of the live side.

    Attributes:
        client: sends each request once.
        id: its identity.
        poll: the longest pause between two looks or attempts, in seconds.
        interruption: requests to end early.
        written: whether a write was sent.
        seen: the run state that the last look showed; ``None`` if it could not be read, or a write was sent since.
        was_down: whether it was ever seen STOPPED or STOPPING.
        secrets: texts that no message may show: the API repeats values.
        downtime: how long it is down.
        observer: receives an event for each run state and each error that is seen.
    """

    client: Harvester
    id: PersisterId
    poll: float
    interruption: Interruption
    written: bool = False
    seen: RunState | None = None
    was_down: bool = False
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    downtime: Downtime = field(default_factory=Downtime)
    observer: Observer = ignore
    _reported: RunState | str | None = None

    def state(self) -> RunState:
        """Read the run state.

        Raises:
            HarvesterError: it cannot be read.
        """
        self.seen = None
        return self.saw(self._looked(self.client.state).state)

    def read(self) -> LivePersister:
        """Read the configuration, without defaults, and the run state.

        Raises:
            HarvesterError: it cannot be read.
        """
        self.seen = None
        live = self._looked(self.client.read)
        self.saw(live.state)
        return live

    def attempts(self, limit: float, doing: str) -> Attempts:
        """Return attempts at something for ``limit`` seconds; ``doing`` names it, should it be cancelled."""
        self.observer(DeadlineStarted(self.id, limit))
        return Attempts(limit, self.poll, self._cancelled, doing, self.client.pause)

    def pause(self) -> None:
        """Wait for a moment of random length, so that of two runs that act together one sees what the other does."""
        self._cancelled().wait(random.uniform(0, min(_MOMENT, self.poll)))  # noqa: S311 - not a secret

    def write(
        self,
        send: Callable[[], object],
        effect: Callable[[], Effect],
        limit: float,
        doing: str,
        final: tuple[type[HarvesterError], ...] = (),
    ) -> None:
        """Send a write until the API accepts it, or a look shows its effect.

        Args:
            send: sends it once.
            effect: looks at the persister.
            limit: seconds in all.
            doing: what it is, for messages.
            final: errors after which it is not sent again, besides those that are permanent.

        Raises:
            HarvesterError: it has no effect, by a last look, and the time is over or the error is final.
            Overtaken: ``effect`` shows the doing of another user.
            Interrupted: it was cancelled.
        """
        attempts = self.attempts(limit, doing)
        error: HarvesterError | None = None
        sent = 0
        for _ in attempts:
            found = Effect.NO if error is None else self._effect(effect)
            if found is Effect.YES:
                return
            if found is Effect.UNKNOWN:
                continue
            self.seen, self.written, sent = None, True, sent + 1
            try:
                send()
            except HarvesterError as failed:
                error = failed
                attempts.delay(failed.retry_after)
                if failed.permanent or isinstance(failed, final):
                    break
                self.report(failed)
            else:
                return
        if error is not None and self._effect(effect) is not Effect.YES:
            raise error if sent == 1 else error.reworded(f"{error.summary} ({sent} tries in {limit:g} s)")

    def saw(self, state: RunState) -> RunState:
        """Take note of what a look shows, and return it."""
        self.seen = state
        self.was_down = self.was_down or state.is_down
        self.downtime.saw(state)
        if state is not self._reported:
            self._reported = state
            self.observer(StateSeen(self.id, state))
        return state

    def report(self, error: HarvesterError) -> None:
        """Report an error that is waited out: once, as the same one may be the answer to a hundred attempts."""
        problem = redact(error.message, self.secrets)
        if problem != self._reported:
            self._reported = problem
            self.observer(Retrying(self.id, problem))

    def _effect(self, effect: Callable[[], Effect]) -> Effect:
        try:
            return effect()
        except HarvesterError as error:
            self.report(error)
            return Effect.UNKNOWN

    def _looked(self, look: Callable[[PersisterId], Seen]) -> Seen:
        try:
            return look(self.id)
        except HarvesterError as error:
            if not error.permanent:
                self.report(error)
            raise

    def _cancelled(self) -> threading.Event:
        # Before the first write nothing has to be finished.
        return self.interruption.immediately if self.written else self.interruption.gracefully
