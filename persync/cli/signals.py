"""SIGINT, SIGTERM and SIGHUP: while reading they end the command at once, while writing they end it gently."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from persync.apply.wait import Interruption
from persync.cli.terminal import say

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(slots=True)
class Signals:
    """What the signals of this process have asked for so far.

    Attributes:
        wish: to end early.
    """

    wish: Interruption = field(default_factory=Interruption)
    _writing: bool = False

    @contextmanager
    def while_writing(self) -> Iterator[Interruption]:
        """Let the first signal end what follows gently, and the second at once."""
        self._writing = True
        try:
            yield self.wish
        finally:
            self._writing = False

    def receive(self, number: int, _frame: object) -> None:
        """Handle a signal.

        Raises:
            KeyboardInterrupt: nothing is being written.
        """
        name = signal.Signals(number).name
        if not self._writing:
            self.wish.immediately.set()
            raise KeyboardInterrupt
        if self.wish.gracefully.is_set():
            self.wish.immediately.set()
            say(f"{name} again: nothing more is sent")
        else:
            self.wish.gracefully.set()
            say(f"{name}: no other persister is begun, those under way are brought to an end; once more ends at once")


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
