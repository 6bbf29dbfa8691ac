"""The key that ends a watch."""

from __future__ import annotations

import os
import select
import sys
import termios
import threading
import tty
from contextlib import contextmanager
from typing import TYPE_CHECKING

from persync.concurrency import ENDING

if TYPE_CHECKING:
    from collections.abc import Iterator

_Q = (b"q", b"Q")


@contextmanager
def ended_by_q() -> Iterator[None]:
    """End what follows when the user presses q, as in less and top; without a terminal on stdin, only a signal does.

    The key ends what a signal ends, a look that waits for the API too, but it is no error.

    Raises:
        KeyboardInterrupt: of a signal.
    """
    if not sys.stdin.isatty():
        yield
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    woken, wake = os.pipe()
    pressed = threading.Event()
    thread = threading.Thread(target=_read, args=(terminal, woken, pressed), daemon=True)
    tty.setcbreak(terminal)  # each key at once, and not shown; Ctrl-C is SIGINT as before
    thread.start()
    try:
        yield
    except KeyboardInterrupt:
        if not pressed.is_set():
            raise
        ENDING.clear()
    finally:
        os.close(wake)
        thread.join()
        os.close(woken)
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _read(terminal: int, woken: int, pressed: threading.Event) -> None:
    """Read keys until q is pressed, the terminal is gone, or the other end of ``woken`` is closed."""
    while woken not in (ready := select.select([terminal, woken], [], [])[0]):
        key = os.read(terminal, 1) if ready else b""
        if key in _Q:
            pressed.set()
            ENDING.set()
        if not key or key in _Q:
            return
