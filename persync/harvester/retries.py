"""Retries: which outcomes are retried, after which delay, and the loops that retry.

``decide`` is pure; ``Retries`` sends, waits and logs.
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from persync.errors import HarvesterError, Interrupted
from persync.harvester.exchange import Answer, NoAnswer, Outcome

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from persync.harvester.exchange import Call

_log = logging.getLogger("persync.harvester")

_TOO_MANY_REQUESTS = 429
_UNAVAILABLE = frozenset({502, 503, 504})
_INTERNAL_ERROR = 500
_FOUND = 302


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and after which delay a request is retried.

    Attributes:
        attempts: the most attempts in all, 1 or more.
        base_delay: the longest delay before the second attempt, in seconds; it doubles with each further attempt.
        max_delay: the longest delay of all, in seconds. If the server requests a longer one (``Retry-After``), the
            request is not retried.
    """

    attempts: int = 5
    base_delay: float = 0.5
    max_delay: float = 30.0


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
        took_effect: whether reading showed that a write took effect, although its outcome does not say so.
        check_error: why reading could not show whether a write took effect.
    """

    outcome: Outcome
    gave_up: str = ""
    took_effect: bool = False
    check_error: HarvesterError | None = None


def decide(
    outcome: Outcome, attempts: int, policy: RetryPolicy, *, jitter: float, retry_unknown: bool = False
) -> Decision:
    """Decide whether a request is sent again, and when.

    Args:
        outcome: of the last attempt.
        attempts: how many attempts were made, 1 or more.
        policy: the most attempts, and the delays.
        jitter: a random number from 0 to 1. It spreads out threads that failed together, so that they do not all come
            back together.
        retry_unknown: whether to retry a write that may have taken effect, too; the caller has to check that first.
    """
    if not (is_retryable(outcome) or (retry_unknown and may_have_taken_effect(outcome))):
        return GiveUp()
    if attempts >= policy.attempts:
        return GiveUp(f"after {attempts} tries" if attempts > 1 else "")
    requested = outcome.retry_after if isinstance(outcome, Answer) else None
    if requested is None:
        return RetryAfter(jitter * min(policy.max_delay, policy.base_delay * 2 ** (attempts - 1)))
    if requested > policy.max_delay:
        return GiveUp(f"the server requests a delay of {requested:g} s; persync waits {policy.max_delay:g} s at most")
    return RetryAfter(min(policy.max_delay, requested + jitter * policy.base_delay))


def is_retryable(outcome: Outcome) -> bool:
    """Return whether another attempt may succeed: the connection failed, or the status is 429, 502, 503 or 504."""
    if isinstance(outcome, NoAnswer):
        return outcome.retryable
    return outcome.status == _TOO_MANY_REQUESTS or outcome.status in _UNAVAILABLE


def may_have_taken_effect(outcome: Outcome) -> bool:
    """Return whether a write with this outcome may have taken effect.

    That is unknown where the answer does not come from the API itself: the connection broke after the request was
    sent, a gateway answered instead, or the answer is an empty 302, 500 or 503, which the API reference lists for PUT.
    """
    if isinstance(outcome, NoAnswer):
        return outcome.sent
    without_message = outcome.is_html or not outcome.body.strip()
    if outcome.status == _FOUND:
        return without_message and "Location" not in outcome.headers
    return outcome.status in _UNAVAILABLE or (outcome.status == _INTERNAL_ERROR and without_message)


class Retries:
    """Sends requests, and sends them again as the policy allows.

    Args:
        policy: the most attempts, and the delays.
        stop: when set, nothing is retried.
    """

    def __init__(self, policy: RetryPolicy, stop: threading.Event) -> None:
        self._policy = policy
        self._stop = stop

    def read(self, call: Call, send: Callable[[], Outcome]) -> Result:
        """Send a request that does no harm when it is repeated, until its outcome is final.

        Args:
            call: the request, for log and errors.
            send: sends it once.

        Raises:
            Interrupted: the stop event is set and another attempt is due.
        """
        attempts = 0
        while True:
            outcome = send()
            attempts += 1
            decision = decide(outcome, attempts, self._policy, jitter=_jitter())
            if isinstance(decision, GiveUp):
                return Result(outcome, decision.reason)
            self._wait(call, outcome, decision.delay)

    def write(self, call: Call, send: Callable[[], Outcome], took_effect: Callable[[], bool]) -> Result:
        """Send a write until its outcome is final. It is sent again only if it did not take effect.

        Args:
            call: the request, for log and errors.
            send: sends it once.
            took_effect: reads whether the write took effect; called where the outcome leaves that unknown.

        Raises:
            Interrupted: the stop event is set and another attempt is due.
        """
        attempts = 0
        unknown = False
        while True:
            outcome = send()
            attempts += 1
            if isinstance(outcome, Answer) and (outcome.is_success or outcome.is_not_modified):
                return Result(outcome)
            # Once unknown, it stays unknown: a second START may be refused because the first took effect.
            unknown = unknown or may_have_taken_effect(outcome)
            decision = decide(outcome, attempts, self._policy, jitter=_jitter(), retry_unknown=True)
            if isinstance(decision, RetryAfter):
                self._wait(call, outcome, decision.delay)
            result = Result(outcome, decision.reason if isinstance(decision, GiveUp) else "")
            if unknown:
                result = _check(result, took_effect)
            if isinstance(decision, GiveUp) or result.took_effect or result.check_error:
                return result

    def _wait(self, call: Call, outcome: Outcome, delay: float) -> None:
        reason = outcome.reason if isinstance(outcome, NoAnswer) else f"answered {outcome.status}"
        if not self._stop.is_set():
            _log.info("%s: %s; retrying in %.2f s", call, reason, delay)
        if self._stop.wait(delay):
            in_doubt = call.method != "GET" and may_have_taken_effect(outcome)
            unknown = "; it may have taken effect" if in_doubt else ""
            raise Interrupted(f"interrupted before {call} was retried ({reason}){unknown}", in_doubt=in_doubt)


def _check(result: Result, took_effect: Callable[[], bool]) -> Result:
    try:
        return replace(result, took_effect=took_effect())
    except HarvesterError as error:
        return replace(result, check_error=error)


def _jitter() -> float:
    return random.random()  # noqa: S311 - not a secret
