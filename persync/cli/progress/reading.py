"""The progress of reads: how many persisters are read, and that the API is busy."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Self

from persync.cli.live_block import live_block
from persync.cli.progress.every import Every
from persync.cli.progress.throttling import report_throttling, throttled_now
from persync.cli.progress.words import cropped
from persync.cli.terminal import say_to_people, shows_progress
from persync.plan.events import EventTypeListed, PersisterRead
from persync.report.waves.wording import duration
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Callable

    from persync.harvester.load.state import Throttling
    from persync.plan.events import Event

_SILENT = 1.0  # s, before the first message
_ON_TERMINAL, _IN_LOG = 0.1, 10.0  # s, between two messages
_LOOK = 0.5  # s, between two looks in a log


class ReadProgress:
    """Counts what was read: on a terminal in one line, in a log line by line.

    Both show that the API is busy: the terminal as long as it is, the log once.

    Args:
        total: how many there are; ``None``: not known, as in a list that has a next page.
        throttling: returns how requests are held back.
        noun: what is read; ``s`` is added for several.
    """

    def __init__(self, total: int | None, throttling: Callable[[], Throttling | None], noun: str = "persister") -> None:
        self._total = total
        self._noun = noun
        self._throttling = throttling
        self._done = 0
        self._on_terminal = live_block.is_possible() and shows_progress()
        self._reported: int | None = None
        self._is_throttled = False
        self._start = self._next = time.monotonic()
        self._lock = threading.Lock()
        self._every = Every(_ON_TERMINAL if self._on_terminal else _LOOK, self._show, first=_SILENT)

    def __enter__(self) -> Self:
        self._every.__enter__()
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        self._every.__exit__()
        if self._on_terminal:
            live_block.show(())
        elif error is None and self._reported is not None and self._reported < self._done:
            self._report(f" in {duration(time.monotonic() - self._start)}")

    def __call__(self, event: Event) -> None:
        """Count what was read."""
        if isinstance(event, PersisterRead | EventTypeListed):
            with self._lock:
                self._done += 1

    def _show(self) -> None:
        throttling = self._throttling()
        if self._on_terminal:
            more = f"; {throttled_now(throttling)}" if throttling else ""
            live_block.show([cropped(f"{self._text}{more}", live_block.size().columns)])
            return
        if throttling and not self._is_throttled:
            self._is_throttled = True
            report_throttling(throttling)
        if self._done and time.monotonic() >= self._next:
            self._next = time.monotonic() + _IN_LOG
            self._report()

    def _report(self, suffix: str = "") -> None:
        self._reported = self._done
        say_to_people(f"{self._text}{suffix}")

    @property
    def _text(self) -> str:
        if self._total is None:
            return f"read {number(self._done, self._noun)}"
        return f"read {self._done:,} of {number(self._total, self._noun)}"
