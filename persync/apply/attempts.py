"""Attempts at something, until a deadline: at once, then after pauses that grow."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from persync.errors import Interrupted

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST_PAUSE = 0.1  # s


@dataclass(frozen=True, slots=True)
class Interruption:
    """The request to end early.

    Attributes:
        gracefully: begin with no further persister; those under way are finished, so that none is left stopped.
        immediately: send nothing more.
    """

    gracefully: threading.Event = field(default_factory=threading.Event)
    immediately: threading.Event = field(default_factory=threading.Event)


class Attempts:
    """An iterator over attempts: the first one at once, the last one when the time is over.

    The pauses are of random length, so that two users of persync who began together do not go on together.

    Args:
        limit: seconds in all.
        longest: the longest pause in seconds; only the server may request a longer one.
        cancelled: returns the event that ends a pause.
        doing: what is cancelled then, for the message.
        held: returns for how many seconds nobody is to send anything, as the server requests of all.
    """

    def __init__(
        self,
        limit: float,
        longest: float,
        cancelled: Callable[[], threading.Event],
        doing: str,
        held: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.limit = limit
        self._began = time.monotonic()
        self._longest = longest
        self._cancelled = cancelled
        self._doing = doing
        self._held = held
        self._pause = 0.0
        self._requested = 0.0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> None:
        """Wait until the next attempt is due.

        Raises:
            StopIteration: the time is over.
            Interrupted: it was cancelled.
        """
        left = self._began + self.limit - time.monotonic()
        if self._pause and left <= 0:
            raise StopIteration
        pause = max(self._requested, self._held(), self._pause * random.uniform(0.5, 1))  # noqa: S311 - not a secret
        if pause and self._cancelled().wait(min(left, pause)):
            raise Interrupted(f"interrupted while {self._doing}")
        self._pause = min(self._pause * 2 or _FIRST_PAUSE, self._longest)
        self._requested = 0.0

    def delay(self, seconds: float | None) -> None:
        """Make the next pause at least so long, as the server requests (``Retry-After``)."""
        self._requested = seconds or 0.0
