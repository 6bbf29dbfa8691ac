"""Tables that fit a terminal: what is less important is shortened or left out, in the order of the table. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Measure = Callable[["Table", int], "Table"]
    """Makes a table narrower; it gets how many characters are too many."""

_GAP = 2
_MINUTE, _HOUR, _DAY = 60, 60 * 60, 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Table:
    """A table of one line per row.

    Attributes:
        head: the names of the columns.
        rows: the cells of each row, without control characters.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def widths(self) -> list[int]:
        """How wide each column is: as its longest cell."""
        return [max(map(len, column)) for column in zip(self.head, *self.rows, strict=True)]

    @property
    def width(self) -> int:
        """How wide the table is."""
        return sum(self.widths) + _GAP * (len(self.head) - 1)

    def fitted(self, width: int | None, measures: Iterable[Measure]) -> Table:
        """Return the table for a terminal of so many characters, after as many measures as are needed.

        Args:
            width: ``None`` for a pipe or a file, where it stays as it is.
            measures: in their order.
        """
        table = self
        for measure in measures if width is not None else ():
            if width is None or table.width <= width:
                break
            table = measure(table, table.width - width)
        return table

    def lines(self) -> list[str]:
        """Return the head and the rows as lines."""
        widths = self.widths
        return [
            (" " * _GAP).join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()
            for cells in (self.head, *self.rows)
        ]


def replaced(column: str, head: str, cells: Sequence[str]) -> Measure:
    """Return the measure that writes a column in another form.

    Args:
        column: its name.
        head: its name in that form.
        cells: its cells in that form, one for each row.
    """

    def measure(table: Table, _excess: int) -> Table:
        if (at := _at(table, column)) is None:
            return table
        rows = tuple((*row[:at], cell, *row[at + 1 :]) for row, cell in zip(table.rows, cells, strict=True))
        return replace(table, head=(*table.head[:at], head, *table.head[at + 1 :]), rows=rows)

    return measure


def shortened(column: str, least: int, *, from_left: bool = False) -> Measure:
    """Return the measure that shortens the cells of a column, as far as is needed.

    Args:
        column: its name.
        least: to so many characters at least, and those of its name.
        from_left: the end of a cell stays and not its beginning.
    """

    def measure(table: Table, excess: int) -> Table:
        if (at := _at(table, column)) is None:
            return table
        width = max(table.widths[at] - excess, least, len(column))
        cut = _cut_left if from_left else cut_right
        return replace(table, rows=tuple((*row[:at], cut(row[at], width), *row[at + 1 :]) for row in table.rows))

    return measure


def without(column: str) -> Measure:
    """Return the measure that leaves out a column."""

    def measure(table: Table, _excess: int) -> Table:
        if (at := _at(table, column)) is None:
            return table
        return Table(*((*table.head[:at], *table.head[at + 1 :]), tuple((*r[:at], *r[at + 1 :]) for r in table.rows)))

    return measure


def cut_right(text: str, width: int | None) -> str:
    """Return a text with so many characters at most; ``…`` stands for the rest."""
    return text if width is None or len(text) <= width else f"{text[: width - 1]}…"


def age(seconds: float) -> str:
    """Return a duration in one unit, as kubectl's AGE: ``45s``, ``12m``, ``3h``, ``5d``."""
    for least, unit, letter in ((2 * _DAY, _DAY, "d"), (2 * _HOUR, _HOUR, "h"), (2 * _MINUTE, _MINUTE, "m")):
        if seconds >= least:
            return f"{int(seconds // unit)}{letter}"
    return f"{max(int(seconds), 0)}s"


def _cut_left(text: str, width: int) -> str:
    return text if len(text) <= width else f"…{text[len(text) - width + 1 :]}"


def _at(table: Table, column: str) -> int | None:
    return table.head.index(column) if column in table.head else None
