"""The server's clock, as its answers show it: when a token ends is judged by that clock, not by this machine's."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SAME = 2.0  # s


def sent_at(headers: Mapping[str, str]) -> float | None:
    """Return the ``Date`` of an answer (RFC 9110), in seconds since the epoch; ``None`` without a valid one."""
    try:
        return parsedate_to_datetime(headers.get("Date", "")).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


def time_of(headers: Mapping[str, str]) -> float:
    """Return when an answer was sent, by the server's clock, in seconds since the epoch.

    It is the time of this machine where the answer has no other: ``Date`` has whole seconds.
    """
    here, sent = time.time(), sent_at(headers)
    return here if sent is None or abs(here - sent) < _SAME else sent


def seconds_ahead(headers: Mapping[str, str], at: float, seconds: float) -> float | None:
    """Return how many seconds the server's clock is ahead of this machine's; ``None`` without a valid ``Date``.

    Args:
        headers: of the answer. ``Date`` has whole seconds: the result may be wrong by half a second, and by half of
            ``seconds``.
        at: when the request was sent, in seconds since the epoch.
        seconds: how long it took; the header is from some time in it.
    """
    server = sent_at(headers)
    return None if server is None else server + 0.5 - (at + seconds / 2)


class ServerClock:
    """The server's clock, from the last answer with a ``Date``; before that, this machine's. Used by many threads."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def observe(self, headers: Mapping[str, str], at: float, seconds: float) -> None:
        """Take the time of an answer; the arguments are those of ``seconds_ahead``."""
        if (ahead := seconds_ahead(headers, at, seconds)) is not None:
            # what may be the rounding is no difference: the end of a token is shown as the token has it
            self._ahead = ahead if abs(ahead) > (1 + seconds) / 2 else 0.0

    def now(self) -> float:
        """Return the time on the server, in seconds since the epoch."""
        return time.time() + self._ahead

    def here(self, moment: float | None) -> float | None:
        """Return what this machine's clock shows at a moment of the server's; in seconds since the epoch, or none."""
        return None if moment is None else moment - self._ahead
