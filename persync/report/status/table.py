"""The run states as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.report.causes import cause, grouped, persisters_with
from persync.report.printable import printable
from persync.report.status.wording import footer, moment
from persync.report.wording import location

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.plan.status import Status

_HEAD = ("PERSISTER", "STATE", "DESIRED", "VERSION")
_WIDE = ("UPDATED", "FILE")
_COLORS = {"RUNNING": "green", "FAILED": "red", "STOPPED": None}
_NOTHING = "–"


def status_table(
    rows: Sequence[Status], listed: Sequence[Status] | None = None, *, wide: bool = False, color: bool = False
) -> str:
    """Return a table of one line per persister, with columns as wide as their longest cell, and the counts below.

    A problem that several persisters have is below the table, once.

    Args:
        rows: the run states, for the counts.
        listed: those of them that are listed; ``None`` for all.
        wide: with the time of the last update, and the place in the files.
        color: with ANSI colours.
    """
    listed = rows if listed is None else listed
    groups = grouped((row for row in listed if row.problem), lambda row: cause(row.live_id or row.id, row.problem))
    several = [group for group in groups if len(group) > 1]
    below = {row.id for group in several for row in group}
    lines = table_lines(listed, wide=wide, color=color)
    problems = [f"  {printable(row.problem)}" if row.problem and row.id not in below else "" for row in listed]
    lines = [line + problem for line, problem in zip(lines, ["", *problems], strict=True)] if listed else []
    for first, *others in several:
        problem = cause(first.live_id or first.id, first.problem)
        lines.append(persisters_with(problem, [row.id for row in (first, *others)]))
    return "\n".join([*lines, *([""] if lines else []), footer(rows)]) + "\n"


def table_lines(
    rows: Sequence[Status], *, wide: bool = False, color: bool = False, width: int | None = None
) -> list[str]:
    """Return the head of the table, and a line for each persister.

    Args:
        rows: the run states.
        wide: with the time of the last update, and the place in the files.
        color: with ANSI colours.
        width: the most characters of a line; ``None``: not limited.
    """
    head = (*_HEAD, *_WIDE) if wide else _HEAD
    cells = [_cells(row)[: len(head)] for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    lines = [cut(_line(cell, widths), width) for cell in (head, *cells)]
    if not color:
        return lines
    at = widths[0] + 2
    return [lines[0], *(_colored(line, at, row) for line, row in zip(lines[1:], rows, strict=True))]


def cut(text: str, width: int | None) -> str:
    """Return a line with so many characters at most; ``…`` stands for the rest."""
    return text if width is None or len(text) <= width else f"{text[: width - 1]}…"


def _cells(row: Status) -> tuple[str, ...]:
    cells = (row.name, row.live, row.desired, row.version, moment(row.updated))
    return (*(printable(cell or _NOTHING) for cell in cells), location(row.span))


def _colored(line: str, at: int, row: Status) -> str:
    """Return a line with its run state coloured, which begins at this character; it has none where it is not known."""
    if row.problem:
        return line
    end = at + len(printable(row.live or _NOTHING))
    return f"{line[:at]}{click.style(line[at:end], fg=_COLORS.get(row.live, 'yellow'))}{line[end:]}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()
