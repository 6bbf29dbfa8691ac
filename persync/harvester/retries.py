"""When to try again, and how long to wait."""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from persync.errors import Interrupted
from persync.harvester.exchange import Answer, Broken, Outcome

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from persync.harvester.exchange import Call

_log = logging.getLogger("persync.harvester")

_TOO_MANY = 429
_AWAY = frozenset({502, 503, 504})
_FAULT = 500


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How patient persync is with an API that is away or busy.

    Attributes:
        attempts: tries altogether, 1 or more.
        base: the first pause lasts up to so many seconds; each further one up to twice the one before.
        cap: the longest pause in seconds. A server that asks for a longer one (``Retry-After``) is not waited for.
    """

    attempts: int = 5
    base: float = 0.5
    cap: float = 30.0


class Tries:
    """The tries of one call: counts them, waits between them, and says why there are no more."""

    def __init__(self, call: Call, policy: RetryPolicy, stop: threading.Event) -> None:
        self._call = call
        self._policy = policy
        self._stop = stop
        self._made = 0
        self.ended = ""

    def again(self, outcome: Outcome) -> bool:
        """Wait until the next try is due.

        Args:
            outcome: what the last try brought; one that is worth another try.

        Returns:
            Whether there is one more; if not, ``ended`` says why.

        Raises:
            Interrupted: the stop event is set, before or during the pause.
        """
        self._made += 1
        if self._made >= self._policy.attempts:
            self.ended = f" (after {self._made} tries)" if self._made > 1 else ""
            return False
        asked = _retry_after(outcome)
        if asked is not None and asked > self._policy.cap:
            self.ended = f" (it asks for a pause of {asked:g} s; persync waits {self._policy.cap:g} s at most)"
            return False
        pause = self._pause(asked)
        reason = outcome.reason if isinstance(outcome, Broken) else f"answered {outcome.status}"
        if not self._stop.is_set():
            _log.info("%s: %s; trying again in %.2f s", self._call, reason, pause)
        if self._stop.wait(pause):
            in_doubt = self._call.method != "GET" and doubtful(outcome)
            doubt = "; it may have been done all the same" if in_doubt else ""
            raise Interrupted(f"interrupted before {self._call} was tried again ({reason}){doubt}", in_doubt=in_doubt)
        return True

    def _pause(self, asked: float | None) -> float:
        # Full jitter: fifty threads that were turned away together must not come back together.
        if asked is not None:
            return min(self._policy.cap, asked + random.uniform(0, self._policy.base))  # noqa: S311 - not a secret
        return random.uniform(0, min(self._policy.cap, self._policy.base * 2 ** (self._made - 1)))  # noqa: S311 - not a secret


def until_settled(once: Callable[[], Outcome], tries: Tries) -> Outcome:
    """Try something harmless to repeat until it brings an answer that stands, or there are no more tries.

    Raises:
        Interrupted: the stop event is set while another try would be due.
    """
    while True:
        outcome = once()
        if not passing(outcome) or not tries.again(outcome):
            return outcome


def passing(outcome: Outcome) -> bool:
    """Whether another try of a read may go better: a connection that failed, 429, 502, 503, 504."""
    if isinstance(outcome, Broken):
        return outcome.passing
    return outcome.status == _TOO_MANY or outcome.status in _AWAY


def doubtful(outcome: Outcome) -> bool:
    """Whether a write that ended so may have been done.

    So it is when nobody from the API has spoken: the connection broke with the request on its way, a gateway answered
    in its place, or the answer is one of the empty ones that the API reference lists for PUT (302, 500, 503).
    """
    if isinstance(outcome, Broken):
        return outcome.sent
    silent = outcome.is_html or not outcome.body.strip()
    if outcome.status == 302:  # noqa: PLR2004 - HTTP's Found
        return silent and "Location" not in outcome.headers
    return outcome.status in _AWAY or (outcome.status == _FAULT and silent)


def _retry_after(outcome: Outcome) -> float | None:
    """Return the pause in seconds that the answer asks for (``Retry-After``, seconds or an HTTP date: RFC 9110)."""
    if not isinstance(outcome, Answer) or "Retry-After" not in outcome.headers:
        return None
    try:
        return Retry().parse_retry_after(outcome.headers["Retry-After"])
    except (InvalidHeader, ValueError, OverflowError):
        return None
