"""A token that is replaced before it ends."""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, NamedTuple

from persync.errors import HarvesterError
from persync.harvester.auth.static import valid_token
from persync.harvester.server_clock import ServerClock

if TYPE_CHECKING:
    from collections.abc import Callable

_MARGIN = 10.0
"""Seconds between the renewal of a token and its end, at least: a request is under way, and the API may be slow."""
_MARGIN_PART = 0.1
"""The part of a token's lifetime that the margin is at least."""
_ROUNDING = 1.0
"""Seconds that a token may end sooner than it seems: the times in a JWT, and a server's ``Date``, are whole seconds."""
_AGAIN = 1.0
"""Seconds after a renewal that failed, until the next attempt."""
_NEVER = float("inf")
_log = logging.getLogger("persync.harvester")


class Fetched(NamedTuple):
    """A token from its source.

    What is sooner counts, its lifetime or its end. With neither, it is used until the API refuses it.

    Attributes:
        text: the token.
        lifetime: for how many seconds it is valid, from the begin of the fetch on.
        ends_at: its end by the server's clock, in seconds since the epoch.
    """

    text: str
    lifetime: float | None = None
    ends_at: float | None = None


class _Held(NamedTuple):
    """A token that is in use.

    Attributes:
        text: the token.
        left: returns for how many seconds it is valid.
        margin: how many of them are left when it is renewed.
        not_before: when the next attempt may be made, on the monotonic clock.
    """

    text: str
    left: Callable[[], float]
    margin: float
    not_before: float = 0.0


class RenewedToken(ABC):
    """A token that is fetched when it is needed, and replaced before it ends: by one thread, for which all wait."""

    def __init__(
        self, *secrets: str, clock: ServerClock | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin without a token.

        Args:
            secrets: what no output may show, besides the tokens.
            clock: the server's.
            monotonic: returns seconds, by a clock that is never set.
        """
        self._clock = clock or ServerClock()
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._held: _Held | None = None
        self._secrets: tuple[str, ...] = secrets

    def token(self) -> str:
        """Return a token that has not expired, a new one if necessary.

        Raises:
            AuthenticationFailed: there is none, or the credentials are refused.
            HarvesterError: the token endpoint cannot be used; as for ``Harvester``.
        """
        with self._lock:
            held = self._held
            if held is None or (held.left() <= held.margin and self._monotonic() >= held.not_before):
                self._held = held = self._renewed(held)
            return held.text

    def refresh(self) -> None:
        """Forget the token, so that the next one is new."""
        with self._lock:
            self._held = None

    def is_renewable(self) -> bool:
        """Return ``True``."""
        return True

    def ends_at(self) -> float | None:
        """Return ``None``: a new token follows each."""
        return None

    def secrets(self) -> tuple[str, ...]:
        """Return what was given or sent for a token, and every token so far: a log may hold an old one."""
        return self._secrets

    @abstractmethod
    def _fetch(self) -> Fetched:
        """Return a new token."""

    def _renewed(self, held: _Held | None) -> _Held:
        begun = self._monotonic()
        try:
            fetched = self._fetch()
        except HarvesterError as error:
            if held is None or held.left() <= 0:
                raise
            _log.info("the token cannot be renewed yet: %s", error)
            return held._replace(not_before=self._monotonic() + _AGAIN)
        if fetched.text not in self._secrets:
            self._secrets = (*self._secrets, valid_token(fetched.text))
        left = self._countdown(fetched, begun)
        return _Held(fetched.text, left, _margin(left()))

    def _countdown(self, fetched: Fetched, begun: float) -> Callable[[], float]:
        """Return what returns for how many seconds a token is certainly valid."""
        lifetime = _NEVER if fetched.lifetime is None else fetched.lifetime
        ends_at = _NEVER if fetched.ends_at is None else fetched.ends_at
        if ends_at <= self._clock.now():
            ends_at = _NEVER  # one of the clocks is wrong, or the API will refuse it: then there is another one
        return lambda: min(begun + lifetime - self._monotonic(), ends_at - self._clock.now()) - _ROUNDING


def _margin(left: float) -> float:
    """Return how many seconds before its end a token is renewed that is valid for so many seconds now."""
    if left == _NEVER:
        return 0.0
    # Nothing is left of a token that lives no longer than the rounding: each request gets one of its own.
    return min(max(left * _MARGIN_PART, _MARGIN), max(left / 2, 0))
