"""Sends the requests of a client: with a token, when they may begin, reads again until a deadline, writes once."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from itertools import count
from typing import TYPE_CHECKING, Self

from persync.harvester.auth import valid_token
from persync.harvester.exchange import Answer
from persync.harvester.retries import NOT_SENT, Deadline, Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.harvester.auth import TokenSource
    from persync.harvester.exchange import Call, Outcome
    from persync.harvester.load.gate import Gate
    from persync.harvester.load.state import Throttling
    from persync.harvester.retries import Retries
    from persync.harvester.transport import Transport

_HELD = 2.0  # s
"""The longest that a request is held back which is sent once: its deadline is its sender's."""


@dataclass(frozen=True, slots=True, eq=False)
class Sender:
    """Sends requests, from any thread.

    Attributes:
        transport: the connections.
        tokens: the source of tokens.
        retries: of reads.
        gate: when requests may begin.
        deadline: of reads.
    """

    transport: Transport
    tokens: TokenSource
    retries: Retries
    gate: Gate
    deadline: Deadline = field(default_factory=Deadline)
    _renewing: threading.Lock = field(default_factory=threading.Lock)

    def once(self) -> Self:
        """Return a sender with the same gate that sends reads once, too."""
        return replace(self, retries=self.retries.once(), deadline=Deadline())

    def within(self, seconds: float, *, each: bool) -> Self:
        """Return a sender with the same gate that sends reads until a deadline.

        Args:
            seconds: until the deadline.
            each: from the beginning of each read; otherwise from now on, for all reads together.
        """
        return replace(self, deadline=Deadline(seconds, None if each else time.monotonic() + seconds))

    def throttling(self) -> Throttling | None:
        """Return how requests are held back; ``None`` if they are not."""
        return self.gate.throttling()

    def read(self, call: Call) -> Result:
        """Send a request that does no harm when it is repeated, until its outcome is final.

        Raises:
            Interrupted: the stop event is set, and the request has to wait.
        """
        until, attempts = self.deadline.end(), count(1)
        result = self.retries.read(
            call, lambda: self._send(call, until, attempts), until, lambda: self.gate.has_answered
        )
        if result.outcome is NOT_SENT and (throttling := self.gate.throttling()) and throttling.status:
            return Result(replace(NOT_SENT, reason=f"{NOT_SENT.reason}, and answers {throttling.status}"))
        return result

    def write(self, call: Call) -> Outcome:
        """Send a request once.

        Raises:
            Interrupted: the stop event is set, and the request has to wait.
        """
        outcome = self._send(call, None, count(1))
        assert outcome is not None  # noqa: S101 - for the type checker: without a deadline it is always sent
        return outcome

    def _send(self, call: Call, until: float | None, attempts: Iterator[int]) -> Outcome | None:
        """Send a request once; a read twice where its token was refused and there is a new one.

        Args:
            call: the request.
            until: when it is not sent any more; ``None``: it is sent in any case.
            attempts: counts how many times it is sent.

        Returns:
            ``None`` if it was not sent.
        """
        outcome = self._send_in_turn(call, until, attempts)
        if not isinstance(outcome, Answer) or outcome.status != HTTPStatus.UNAUTHORIZED:
            return outcome
        is_renewed = self._renew_token(outcome.token)
        return self._send_in_turn(call, until, attempts) if is_renewed and call.method == "GET" else outcome

    def _send_in_turn(self, call: Call, until: float | None, attempts: Iterator[int]) -> Outcome | None:
        def send() -> Outcome:
            # Again: the first may have ended while the request waited.
            return self.transport.send(call, valid_token(self.tokens.token()), next(attempts))

        self.tokens.token()  # renewed here, so that it is no slow answer of the API
        latest = time.monotonic() + _HELD if until is None else until
        return self.gate.send(call, send, latest, late=until is None)

    def _renew_token(self, refused: str) -> bool:
        """Fetch another token if no other thread has; return whether there is one."""
        with self._renewing:
            if self.tokens.token() == refused:
                self.tokens.refresh()
            return self.tokens.token() != refused
