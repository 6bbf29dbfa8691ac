"""Lets requests begin when the state of the server admits them: the clock, the lock and the waiting."""

from __future__ import annotations

import random
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from persync.errors import Interrupted
from persync.harvester.exchange import Answer
from persync.harvester.load.state import Load
from persync.harvester.retries import is_busy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from persync.harvester.exchange import Call, Outcome
    from persync.harvester.load.state import Throttling, Ticket

_INTERVAL = 0.2  # s, between two looks at the stop event
_LONGEST = 300.0  # s


class Gate:
    """What the threads of a client share: how much they send, and when they all wait.

    Threads wait in a queue: the first waits for its time, the others for their turn.

    Args:
        parallelism: the most requests in flight.
        stop: when set, no thread waits any more.
    """

    def __init__(self, parallelism: int, stop: threading.Event) -> None:
        self._load = Load(parallelism, random.random)
        self._stop = stop
        self._changed = threading.Condition()
        self._turn = threading.Lock()
        self._has_answered = False

    @property
    def has_answered(self) -> bool:
        """Whether any request was answered so far."""
        return self._has_answered

    def throttling(self) -> Throttling | None:
        """Return how the client holds back; ``None`` if it does not."""
        with self._changed:
            return self._load.throttling(time.monotonic())

    def send(self, call: Call, send: Callable[[], Outcome], until: float, *, late: bool) -> Outcome | None:
        """Send a request when it may begin.

        Args:
            call: the request, for the error.
            send: sends it.
            until: when it may wait no longer, on the monotonic clock.
            late: send it then all the same.

        Returns:
            ``None`` if it was not sent: it would have to wait longer.

        Raises:
            Interrupted: the stop event is set and it has to wait.
        """
        ticket = self._enter(call, until, late=late)
        if ticket is None:
            return None
        with self._leaving():
            outcome = send()
        self._leave(ticket, outcome, until)
        return outcome

    def _enter(self, call: Call, until: float, *, late: bool) -> Ticket | None:
        has_turn = self._turn.acquire(timeout=max(0.0, until - time.monotonic()))
        try:
            with self._changed:
                while (wait := self._load.wait(time.monotonic())) > 0 and has_turn:
                    if self._stop.is_set():
                        raise Interrupted(f"interrupted before {call} was sent")
                    left = until - time.monotonic()
                    if left <= 0:
                        break
                    self._changed.wait(min(wait, left, _INTERVAL))
                return self._load.begin(time.monotonic()) if wait <= 0 or late else None
        finally:
            if has_turn:
                self._turn.release()

    @contextmanager
    def _leaving(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            with self._changed:
                self._load.dropped()
                self._changed.notify()
            raise

    def _leave(self, ticket: Ticket, outcome: Outcome, until: float) -> None:
        now = time.monotonic()
        with self._changed:
            if isinstance(outcome, Answer):
                self._has_answered = True
            if not is_busy(outcome):
                self._load.answered(ticket, now)
            elif isinstance(outcome, Answer):
                self._load.refused(ticket, now, outcome.status, _shared(outcome.retry_after, until - now))
            elif self._has_answered:
                self._load.refused(ticket, now)
            else:  # it may be the wrong host: that is reported soon, and not waited for
                self._load.dropped()
            self._changed.notify()


def _shared(retry_after: float | None, left: float) -> float | None:
    """Return the delay if all wait for it: not if that would leave no time for any other request."""
    return retry_after if retry_after is not None and retry_after <= min(left, _LONGEST) else None
