"""The run states as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.report.causes import cause, grouped, persisters_with
from persync.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.plan.status import Status

_HEAD = ("PERSISTER", "STATE", "DESIRED", "VERSION")
_COLORS = {"RUNNING": "green", "FAILED": "red", "STOPPED": None}


def status_table(rows: Sequence[Status], *, color: bool = False) -> str:
    """Return a table of one line per persister, with columns as wide as their longest cell.

    A problem that several persisters have is below the table, once.

    Args:
        rows: the run states.
        color: with ANSI colours.
    """
    cells = [
        (printable(str(row.id)), printable(row.live) or "–", row.desired or "–", printable(row.version) or "–")
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(_HEAD, *cells, strict=True)]
    lines = [_line(_HEAD, widths)]
    groups = grouped((row for row in rows if row.problem), lambda row: cause(row.id, row.problem))
    several = [group for group in groups if len(group) > 1]
    below = {row.id for group in several for row in group}
    for row, cell in zip(rows, cells, strict=True):
        line = _line(cell, widths)
        if color:
            state = click.style(cell[1], fg=_COLORS.get(row.live, "yellow"))
            line = line.replace(f" {cell[1]} ", f" {state} ", 1)
        lines.append(f"{line}  {printable(row.problem)}" if row.problem and row.id not in below else line)
    lines += [persisters_with(group[0].problem, [row.id for row in group]) for group in several]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()
