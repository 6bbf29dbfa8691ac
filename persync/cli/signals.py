"""SIGINT, SIGTERM and SIGHUP: while reading they end the command immediately, while writing gracefully.

No signal raises an exception where it happens to arrive: that may be in a finalizer, where it is lost with a traceback,
or between a lock and its release. So the handlers do nothing. The numbers of the signals go to a pipe
(``signal.set_wakeup_fd``), and a thread that reads it notes what is requested. The command sees that where it waits.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from persync.apply.attempts import Interruption
from persync.cli.live_block import live_block
from persync.cli.terminal import say
from persync.concurrency import ENDING
from persync.errors import Interrupted

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_GRACE = 2.0
"""Seconds that a command has to end by itself: it may wait for an answer, or compute."""
_REPORT = 0.5  # s, to report that: the terminal may be blocked
_END = b"\0"


@dataclass(slots=True)
class Signals:
    """What the signals of this process have requested so far.

    Attributes:
        interruption: the requests to end early.
    """

    interruption: Interruption = field(default_factory=Interruption)
    _writing: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def while_writing(self) -> Iterator[Interruption]:
        """Let the first signal end what follows gracefully, and the second immediately.

        Raises:
            KeyboardInterrupt: a signal came before.
        """
        with self._lock:
            if ENDING.is_set():
                raise KeyboardInterrupt
            self._writing = True
        try:
            yield self.interruption
        finally:
            with self._lock:
                self._writing = False

    def receive(self, number: int) -> None:
        """Take note of a signal, in a thread of its own."""
        name = signal.Signals(number).name
        with self._lock:
            if not self._writing:
                ENDING.set()
                self.interruption.immediately.set()
                return
        if self.interruption.gracefully.is_set():
            self.interruption.immediately.set()
            say(f"{name} again: nothing more is sent", logging.WARNING)
        else:
            self.interruption.gracefully.set()
            say(
                f"{name}: no other persister is begun, those under way are finished;\n"
                "send it again to end immediately: then they stay as they are",
                message=f"{name}: no other persister is begun, those under way are finished",
            )


@contextmanager
def signals() -> Iterator[Signals]:
    """Handle SIGINT, SIGTERM and SIGHUP while the context lasts, in the main thread.

    Raises:
        KeyboardInterrupt: at the end, if one came while nothing was written.
    """
    ENDING.clear()
    received = Signals()
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    wakeup = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    # nohup ignores SIGHUP; a shell ignores SIGINT for what runs in the background, where a CI may send it all the same
    handled = [number for number in _SIGNALS if (number, signal.getsignal(number)) != (signal.SIGHUP, signal.SIG_IGN)]
    before = {number: signal.signal(number, _ignore) for number in handled}
    watcher = threading.Thread(target=_watch, args=(reading, received), name="persync-signals", daemon=True)
    watcher.start()
    try:
        yield received
    finally:
        signal.set_wakeup_fd(wakeup)
        os.write(writing, _END)
        if ENDING.is_set():  # the watcher sees to it that the process ends, and another signal is of no use
            raise KeyboardInterrupt
        for number, handler in before.items():
            signal.signal(number, handler)
        watcher.join()
        os.close(writing)
        os.close(reading)


def _ignore(_number: int, _frame: object) -> None:
    """Do nothing, in the main thread: the number is in the pipe."""


def _watch(pipe: int, received: Signals) -> None:
    while (number := os.read(pipe, 1)) != _END:
        if number[0] in _SIGNALS:  # other handlers are not of this module
            received.receive(number[0])
        if ENDING.is_set():
            time.sleep(_GRACE)
            _end_at_once()


def _end_at_once() -> None:
    """End the process, which has written nothing, without exceptions in the threads that still do something."""
    report = threading.Thread(target=_report, daemon=True)
    report.start()
    report.join(_REPORT)
    os._exit(Interrupted.exit_code)


def _report() -> None:
    with contextlib.suppress(Exception):  # the process ends, whatever happens
        live_block.show(())
        say("\ninterrupted", logging.WARNING, "interrupted")
