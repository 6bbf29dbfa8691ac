"""That requests are held back, because the API is busy or does not answer."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from persync.cli.terminal import say

if TYPE_CHECKING:
    from persync.harvester.load.state import Throttling


def report_throttling(throttling: Throttling, time_: str = "", limit: str = "the timeout") -> None:
    """Report that requests are held back.

    Args:
        throttling: how.
        time_: is in front of it, for people.
        limit: until when failed reads are repeated.
    """
    text = throttled(throttling, limit)
    say(f"{time_}{text}", logging.WARNING, text, event="throttled", status=throttling.status)


def throttled(throttling: Throttling, limit: str = "the timeout") -> str:
    """Return that requests are held back, why, and until when failed reads are repeated."""
    return f"{_busy(throttling)}: fewer requests are sent, and failed reads are repeated until {limit}"


def throttled_now(throttling: Throttling) -> str:
    """Return how requests are held back at the moment."""
    if throttling.pause >= 1 or throttling.per_second is None:
        return f"{_busy(throttling)}: next request in {throttling.pause:.0f} s"
    rate = max(1, round(throttling.per_second))
    return f"{_busy(throttling)}: {rate} {'request' if rate == 1 else 'requests'} per second"


def _busy(throttling: Throttling) -> str:
    if throttling.status is None:
        return "the API does not answer"
    return f"the API answers {throttling.status} ({HTTPStatus(throttling.status).phrase.lower()})"
