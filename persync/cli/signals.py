"""SIGINT, SIGTERM and SIGHUP: while reading they end the command immediately, while writing gracefully."""

from __future__ import annotations

import logging
import signal
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from persync.apply.attempts import Interruption
from persync.cli.terminal import say

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(slots=True)
class Signals:
    """What the signals of this process have requested so far.

    Attributes:
        interruption: the requests to end early.
    """

    interruption: Interruption = field(default_factory=Interruption)
    _writing: bool = False

    @contextmanager
    def while_writing(self) -> Iterator[Interruption]:
        """Let the first signal end what follows gracefully, and the second immediately."""
        self._writing = True
        try:
            yield self.interruption
        finally:
            self._writing = False

    def receive(self, number: int, _frame: object) -> None:
        """Handle a signal.

        Raises:
            KeyboardInterrupt: nothing is being written.
        """
        name = signal.Signals(number).name
        if not self._writing:
            self.interruption.immediately.set()
            raise KeyboardInterrupt
        if self.interruption.gracefully.is_set():
            self.interruption.immediately.set()
            say(f"{name} again: nothing more is sent", logging.WARNING)
        else:
            self.interruption.gracefully.set()
            say(f"{name}: no other persister is begun, those under way are finished; send it again to end immediately")


@contextmanager
def signals() -> Iterator[Signals]:
    """Handle SIGINT, SIGTERM and SIGHUP while the context lasts."""
    received = Signals()
    before = {number: signal.signal(number, received.receive) for number in _SIGNALS}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
