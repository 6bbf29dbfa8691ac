"""Calls something at intervals, in a thread of its own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable


class Every:
    """Calls ``work`` at intervals as long as the context lasts.

    Args:
        seconds: the interval.
        work: what to call.
        first: seconds until the first call; as the interval if ``None``.
    """

    def __init__(self, seconds: float, work: Callable[[], None], *, first: float | None = None) -> None:
        self._seconds = seconds
        self._work = work
        self._first = seconds if first is None else first
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="persync-progress", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        pause = self._first
        while not self._over.wait(pause):
            pause = self._seconds
            self._work()
