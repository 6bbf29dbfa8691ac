"""A laid-out text as new text: every line at its new column, the fields of the head in the documented order."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from persync.config.document import HEAD
from persync.model import Section

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.config.fmt.lines import Document, Entry, Layout, Line

_SPACES = " \t"
_FIELDS = ("<<", *HEAD, *map(str, Section))
"""The documented order. A merge key is above the fields that override what it adds."""
# comments about the whole file, for tools or about its licence
_OF_THE_FILE = re.compile(
    r"#\s*(?:!|-\*-|vim?:|yaml-language-server|yamllint|prettier|SPDX-|copyright\b)", re.IGNORECASE
)


class _Row(NamedTuple):
    """A line and its new text."""

    line: Line
    text: str


class _Field(NamedTuple):
    """An entry of a document's head: the blank lines above it, and its rows with its comments."""

    entry: Entry
    gap: list[_Row]
    rows: list[_Row]


def rewritten(layout: Layout) -> str:
    """Return the new text: without spaces at the ends of lines, with one line break at its end."""
    rows = list(_rows(layout.lines))
    for document in layout.documents:
        _put_in_order(document, rows)
    # blank lines at the end that are content belong to a block scalar
    stop = max((number + 1 for number, row in enumerate(rows) if not row.line.is_blank), default=0)
    return "\n".join(row.text for row in rows[:stop]) + ("\n" if stop and not layout.ends_open else "")


def _rows(lines: Sequence[Line]) -> Iterator[_Row]:
    comment_above: int | None = None
    """The old column of the comment on the line above, and its new column."""
    moved_to = 0
    for line, below in zip(lines, [*lines[1:], None], strict=True):
        text = _content(line)
        if line.comment is not None:
            is_aligned = line.comment == comment_above
            if not line.is_content:
                column = moved_to if is_aligned else line.column
            elif is_aligned or (below is not None and below.comment == line.comment):
                column = max(line.comment, len(text) + 1)
            else:
                before = line.text[: line.comment]
                column = len(text) + len(before) - len(before.rstrip(_SPACES))
            text = text.ljust(column) + line.text[line.comment :].rstrip(_SPACES)
            moved_to = column
        comment_above = line.comment
        yield _Row(line, text)


def _content(line: Line) -> str:
    """Return the new text of a line before its comment."""
    if not line.is_content:
        return ""
    parts = [" " * line.column]
    position = line.start
    for start, stop, text in line.edits:
        parts += line.text[position:start], text
        position = stop
    parts.append(line.text[position : line.comment])
    return "".join(parts) if line.keeps_end else "".join(parts).rstrip(_SPACES)


def _put_in_order(document: Document, rows: list[_Row]) -> None:
    """Put the fields of a document's head in the documented order.

    The blank lines and comments above a field move with it. The order is kept if a field ends with a scalar to which
    lines added after it would belong.
    """
    entries = document.entries
    ordered = _ordered(entries)
    if ordered == entries:
        return
    bounds = [*(entry.line for entry in entries), document.end]
    stops = [_stop(start, bound, rows) for start, bound in pairwise(bounds)]
    if any(rows[stop - 1].line.is_open for stop in stops):
        return
    start = _start_of_comments(entries[0], rows)
    fields = [
        _field(entry, rows[begin:stop]) for entry, (begin, stop) in zip(entries, pairwise([start, *stops]), strict=True)
    ]
    sorted_fields = _with_gap_below_first(sorted(fields, key=lambda field: ordered.index(field.entry)), fields[0])
    rows[start : stops[-1]] = [row for field in sorted_fields for row in (*field.gap, *field.rows)]


def _field(entry: Entry, rows: list[_Row]) -> _Field:
    first = next(number for number, row in enumerate(rows) if not row.line.is_blank)
    return _Field(entry, rows[:first], rows[first:])


def _with_gap_below_first(fields: Sequence[_Field], was_first: _Field) -> Iterator[_Field]:
    """Yield the fields without a blank line above the first: it moves to the field that was first before."""
    freed = fields[0].gap
    for number, field in enumerate(fields):
        if number == 0:
            yield field._replace(gap=[])
        elif field is was_first:
            yield field._replace(gap=freed)
        else:
            yield field


def _ordered(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return the entries in the documented order, unknown entries last."""
    ordered = sorted(entries, key=lambda entry: _FIELDS.index(entry.key) if entry.key in _FIELDS else len(_FIELDS))
    anchors: frozenset[str] = frozenset()
    for entry in ordered:
        anchors |= entry.anchors
        if not entry.aliases <= anchors:
            return entries  # an alias must be below its anchor
    return tuple(ordered)


def _start_of_comments(entry: Entry, rows: Sequence[_Row]) -> int:
    """Return the line where a document's first field starts.

    The comments right above belong to it. Those above a blank line, or for a tool, belong to the file.
    """
    start = entry.line
    while start and not rows[start - 1].line.is_content and rows[start - 1].text.startswith("#"):
        if _OF_THE_FILE.match(rows[start - 1].text):
            break
        start -= 1
    return start


def _stop(start: int, bound: int, rows: Sequence[_Row]) -> int:
    """Return the line after an entry: after its content, and after the indented comments below."""
    stop = max(number for number in range(start, bound) if rows[number].line.is_content) + 1
    for number in range(stop, bound):
        if rows[number].text.startswith(" "):
            stop = number + 1
        elif rows[number].text:
            break
    return stop
