"""Retries of reads: which outcomes are retried, after which delay, and the loop that retries.

``decide`` is pure; ``Retries`` sends, waits and logs. A write is sent once: ``persync.apply.live`` decides whether it
is repeated, after a look at the persister.
"""

from __future__ import annotations

import logging
import math
import random
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from persync.errors import Interrupted
from persync.harvester.exchange import Answer, NoAnswer, Outcome

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from persync.harvester.exchange import Call

_log = logging.getLogger("persync.harvester")

_TOO_MANY_REQUESTS = 429
_UNAVAILABLE = frozenset({502, 503, 504})
_INTERNAL_ERROR = 500
_MOMENT = 0.05  # s
_LONGEST_DELAY = 5.0  # s, up to a deadline
_UNTIL_TIMEOUT = "tried again until the timeout"
NOT_SENT = NoAnswer(
    "not sent before the timeout: the API is busy", "raise --timeout, or lower the parallelism", retryable=False
)
_ATTEMPTS_AFTER_500 = 3
"""Often passes at once, and otherwise mostly not at all: a persister that it blocks is not to delay the others."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and after which delay a request is retried.

    Attributes:
        attempts: the most attempts in all, 1 or more, where there is no deadline, or nothing has ever answered.
        base_delay: the longest delay before the second attempt, in seconds; it doubles with each further attempt.
        max_delay: the longest delay of all, in seconds. If the server requests a longer one (``Retry-After``), the
            request is not retried.
    """

    attempts: int = 5
    base_delay: float = 0.5
    max_delay: float = 30.0


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when reads are retried.

    Attributes:
        seconds: how long; ``None``: there is no deadline, but a most number of attempts.
        at: when all reads end, on the monotonic clock; ``None``: each has so many seconds for itself.
    """

    seconds: float | None = None
    at: float | None = None

    def end(self) -> float | None:
        """Return the deadline of a read that begins now."""
        if self.at is not None or self.seconds is None:
            return self.at
        return time.monotonic() + self.seconds


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """The decision to send a request again after a delay in seconds."""

    delay: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The decision not to send a request again.

    Attributes:
        reason: why, for the error; empty where the outcome is reason enough.
    """

    reason: str = ""


Decision: TypeAlias = RetryAfter | GiveUp


@dataclass(frozen=True, slots=True)
class Result:
    """The final outcome of a request.

    Attributes:
        outcome: of the last attempt.
        gave_up: why there was no further attempt (``GiveUp.reason``).
    """

    outcome: Outcome
    gave_up: str = ""


def decide(
    outcome: Outcome,
    attempts: int,
    policy: RetryPolicy,
    *,
    jitter: float,
    left: float | None = None,
    answered: bool = True,
) -> Decision:
    """Decide whether a request is sent again, and when.

    Args:
        outcome: of the last attempt.
        attempts: how many attempts were made, 1 or more.
        policy: the most attempts, and the delays.
        jitter: a random number from 0 to 1. It spreads out threads that failed together, so that they do not all come
            back together.
        left: seconds until the deadline, which then counts in place of the attempts; ``None``: there is none.
        answered: whether the server has answered any request: a host that cannot be reached is not waited for.
    """
    if not is_retryable(outcome):
        return GiveUp()
    if isinstance(outcome, NoAnswer) and not answered:
        left = None
    if attempts >= _most_attempts(outcome, policy, left):
        return GiveUp(f"after {attempts} tries" if attempts > 1 else "")
    requested = outcome.retry_after if isinstance(outcome, Answer) else None
    if left is not None:
        return _until_deadline(outcome, attempts, policy, jitter, left)
    if requested is None:
        return RetryAfter(jitter * min(policy.max_delay, policy.base_delay * 2 ** (attempts - 1)))
    if requested > policy.max_delay:
        return GiveUp(f"the server requests a delay of {requested:g} s; persync waits {policy.max_delay:g} s at most")
    return RetryAfter(min(policy.max_delay, requested + jitter * policy.base_delay))


def _until_deadline(outcome: Outcome, attempts: int, policy: RetryPolicy, jitter: float, left: float) -> Decision:
    """Decide by the deadline. What all requests have to wait for is the matter of ``persync.harvester.load``.

    The reasons have no figures that differ from run to run: they are in plans.
    """
    requested = outcome.retry_after if isinstance(outcome, Answer) else None
    if left <= 0:
        return GiveUp(_UNTIL_TIMEOUT if attempts > 1 else "the timeout is over")
    if requested is not None:
        if requested > left:
            return GiveUp(f"the server requests a delay of {requested:g} s, which is beyond the timeout")
        return RetryAfter(min(left, requested + jitter * _MOMENT))
    if isinstance(outcome, Answer) and outcome.status == _TOO_MANY_REQUESTS:
        return RetryAfter(min(left, jitter * _MOMENT))
    longest = min(_LONGEST_DELAY, policy.base_delay * 2 ** min(attempts - 1, 10))
    return RetryAfter(min(left, jitter * longest))


def is_retryable(outcome: Outcome) -> bool:
    """Return whether another attempt may succeed.

    That is so where the connection failed, the status is 429, 502, 503 or 504, or 500 without an HTML page.
    """
    if isinstance(outcome, NoAnswer):
        return outcome.retryable
    return outcome.status == _TOO_MANY_REQUESTS or outcome.status in _UNAVAILABLE or _is_internal_error(outcome)


def is_busy(outcome: Outcome) -> bool:
    """Return whether the server, or a gateway in front of it, does not keep up with what is sent.

    That is so where the status is 429, 502, 503 or 504, or there is no answer and another attempt may succeed.
    """
    return is_retryable(outcome) and not _is_internal_error(outcome)


def _most_attempts(outcome: Outcome, policy: RetryPolicy, left: float | None) -> float:
    if _is_internal_error(outcome):
        return min(policy.attempts, _ATTEMPTS_AFTER_500)
    return policy.attempts if left is None or policy.attempts == 1 else math.inf


def _is_internal_error(outcome: Outcome) -> bool:
    return isinstance(outcome, Answer) and outcome.status == _INTERNAL_ERROR and not outcome.is_html


class Retries:
    """Sends requests, and sends them again as the policy allows.

    Args:
        policy: the most attempts, and the delays.
        stop: when set, nothing is retried.
    """

    def __init__(self, policy: RetryPolicy, stop: threading.Event) -> None:
        self._policy = policy
        self._stop = stop
        self._reported: set[str] = set()

    def once(self) -> Retries:
        """Return those of a client that sends each request once."""
        return Retries(replace(self._policy, attempts=1), self._stop)

    def read(
        self,
        call: Call,
        send: Callable[[], Outcome | None],
        until: float | None = None,
        answered: Callable[[], bool] = lambda: True,
    ) -> Result:
        """Send a request that does no harm when it is repeated, until its outcome is final.

        Args:
            call: the request, for log and errors.
            send: sends it once; returns ``None`` if the deadline came first.
            until: the deadline, on the monotonic clock; ``None``: the policy's attempts count.
            answered: whether the server has answered any request.

        Raises:
            Interrupted: the stop event is set and another attempt is due.
        """
        attempts = 0
        outcome: Outcome = NOT_SENT
        while True:
            sent = send()
            if sent is None:
                return Result(outcome, _UNTIL_TIMEOUT if attempts else "")
            outcome = sent
            attempts += 1
            left = None if until is None else until - time.monotonic()
            decision = decide(outcome, attempts, self._policy, jitter=_jitter(), left=left, answered=answered())
            if isinstance(decision, GiveUp):
                return Result(outcome, decision.reason)
            self._wait(call, outcome, decision.delay, has_deadline=until is not None)

    def _wait(self, call: Call, outcome: Outcome, delay: float, *, has_deadline: bool) -> None:
        reason = outcome.reason if isinstance(outcome, NoAnswer) else f"answered {outcome.status}"
        # One line per cause. Up to a deadline there may be hundreds of retries: the progress shows them.
        level = logging.DEBUG if has_deadline or reason in self._reported else logging.INFO
        self._reported.add(reason)
        if not self._stop.is_set():
            _log.log(level, "%s: %s; retrying in %.2f s", call, reason, delay)
        if self._stop.wait(delay):
            raise Interrupted(f"interrupted before {call} was retried ({reason})")


def _jitter() -> float:
    return random.random()  # noqa: S311 - not a secret
