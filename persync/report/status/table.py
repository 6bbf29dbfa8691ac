"""The run states as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.report.causes import cause, grouped, persisters_with
from persync.report.printable import printable
from persync.report.status.wording import footer, moment
from persync.report.text.columns import Table, age, cut_right, replaced, shortened, without
from persync.report.text.screen import Screen
from persync.report.wording import location

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.plan.status import Status
    from persync.report.text.columns import Measure

_HEAD = ("PERSISTER", "STATE", "DESIRED", "VERSION")
_WIDE = ("UPDATED", "FILE")
_LEAST_FILE, _LEAST_NAME = 12, 20
_COLORS = {"RUNNING": "green", "FAILED": "red", "STOPPED": None}
_NOTHING = "–"
_INDENT = 4


def status_table(
    rows: Sequence[Status],
    listed: Sequence[Status] | None = None,
    *,
    wide: bool = False,
    color: bool = False,
    width: int | None = None,
    now: float = 0,
) -> str:
    """Return a table of one line per persister, with columns as wide as their longest cell, and the counts below.

    A problem that several persisters have is below the table, once.

    Args:
        rows: the run states, for the counts.
        listed: those of them that are listed; ``None`` for all.
        wide: with the time of the last update, and the place in the files.
        color: with ANSI colours.
        width: of the terminal, in characters; ``None``: not limited.
        now: the time, in seconds since the epoch; a terminal that is too narrow shows how long ago an update was.
    """
    listed = rows if listed is None else listed
    groups = grouped((row for row in listed if row.problem), lambda row: cause(row.live_id or row.id, row.problem))
    several = [group for group in groups if len(group) > 1]
    below = {row.id for group in several for row in group}
    screen = Screen(width=width)
    lines: list[str] = []
    if listed:
        head, *table = table_lines(listed, wide=wide, color=color, width=width, now=now)
        lines = [head]
        for line, row in zip(table, listed, strict=True):
            lines += _with_problem(line, printable(row.problem) if row.id not in below else "", screen)
    for first, *others in several:
        problem = cause(first.live_id or first.id, first.problem)
        lines += screen.lines(persisters_with(problem, [row.id for row in (first, *others)]), hanging=_INDENT)
    return "\n".join([*lines, *([""] if lines else []), *screen.lines(footer(rows))]) + "\n"


def _with_problem(line: str, problem: str, screen: Screen) -> Iterator[str]:
    """Yield the line of a persister, and its problem beside it or, where that is too long, below it."""
    if not problem:
        yield line
    elif screen.width is None or screen.fits(f"{line}  {problem}"):
        yield f"{line}  {problem}"
    else:
        yield line
        yield from screen.lines(problem, indent=_INDENT)


def table_lines(
    rows: Sequence[Status], *, wide: bool = False, color: bool = False, width: int | None = None, now: float = 0
) -> list[str]:
    """Return the head of the table, and a line for each persister.

    Args:
        rows: the run states.
        wide: with the time of the last update, and the place in the files.
        color: with ANSI colours.
        width: the most characters of a line; ``None``: not limited.
        now: as for ``status_table``.
    """
    head = (*_HEAD, *_WIDE) if wide else _HEAD
    whole = Table(head, tuple(_cells(row)[: len(head)] for row in rows))
    table = whole.fitted(width, _measures(rows, now))
    lines = [cut_right(line, width) for line in table.lines()]
    if not color:
        return lines
    at = table.widths[0] + 2
    return [lines[0], *(_colored(line, at, row) for line, row in zip(lines[1:], rows, strict=True))]


def _measures(rows: Sequence[Status], now: float) -> Iterator[Measure]:
    """Yield what makes the table narrower, what costs least first."""
    yield replaced("UPDATED", "AGE", [_NOTHING if row.updated is None else age(now - row.updated) for row in rows])
    yield shortened("FILE", _LEAST_FILE, from_left=True)
    yield without("AGE")
    yield without("FILE")
    yield without("VERSION")
    yield shortened("PERSISTER", _LEAST_NAME)


def _cells(row: Status) -> tuple[str, ...]:
    cells = (row.name, row.live, row.desired, row.version, moment(row.updated))
    return (*(printable(cell or _NOTHING) for cell in cells), location(row.span))


def _colored(line: str, at: int, row: Status) -> str:
    """Return a line with its run state coloured, which begins at this character; it has none where it is not known."""
    if row.problem:
        return line
    end = at + len(printable(row.live or _NOTHING))
    return f"{line[:at]}{click.style(line[at:end], fg=_COLORS.get(row.live, 'yellow'))}{line[end:]}"
