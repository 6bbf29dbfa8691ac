"""An excerpt as two lines: the line of the file, and below it carets under the part that the message is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.report.printable import printable
from persync.report.text.screen import cells

if TYPE_CHECKING:
    from persync.errors import Excerpt

LOG_WIDTH = 120
"""Columns of a line in a file or a log."""
_LEAST = 40
_TAB = "    "
_CUT = "\N{HORIZONTAL ELLIPSIS}"


def excerpt_lines(excerpt: Excerpt, line: int, *, color: str | None = None, width: int | None = None) -> list[str]:
    """Return the line of a file with its number, and a line with carets.

    Args:
        excerpt: the line; tabs are shown as four blanks.
        line: its number.
        color: of the carets, by the names of ``click.style``; ``None`` for none.
        width: of the terminal, in columns; ``None`` for a file or a log. A line that is longer is cut around the part
            that the message is about.
    """
    number = f"{line:>4}"
    parts = (excerpt.text[: excerpt.start], excerpt.text[excerpt.start : excerpt.stop], excerpt.text[excerpt.stop :])
    before, marked, after = (printable(part.replace("\t", _TAB)) for part in parts)
    room = max(width or LOG_WIDTH, _LEAST) - len(number) - len(" | ")
    before, marked, after = _cut(before, marked, after, room)
    carets = "^" * max(cells(marked), 1)
    bar = "|"
    if color:
        carets, bar = click.style(carets, fg=color), click.style(bar, dim=True)
        number = click.style(number, dim=True)
    return [
        f"{number} {bar} {printable(f'{before}{marked}{after}')}".rstrip(),
        f"{'':>4} {bar} {' ' * cells(before)}{carets}",
    ]


def _cut(before: str, marked: str, after: str, room: int) -> tuple[str, str, str]:
    """Return the parts of a line cut so that they fit, the marked part last."""
    if cells(before) + cells(marked) + cells(after) <= room:
        return before, marked, after
    if cells(marked) > room - 2:
        marked = _first(marked, room - 3) + _CUT
    left = room - cells(marked)
    share = max(left - cells(after), left // 2)
    if cells(before) > share:
        before = _CUT + _first(before[::-1], share - 1)[::-1] if share else ""
    left -= cells(before)
    if cells(after) > left:
        after = _first(after, left - 1) + _CUT if left else ""
    return before, marked, after


def _first(text: str, room: int) -> str:
    """Return the beginning of a text that takes at most so many columns."""
    used = 0
    for index, character in enumerate(text):
        used += cells(character)
        if used > room:
            return text[:index]
    return text
