"""Parts of HTML that hold text from files, the API and logs: values and paths, escaped."""

from __future__ import annotations

from itertools import groupby, takewhile
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from persync.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from persync.plan.change import PropertyChange

_HIGHLIGHT_FROM = 6  # characters in common; shorter values are easy to compare without highlighting
_EMPHASIS, _END_OF_EMPHASIS = Markup("<i>"), Markup("</i>")


def path_markup(path: str) -> Markup:
    """Return a path that may wrap after its dots."""
    return escape(printable(path)).replace(".", Markup(".<wbr>"))


def value_markup(text: str) -> Markup:
    """Return a value in which characters that do not print are escaped and emphasised; line breaks break lines."""
    if printable(text) == text:
        return escape(text)
    special = {character for character in set(text) if printable(character) != character}
    parts: list[Markup] = []
    for is_special, characters in groupby(text, key=special.__contains__):
        run = "".join(characters)
        parts += (_EMPHASIS, escape(_shown(run)), _END_OF_EMPHASIS) if is_special else (escape(run),)
    return Markup().join(parts)


def _shown(run: str) -> str:
    return "↵\n".join(map(printable, run.split("\n")))


def highlighted(change: PropertyChange) -> tuple[Markup, Markup]:
    """Return both values of a change; where most of them is equal, the part that differs is highlighted."""
    before, after = (side.display or "" for side in (change.before, change.after))
    head = _common_prefix(before, after)
    tail = min(_common_prefix(reversed(before), reversed(after)), len(before) - head, len(after) - head)
    if head + tail < max(_HIGHLIGHT_FROM, max(len(before), len(after)) // 2):
        return value_markup(before), value_markup(after)
    return _highlight(before, head, tail), _highlight(after, head, tail)


def _common_prefix(first: Iterable[str], second: Iterable[str]) -> int:
    """Return how many characters at the beginning are equal."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))


def _highlight(text: str, head: int, tail: int) -> Markup:
    end = len(text) - tail
    if head == end:
        return value_markup(text)
    mark = Markup("<mark>{}</mark>").format(value_markup(text[head:end]))
    return value_markup(text[:head]) + mark + value_markup(text[end:])
