"""Sends the requests of a client: with a token, when they may begin, reads again until a deadline, writes once."""

from __future__ import annotations

import threading
import time
from copy import copy
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from persync.harvester.auth import valid_token
from persync.harvester.exchange import Answer
from persync.harvester.load.gate import Gate
from persync.harvester.retries import NOT_SENT, Deadline, Result, Retries, RetryPolicy

if TYPE_CHECKING:
    from persync.harvester.auth import TokenSource
    from persync.harvester.exchange import Call, Outcome
    from persync.harvester.load.state import Throttling
    from persync.harvester.transport import HttpOptions, Transport

_HELD = 2.0  # s
"""The longest that a request is held back which is sent once: its deadline is its sender's."""


class Sender:
    """Sends requests, from any thread.

    Args:
        transport: the connections.
        tokens: the source of tokens.
        options: retries, parallelism.
        stop: when set, nothing is retried.
    """

    def __init__(self, transport: Transport, tokens: TokenSource, options: HttpOptions, stop: threading.Event) -> None:
        self._transport = transport
        self._tokens = tokens
        self._stop = stop
        self._retries = Retries(options.retry, stop)
        self._deadline = Deadline()
        self._gate = Gate(options.parallelism, stop)
        self._renewing = threading.Lock()

    def once(self) -> Self:
        """Return a sender with the same gate that sends reads once, too."""
        return self._twin(Retries(RetryPolicy(attempts=1), self._stop), Deadline())

    def within(self, seconds: float, *, each: bool) -> Self:
        """Return a sender with the same gate that sends reads until a deadline.

        Args:
            seconds: until the deadline.
            each: from the beginning of each read; otherwise from now on, for all reads together.
        """
        return self._twin(self._retries, Deadline(seconds, None if each else time.monotonic() + seconds))

    def throttling(self) -> Throttling | None:
        """Return how requests are held back; ``None`` if they are not."""
        return self._gate.throttling()

    def read(self, call: Call) -> Result:
        """Send a request that does no harm when it is repeated, until its outcome is final.

        Raises:
            Interrupted: the stop event is set, and the request has to wait.
        """
        until = self._deadline.end()
        result = self._retries.read(call, lambda: self._send(call, until), until, lambda: self._gate.has_answered)
        if result.outcome is NOT_SENT and (throttling := self._gate.throttling()) and throttling.status:
            return Result(replace(NOT_SENT, reason=f"{NOT_SENT.reason}, and answers {throttling.status}"))
        return result

    def write(self, call: Call) -> Outcome:
        """Send a request once.

        Raises:
            Interrupted: the stop event is set, and the request has to wait.
        """
        outcome = self._send(call, None)
        assert outcome is not None  # noqa: S101 - for the type checker: without a deadline it is always sent
        return outcome

    def _twin(self, retries: Retries, deadline: Deadline) -> Self:
        twin = copy(self)
        twin._retries, twin._deadline = retries, deadline  # noqa: SLF001 - of this class
        return twin

    def _send(self, call: Call, until: float | None) -> Outcome | None:
        """Send a request once; a read twice where its token was refused and there is a new one.

        Args:
            call: the request.
            until: when it is not sent any more; ``None``: it is sent in any case.

        Returns:
            ``None`` if it was not sent.
        """
        outcome = self._send_in_turn(call, until)
        if not isinstance(outcome, Answer) or outcome.status != HTTPStatus.UNAUTHORIZED:
            return outcome
        is_renewed = self._renew_token(outcome.token)
        return self._send_in_turn(call, until) if is_renewed and call.method == "GET" else outcome

    def _send_in_turn(self, call: Call, until: float | None) -> Outcome | None:
        def send() -> Outcome:
            # Again: the first may have ended while the request waited.
            return self._transport.send(call, valid_token(self._tokens.token()))

        self._tokens.token()  # renewed here, so that it is no slow answer of the API
        latest = time.monotonic() + _HELD if until is None else until
        return self._gate.send(call, send, latest, late=until is None)

    def _renew_token(self, refused: str) -> bool:
        """Fetch another token if no other thread has; return whether there is one."""
        with self._renewing:
            if self._tokens.token() == refused:
                self._tokens.refresh()
            return self._tokens.token() != refused
