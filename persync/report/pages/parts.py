"""Parts of HTML that hold text from files, the API and logs: values and paths, escaped."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from persync.report.changes.differing import differing
from persync.report.printable import printable

if TYPE_CHECKING:
    from persync.plan.change import PropertyChange
    from persync.report.changes.differing import Parts

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
    before, after = differing(*(side.display or "" for side in (change.before, change.after)))
    return _highlight(before), _highlight(after)


def _highlight(parts: Parts) -> Markup:
    mark = Markup("<mark>{}</mark>").format(value_markup(parts.differing)) if parts.differing else Markup()
    return value_markup(parts.head) + mark + value_markup(parts.tail)
