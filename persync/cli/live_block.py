"""A few lines at the foot of the terminal that change in place, below everything else that is written to stderr."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_UP, _CLEAR_LINE, _CLEAR_BELOW = "\x1b[{}A", "\x1b[K", "\x1b[J"
_USUAL = os.terminal_size((80, 24))


class Size(NamedTuple):
    """How much text fits into a block: characters in a line, and lines."""

    columns: int
    lines: int


class LiveBlock:
    """The block of this process; any thread may change it.

    Whatever else goes to stderr is written ``above`` it, so that no two texts share a line.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._shown: tuple[str, ...] = ()

    @staticmethod
    def is_possible() -> bool:
        """Return whether stderr is a terminal that can move its cursor."""
        return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    @staticmethod
    def size() -> Size:
        """Return how much fits: the last column stays empty, as some terminals wrap there, and the line above too."""
        try:
            found = os.get_terminal_size(sys.stderr.fileno())
        except (OSError, ValueError):
            found = _USUAL
        columns, lines = found.columns or _USUAL.columns, found.lines or _USUAL.lines
        return Size(columns - 1, max(1, lines - 2))

    def show(self, lines: Sequence[str]) -> None:
        """Replace what is shown; nothing is written where it is the same.

        Args:
            lines: each fits into the width of the terminal. None removes the block.
        """
        with self._lock:
            if tuple(lines) != self._shown:
                self._write(f"{self._erased()}{_drawn(lines)}")
                self._shown = tuple(lines)

    @contextlib.contextmanager
    def above(self) -> Iterator[None]:
        """Let something be written above the block, in lines that end with a newline."""
        with self._lock:
            shown = self._shown
            self.show(())
            try:
                yield
            finally:
                self.show(shown)

    def _erased(self) -> str:
        """Return what moves the cursor to the beginning of the block and removes it."""
        if not self._shown:
            return ""
        up = _UP.format(len(self._shown) - 1) if len(self._shown) > 1 else ""
        return f"\r{up}{_CLEAR_BELOW}"

    @staticmethod
    def _write(text: str) -> None:
        with contextlib.suppress(OSError):  # nothing reads stderr any more
            sys.stderr.write(text)
            sys.stderr.flush()


def _drawn(lines: Sequence[str]) -> str:
    return "\n".join(f"{line}{_CLEAR_LINE}" for line in lines)


live_block = LiveBlock()
"""Of this process: it has one terminal."""
