"""When a request may begin, from what is known of the server: a state machine. Its time is an argument."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from persync.harvester.load.flight import Flight
from persync.harvester.load.meter import Meter
from persync.harvester.load.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 10.0  # s
_GROWTH = 1.6
_LONG_ENOUGH = 0.5  # s, to tell a rate


class Ticket(NamedTuple):
    """A request that is in flight: its number, from 1, and when it began."""

    number: int
    at: float


class Throttling(NamedTuple):
    """How the client holds back.

    Attributes:
        status: the HTTP status that the server last refused a request with; ``None``: there was no answer.
        pause: seconds until the next request.
        per_second: requests per second; ``None``: as many as are answered.
    """

    status: int | None
    pause: float
    per_second: float | None


class Load:
    """The state.

    Args:
        parallelism: the most requests in flight, 1 or more.
        jitter: returns a random number from 0 to 1: several clients that were refused together are not to come back
            together.
    """

    def __init__(self, parallelism: int, jitter: Callable[[], float]) -> None:
        self._jitter = jitter
        self._flight = Flight(parallelism)
        self._pace = Pace()
        self._meter = Meter()
        self._in_flight = 0
        self._number = 0
        self._last = Ticket(0, 0.0)  # the youngest request when the last refusal came, and when that was
        self._pause_ends = -math.inf
        self._in_a_row = 0
        self._status: int | None = None

    @property
    def limit(self) -> int:
        """How many requests may be in flight."""
        return self._flight.limit

    def wait(self, now: float) -> float:
        """Return in how many seconds a request may begin: 0 at once, infinity when another one has its answer."""
        if now < self._pause_ends:
            return self._pause_ends - now
        if self._in_flight >= self._flight.limit:
            return math.inf
        return max(0.0, self._pace.next - now)

    def begin(self, now: float) -> Ticket:
        """Note that a request begins."""
        self._in_flight += 1
        self._number += 1
        if self._number == 1:
            self._last = Ticket(0, now)
        self._meter.begin(now)
        self._pace.begin(now)
        return Ticket(self._number, now)

    def answered(self, ticket: Ticket, now: float) -> None:
        """Note an answer of a server that is not too busy, whatever its status."""
        self._in_flight -= 1
        self._in_a_row = 0
        self._meter.end(now, refused=False)
        self._flight.answered(now - ticket.at, now)

    def refused(self, ticket: Ticket, now: float, status: int | None = None, retry_after: float | None = None) -> None:
        """Note that a server is too busy: its status shows that, or it does not answer.

        Args:
            ticket: of ``begin``.
            now: seconds.
            status: 429, 502, 503, 504; ``None``: there is no answer.
            retry_after: seconds to wait, if the server requests that.
        """
        self._in_flight -= 1
        self._status = status
        self._meter.end(now, refused=True)
        if ticket.number > self._last.number:  # otherwise it was in flight when another one was refused: the same event
            self._in_a_row += 1
            self._flight.refused(now, self._in_a_row)
            if retry_after or self._in_a_row == 1:
                self._pace.refused(self._meter, now, since_last=self._begun(ticket), asked=bool(retry_after))
            self._last = Ticket(self._number, now)
            if not retry_after and self._in_a_row > 1:
                longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * _GROWTH ** min(self._in_a_row, 20))
                retry_after = longest * (0.5 + self._jitter() / 2)
        if retry_after:
            self._pause_ends = max(self._pause_ends, now + retry_after)
            self._pace.hold(self._pause_ends)

    def _begun(self, ticket: Ticket) -> float:
        """Return how many requests per second have begun since the refusal before; 0 if that was just now."""
        seconds = ticket.at - self._last.at
        return (ticket.number - self._last.number) / seconds if seconds >= _LONG_ENOUGH else 0.0

    def dropped(self) -> None:
        """Note that a request has ended without telling anything about the server."""
        self._in_flight -= 1

    def throttling(self, now: float) -> Throttling | None:
        """Return how the client holds back; ``None`` if it does not."""
        pause, rate = max(0.0, self._pause_ends - now), self._pace.rate(now)
        return Throttling(self._status, pause, rate) if pause or rate is not None else None
