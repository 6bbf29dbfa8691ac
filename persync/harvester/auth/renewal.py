"""A token that is replaced before it ends."""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, NamedTuple

from persync.errors import HarvesterError
from persync.harvester.auth.static import valid_token

if TYPE_CHECKING:
    from collections.abc import Callable

_MARGIN = 10.0
"""Seconds between the renewal of a token and its end, at least: a request is under way, and the API may be slow."""
_MARGIN_PART = 0.1
"""The part of a token's lifetime that the margin is at least."""
_ROUNDING = 1.0
"""Seconds that a token may end sooner than it says: the times in a JWT are whole seconds."""
_AGAIN = 1.0
"""Seconds after a renewal that failed, until the next attempt."""
_UNKNOWN = float("inf")
_log = logging.getLogger("persync.harvester")


class Fetched(NamedTuple):
    """A token from its source.

    Attributes:
        text: the token.
        lifetime: for how many seconds it is valid, from the begin of the fetch on; ``None``: not known.
    """

    text: str
    lifetime: float | None


class _Held(NamedTuple):
    """A token that is in use; its times are those of the monotonic clock, so that no clock that is set matters."""

    text: str
    renew_at: float
    ends_at: float


class RenewedToken(ABC):
    """A token that is fetched when it is needed, and replaced before it ends: by one thread, for which all wait."""

    def __init__(self, *secrets: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Take what no output may show besides the tokens, and the clock that lifetimes are measured with."""
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
            if self._held is None or self._monotonic() >= self._held.renew_at:
                self._held = self._renewed(self._held)
            return self._held.text

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
            text, lifetime = self._fetch()
        except HarvesterError as error:
            now = self._monotonic()
            if held is None or now >= held.ends_at - _ROUNDING:
                raise
            _log.info("the token cannot be renewed yet: %s", error)
            return held._replace(renew_at=now + _AGAIN)
        if text not in self._secrets:
            self._secrets = (*self._secrets, valid_token(text))
        if lifetime is None:
            return _Held(text, _UNKNOWN, _UNKNOWN)
        ends_at = begun + lifetime
        return _Held(text, ends_at - _margin(lifetime), ends_at)


def _margin(lifetime: float) -> float:
    """Return how many seconds before its end a token is renewed."""
    return min(max(lifetime * _MARGIN_PART, _MARGIN), lifetime / 2)
