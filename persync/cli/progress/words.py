"""The progress of an apply as text: a head line, and a line for each persister that is under way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from persync.plan.terms import Outcome
from persync.report.actions import OUTCOME_SYMBOLS
from persync.report.printable import printable
from persync.report.summary import outcomes_text
from persync.report.waves.wording import downtime_text, duration

if TYPE_CHECKING:
    from persync.cli.progress.board import Board, UnderWay
    from persync.plan.result import PersisterResult

_MOST_ROWS = 10
_LAST_TRY = 1.0  # s after a deadline: the last request is sent at it, and may have to wait
_MOST_NAMED = 3
"""Persisters that a line of a log names."""
_CALL = re.compile(r"(?:GET|PUT|POST) /\S+? ?(?:: |(?=answered ))")
"""The request at the beginning of an error: where there is little room, the reason counts."""


def head(board: Board, now: float) -> str:
    """Return ``12/41 done, 1 failed, 3 waiting``, with the wave or the pause if there are several waves."""
    counts = board.counts()
    done = counts.pop(Outcome.DONE, 0)
    others = [outcomes_text(counts)] if counts.total() else []
    waiting = [f"{len(board.under_way):,} waiting"] if board.under_way else []
    texts = [f"{done:,}/{board.total:,} done", *others, *waiting]
    if board.pause_ends is not None:
        texts.append(f"next wave in {duration(max(0.0, board.pause_ends - now))}")
    elif board.wave:
        texts.append(board.wave)
    return ", ".join(texts)


def block(board: Board, now: float, size: tuple[int, int], throttling: str = "") -> list[str]:
    """Return the lines of the block on a terminal.

    Args:
        board: what is known.
        now: seconds.
        size: how many characters fit into a line, and how many lines there may be.
        throttling: that the API is busy, as a line; empty if it is not.
    """
    columns, lines = size
    first = ["", f"{head(board, now)}  {_elapsed(now - board.start)}", *([f"  {throttling}"] if throttling else [])]
    if lines < len(first) + 1:
        return [cropped(first[1], columns)]
    most = min(_MOST_ROWS, lines - len(first) - 1)
    rows = list(board.under_way.items())
    shown = rows if len(rows) <= most + 1 else rows[:most]
    width = max((len(printable(str(persister))) for persister, _ in shown), default=0)
    first += [f"  {printable(str(persister)).ljust(width)}  {_doing(doing, now)}" for persister, doing in shown]
    if len(shown) < len(rows):
        first.append(f"  and {len(rows) - len(shown):,} more")
    return [cropped(each, columns) for each in first]


def line(board: Board, now: float, throttling: str = "") -> str:
    """Return all of it in a line, for a log: ``12/41 done, 1 waiting: web/clicks DEPLOYING 38 s of 240 s``."""
    rows = [f"{persister} {_doing(doing, now)}" for persister, doing in board.under_way.items()]
    more = [f"{len(rows) - _MOST_NAMED:,} more"] if len(rows) > _MOST_NAMED else []
    named = printable(", ".join([*rows[:_MOST_NAMED], *more]))
    return "; ".join(filter(None, (f"{head(board, now)}{': ' if named else ''}{named}", throttling)))


def finished(result: PersisterResult) -> str:
    """Return how the run of a persister ended: ``web/clicks: failed, down for 38 s so far: went to FAILED …``."""
    ended = ", ".join(filter(None, (f"{result.plan.id}: {result.outcome}", downtime_text(result))))
    return printable(": ".join(filter(None, (ended, result.problem.removeprefix(f"{result.plan.id} ")))))


def symbol(outcome: Outcome) -> str:
    """Return the symbol of an outcome in its colour."""
    return click.style(OUTCOME_SYMBOLS[outcome], fg="yellow" if outcome is Outcome.CANCELLED else "red")


def cropped(text: str, columns: int) -> str:
    """Return as much of a line as fits; what is cut off is marked."""
    return text if len(text) <= columns else f"{text[: columns - 1]}…"


def _doing(doing: UnderWay, now: float) -> str:
    """Return ``DEPLOYING 38 s of 4 min``, ``waiting for RUNNING 38 s of 4 min; for 20 s: connection to … refused``."""
    what = doing.state if doing.state and doing.is_wait else doing.doing
    text = f"{what} {_elapsed(now - doing.since)}"
    if doing.timeout is not None:
        text += f" of {duration(doing.timeout)}"
        if now - doing.since > doing.timeout + _LAST_TRY:
            text += ", last try"
    if doing.problem:
        problem = _CALL.sub("", doing.problem, count=1)
        text += f"; for {_elapsed(now - doing.failing_since)}: {printable(problem)}"
    return text


def _elapsed(seconds: float) -> str:
    """Return a time in whole seconds, so that a display changes once a second."""
    return duration(float(int(max(0.0, seconds))))
