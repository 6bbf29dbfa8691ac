"""``--watch``: look again and again, on a terminal on a screen of its own."""

from __future__ import annotations

import shutil
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from persync.cli.status.keys import ended_by_q
from persync.cli.terminal import color_of, show
from persync.concurrency import pause
from persync.report.status.screen import Size, screen_lines
from persync.report.status.table import status_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from persync.cli.status.looking import Looks
    from persync.model import Persister
    from persync.plan.status import Status

_ENTER = "\x1b[?1049h\x1b[?25l"  # the alternate screen, without a cursor
_LEAVE = "\x1b[?25h\x1b[?1049l"
_HOME, _REST_OF_LINE, _REST_OF_SCREEN = "\x1b[H", "\x1b[K", "\x1b[J"
_RESIZED = 0.2  # s, after which a new size of the terminal is seen


def watch(
    looks: Looks, persisters: Sequence[Persister], interval: float, listed: Callable[[Status], bool], *, wide: bool
) -> None:
    """Show the run states until the user interrupts it; on a terminal, until q is pressed.

    Args:
        looks: reads them.
        persisters: of the files.
        interval: seconds between two looks.
        listed: whether a persister is listed.
        wide: with more columns.

    Raises:
        HarvesterError: the API cannot be used.
        KeyboardInterrupt: a signal ends it; the terminal is as before.
    """
    if not sys.stdout.isatty():
        while True:
            rows = looks.look(persisters)
            show(status_table(rows, [*filter(listed, rows)], wide=wide, color=color_of(sys.stdout)))
            pause(interval)
    environment = looks.session.environment
    with _screen(), ended_by_q():
        how = "; q ends" if sys.stdin.isatty() else ""
        while True:
            rows = looks.look(persisters)
            title = f"{environment.name} ({environment.url})  {time.strftime('%H:%M:%S')}, every {interval:g} s{how}"
            _draw_for(interval, title, rows, [*filter(listed, rows)], wide=wide)


def _draw_for(seconds: float, title: str, rows: Sequence[Status], listed: Sequence[Status], *, wide: bool) -> None:
    """Draw the screen, and again when the terminal gets another size, for so many seconds."""
    end = time.monotonic() + seconds
    drawn: Size | None = None
    while (left := end - time.monotonic()) > 0 or drawn is None:
        size = Size(*shutil.get_terminal_size())
        if size != drawn:
            lines = screen_lines(title, rows, listed, size, wide=wide, color=color_of(sys.stdout), now=time.time())
            text = "\n".join(f"{line}{_REST_OF_LINE}" for line in lines[: size.lines])
            show(f"{_HOME}{text}{_REST_OF_SCREEN}")
            sys.stdout.flush()
            drawn = size
        pause(max(min(left, _RESIZED), 0))


@contextmanager
def _screen() -> Iterator[None]:
    show(_ENTER)
    try:
        yield
    finally:
        show(_LEAVE)
        sys.stdout.flush()
