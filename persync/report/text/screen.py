"""Lines for a terminal or a log: coloured or not, as wide as it is, with hanging indents."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

LOG_WIDTH = 120
"""Columns from which on the values of a change have a line each where lines are not wrapped."""
_LEAST_WIDTH = 40
_BREAKS = frozenset("./,:;=&?-_")
"""A word that is too long is broken after one of these, if possible."""
NO_BREAK = "\N{NO-BREAK SPACE}"
"""A space at which no line ends. Texts from outside have none: it does not count as printable."""


class Style(NamedTuple):
    """How a text looks where there are colours; the names are those of ``click.style``."""

    fg: str | None = None
    bold: bool | None = None
    dim: bool | None = None
    reverse: bool | None = None


class Piece(NamedTuple):
    """A text of one style, on one line."""

    text: str
    style: Style | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    """What text is laid out for.

    Attributes:
        color: with ANSI colours.
        width: of the terminal, in columns; ``None`` for a file or a log, where no line is wrapped: programs read lines.
    """

    color: bool = False
    width: int | None = None

    @property
    def columns(self) -> int:
        """How wide a line is that is easy to read."""
        return LOG_WIDTH if self.width is None else max(self.width, _LEAST_WIDTH)

    def narrower(self, columns: int) -> Screen:
        """Return what is left beside so many columns."""
        return self if self.width is None else replace(self, width=self.columns - columns)

    def fits(self, *pieces: Piece | str, indent: int = 0) -> bool:
        """Return whether these are short enough for one line."""
        return indent + sum(cells(text) for text, _ in _pieces(pieces)) <= self.columns

    def lines(self, *pieces: Piece | str, indent: int = 0, hanging: int = 0) -> Iterator[str]:
        """Yield the lines of a text.

        Args:
            pieces: the parts of the text, from left to right.
            indent: columns before the first line.
            hanging: columns before the other lines, in addition to ``indent``.
        """
        styled = _pieces(pieces)
        if self.width is None or self.fits(*styled, indent=indent):
            yield f"{' ' * indent}{''.join(self._shown(*piece) for piece in styled)}".rstrip()
            return
        text = "".join(piece.text for piece in styled)
        styles = [piece.style for piece in styled for _ in piece.text]
        before = indent
        for start, end in self._ranges(text, indent, hanging):
            runs = groupby(range(start, end), key=styles.__getitem__)
            shown = "".join(self._shown("".join(text[at] for at in run), style) for style, run in runs)
            yield f"{' ' * before}{shown}".rstrip()
            before = indent + hanging

    def _ranges(self, text: str, indent: int, hanging: int) -> Iterator[tuple[int, int]]:
        """Yield where each line begins and ends."""
        start, room = 0, self.columns - indent
        while (end := start + _fitting(text[start:], room)) < len(text):
            end = self._end(text, start, end, self.columns - indent - hanging)
            yield start, len(text[:end].rstrip(" "))
            start, room = end + len(text[end:]) - len(text[end:].lstrip(" ")), self.columns - indent - hanging
        if start < len(text):
            yield start, len(text)

    @staticmethod
    def _end(text: str, start: int, most: int, room: int) -> int:
        """Return where a line ends: before the last word that does not fit, or in it if it fits on no line."""
        space = text.rfind(" ", start, most + 1)
        word = text[space + 1 :].split(" ", 1)[0]
        if text[start : max(space, start)].strip(" ") and cells(word) <= room:
            return space
        return max((at + 1 for at in range(max(space, start), most) if text[at] in _BREAKS), default=most)

    def _shown(self, text: str, style: Style | None = None) -> str:
        text = text.replace(NO_BREAK, " ")
        return click.style(text, **style._asdict()) if self.color and style and text else text


def cells(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _fitting(text: str, room: int) -> int:
    """Return how many characters take at most so many columns; one at least."""
    used = 0
    for at, character in enumerate(text):
        used += _cells(character)
        if used > room and at:
            return at
    return len(text)


def _pieces(pieces: tuple[Piece | str, ...]) -> list[Piece]:
    return [Piece(piece) if isinstance(piece, str) else piece for piece in pieces]
