"""The run states on a whole screen, for ``persync status --watch``. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from persync.report.printable import printable
from persync.report.status.table import table_lines
from persync.report.status.wording import footer, states_text
from persync.report.text.columns import cut_right as cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.plan.status import Status


class Size(NamedTuple):
    """The size of a terminal, in characters."""

    columns: int
    lines: int


_AROUND = 5  # lines: the title, the head of the table, an empty line, the counts, and the last line for messages


def screen_lines(
    title: str,
    rows: Sequence[Status],
    listed: Sequence[Status],
    size: Size,
    *,
    wide: bool = False,
    color: bool = False,
    now: float = 0,
) -> list[str]:
    """Return the lines of a screen, the last one empty: there the progress of the next look is shown.

    Where the table is too long, those that differ or cannot be read come first, and the others are counted.

    Args:
        title: the first line.
        rows: the run states, for the counts.
        listed: those of them that are listed.
        size: of the terminal.
        wide: with more columns.
        color: with ANSI colours.
        now: the time, in seconds since the epoch.
    """
    room = max(size.lines - _AROUND, 1)
    shown, more = list(listed), ""
    if len(listed) > room:
        ordered = sorted(listed, key=lambda row: not row.deviates)
        shown, rest = ordered[: room - 1], ordered[room - 1 :]
        more = f"… {len(rest):,} more: {states_text(rest)}"
    table = table_lines(shown, wide=wide, color=color, width=size.columns, now=now)
    problems = {row.id: row.problem for row in shown if row.problem}
    lines = [
        cut(printable(title), size.columns),
        *(_with_problem(line, problems.get(row.id, ""), size) for line, row in zip(table[1:], shown, strict=True)),
        *([cut(more, size.columns)] if more else []),
    ]
    lines.insert(1, table[0])
    return [*lines, "", cut(footer(rows), size.columns), ""]


def _with_problem(line: str, problem: str, size: Size) -> str:
    """Return the line of a persister with its problem; such a line has no colour of a run state that is read."""
    return cut(f"{line}  {printable(problem)}", size.columns) if problem else line
