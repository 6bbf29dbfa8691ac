"""``--wait STATE``: look until all persisters have a run state."""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

import click

from persync.cli.terminal import say, stderr_is_json
from persync.concurrency import pause
from persync.errors import NotReached
from persync.report.printable import printable
from persync.report.text.columns import cut_right as cut
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.cli.status.looking import Looks
    from persync.model import Persister, PersisterId, RunState
    from persync.plan.status import Status

_MOST_NAMED = 5
_HEARTBEAT = 30.0  # s
_CLEAR = "\r\x1b[K"


class Waited(NamedTuple):
    """The end of a wait: the last look at each persister, and what they lack; ``None`` if all have the run state."""

    rows: tuple[Status, ...]
    failure: NotReached | None


def wait_for_state(looks: Looks, persisters: Sequence[Persister], state: RunState, interval: float) -> Waited:
    """Look at persisters until all of them have a run state at the same time.

    Those that have it are read again when the others have it, too.

    Args:
        looks: reads them; its timeout is that of the wait, in seconds.
        persisters: of the files.
        state: the run state.
        interval: seconds between two looks.

    Raises:
        HarvesterError: the API cannot be used.
    """
    end = time.monotonic() + looks.timeout
    rows: dict[PersisterId, Status] = {}
    pending = list(persisters)
    waiting = _Waiting(state)
    while True:
        rows |= {row.id: row for row in looks.look(pending, max(end - time.monotonic(), 0))}
        was_all = len(pending) == len(persisters)
        pending = [persister for persister in persisters if rows[persister.id].live != state]
        if not pending and was_all:
            waiting.end()
            return Waited(_in_order(persisters, rows), None)
        if pending and time.monotonic() >= end:
            waiting.end()
            late = [rows[persister.id] for persister in pending]
            return Waited(_in_order(persisters, rows), _failure(late, len(persisters), state, looks.timeout))
        if not pending:
            pending = list(persisters)
            continue
        waiting.show([rows[persister.id] for persister in pending], len(persisters))
        pause(max(min(interval, end - time.monotonic()), 0))


class _Waiting:
    """Shows on stderr what is waited for: on a terminal in one line, in a log at first and from time to time.

    Args:
        state: the run state.
    """

    def __init__(self, state: RunState) -> None:
        self._state = state
        self._terminal = sys.stderr.isatty() and not stderr_is_json()
        self._start = time.monotonic()
        self._next = self._start

    def show(self, late: Sequence[Status], total: int) -> None:
        """Show which of so many persisters do not have the run state yet."""
        now = time.monotonic()
        seconds = f"{now - self._start:.0f} s"
        text = f"{total - len(late):,} of {total:,} {self._state} after {seconds}, waiting for {_named(late)}"
        if self._terminal:
            self._write(f"{_CLEAR}{cut(text, shutil.get_terminal_size().columns - 1)}")
        elif now >= self._next:
            self._next = now + _HEARTBEAT
            say(text)

    def end(self) -> None:
        """Remove the line."""
        if self._terminal:
            self._write(_CLEAR)

    @staticmethod
    def _write(text: str) -> None:
        with contextlib.suppress(OSError):  # nothing reads stderr any more
            click.echo(text, nl=False, err=True, color=True)


def _in_order(persisters: Sequence[Persister], rows: dict[PersisterId, Status]) -> tuple[Status, ...]:
    return tuple(rows[persister.id] for persister in persisters)


def _failure(late: Sequence[Status], total: int, state: RunState, timeout: float) -> NotReached:
    one_of_one = total == 1
    of = "" if one_of_one else f"{len(late):,} of {number(total, 'persister')} {'is' if len(late) == 1 else 'are'} "
    text = f"{late[0].id} is {_shown(late[0])} and not {state}" if one_of_one else f"{of}not {state}: {_named(late)}"
    return NotReached(
        f"after {timeout:g} s, {text}", hint="'persync logs' shows why a persister fails; --timeout waits longer"
    )


def _named(rows: Sequence[Status]) -> str:
    more = f" and {len(rows) - _MOST_NAMED:,} more" if len(rows) > _MOST_NAMED else ""
    return printable(", ".join(f"{row.id} ({_shown(row)})" for row in rows[:_MOST_NAMED])) + more


def _shown(row: Status) -> str:
    return row.live or f"cannot be read: {row.problem}"
