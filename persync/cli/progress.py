"""Progress on stderr for what takes longer than a second."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from typing import Self

import click

_PATIENCE = 1.0
_ON_TERMINAL, _IN_LOG = 0.1, 10.0
_CLEAR = "\r\x1b[K"


class Progress:
    """Counts what is done, and says so now and then: on a terminal in one line, in a log line by line.

    Args:
        what: what is counted, as in "reading 40 of 300 persisters".
        total: how many there are.
    """

    def __init__(self, what: str, total: int) -> None:
        self._what = what
        self._total = total
        self._done = 0
        self._terminal = sys.stderr.isatty()
        self._next = time.monotonic() + _PATIENCE
        self._shown = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown and self._terminal:
            self._say(_CLEAR)

    def tick(self) -> None:
        """Count one; from any thread."""
        with self._lock:
            self._done += 1
            now = time.monotonic()
            if now < self._next:
                return
            self._next = now + (_ON_TERMINAL if self._terminal else _IN_LOG)
            self._shown = True
            text = f"{self._what} {self._done} of {self._total} persisters"
            self._say(f"{_CLEAR}{text}" if self._terminal else f"{text}\n")

    @staticmethod
    def _say(text: str) -> None:
        with contextlib.suppress(OSError):  # nobody listens any more
            click.echo(text, nl=False, err=True, color=True)
