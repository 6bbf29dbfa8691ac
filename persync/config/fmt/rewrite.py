"""A laid-out text written anew: every line at its column, the fields of the head in the documented order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from persync.config.document import HEAD
from persync.model import Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.config.fmt.lines import Document, Entry, Layout, Line

_BLANKS = " \t"
_FIELDS = ("<<", *HEAD, *map(str, Section))
"""The documented order; what a merge key brings stands above what overrides it."""
# comments that speak to tools or lawyers about the whole file, whatever stands below them
_OF_THE_FILE = re.compile(
    r"#\s*(?:!|-\*-|vim?:|yaml-language-server|yamllint|prettier|SPDX-|copyright\b)", re.IGNORECASE
)


def written(layout: Layout) -> str:
    """Return the text: no blanks at the ends of lines, one line break at its own end."""
    texts = _texts(layout.lines)
    for document in layout.documents:
        _put_in_order(document, layout.lines, texts)
    # blank lines at the end that are content are the end of a block scalar
    stop = max((number + 1 for number, line in enumerate(layout.lines) if not _is_blank(line)), default=0)
    return "\n".join(texts[:stop]) + ("\n" if stop and not layout.ends_open else "")


def _is_blank(line: Line) -> bool:
    return not line.is_content and line.comment is None


def _texts(lines: Sequence[Line]) -> list[str]:
    """Return the lines as they shall be."""
    texts: list[str] = []
    above: Line | None = None
    moved_to = 0
    """Where the comment of the line above stands now."""
    for line, below in zip(lines, [*lines[1:], None], strict=True):
        is_aligned = line.comment is not None and above is not None and above.comment == line.comment
        text = _content(line)
        if line.comment is not None:
            if not line.is_content:
                column = moved_to if is_aligned else line.column
            elif is_aligned or (below is not None and below.comment == line.comment):
                column = max(line.comment, len(text) + 1)
            else:
                before = line.text[: line.comment]
                column = len(text) + len(before) - len(before.rstrip(_BLANKS))
            text = text.ljust(column) + line.text[line.comment :].rstrip(_BLANKS)
            moved_to = column
        texts.append(text)
        above = line
    return texts


def _content(line: Line) -> str:
    """Return what stands on a line before its comment, indented as it shall be."""
    if not line.is_content:
        return ""
    parts = [" " * line.column]
    position = line.first
    for start, stop, text in line.edits:
        parts += line.text[position:start], text
        position = stop
    parts.append(line.text[position : line.comment])
    return "".join(parts) if line.exact_end else "".join(parts).rstrip(_BLANKS)


def _put_in_order(document: Document, lines: Sequence[Line], texts: list[str]) -> None:
    """Put the fields of a document's head in the documented order.

    What stands above a field moves with it, blank lines and comments. Where a field ends with a text that would take
    what comes to stand below it for its own, the order stays.
    """
    entries = document.entries
    ordered = _ordered(entries)
    if ordered == entries:
        return
    stops = [
        _stop(entry, bound, lines, texts)
        for entry, bound in zip(entries, [*(entry.line for entry in entries[1:]), document.end], strict=True)
    ]
    if any(lines[stop - 1].holds_next for stop in stops):
        return
    begins = [_own_comments(entries[0], lines, texts), *stops[:-1]]
    gaps: dict[int, list[str]] = {}
    chunks: dict[int, list[str]] = {}
    for entry, begin, stop in zip(entries, begins, stops, strict=True):
        first = begin
        while _is_blank(lines[first]):
            first += 1
        gaps[entry.line], chunks[entry.line] = texts[begin:first], texts[first:stop]
    # no blank line comes to stand above all others
    gaps[entries[0].line] = gaps.pop(ordered[0].line)
    texts[begins[0] : stops[-1]] = [
        text for entry in ordered for text in (*gaps.get(entry.line, ()), *chunks[entry.line])
    ]


def _ordered(entries: list[Entry]) -> list[Entry]:
    """Return the entries in the documented order, those that are unknown last."""
    ordered = sorted(entries, key=lambda entry: _FIELDS.index(entry.key) if entry.key in _FIELDS else len(_FIELDS))
    anchors: set[str] = set()
    for entry in ordered:
        anchors |= entry.anchors
        if not entry.aliases <= anchors:
            return entries  # an alias cannot stand above its anchor
    return ordered


def _own_comments(entry: Entry, lines: Sequence[Line], texts: Sequence[str]) -> int:
    """Return the line where a document's first field begins.

    The comments right above belong to it; those above a blank line, or to a tool, belong to the file.
    """
    begin = entry.line
    while begin and not lines[begin - 1].is_content and texts[begin - 1].startswith("#"):
        if _OF_THE_FILE.match(texts[begin - 1]):
            break
        begin -= 1
    return begin


def _stop(entry: Entry, bound: int, lines: Sequence[Line], texts: Sequence[str]) -> int:
    """Return the line behind an entry: behind its content, and the comments below that are indented."""
    stop = max(number for number in range(entry.line, bound) if lines[number].is_content) + 1
    for number in range(stop, bound):
        if texts[number].startswith(" "):
            stop = number + 1
        elif texts[number]:
            break
    return stop
