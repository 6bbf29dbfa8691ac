"""The changes of a persister as text: one line each, or more where values are long or structures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.plan.terms import ChangeKind
from persync.properties.shown import ABSENT
from persync.report.actions import CHANGE_SYMBOLS
from persync.report.changes.differing import Parts, differing
from persync.report.changes.structure import properties, yaml_lines
from persync.report.changes.values import plain_value
from persync.report.printable import printable
from persync.report.text.screen import NO_BREAK, Piece, Style
from persync.report.text.symbols import DIM, symbol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from persync.model import Span
    from persync.plan.change import PropertyChange
    from persync.plan.terms import Attribution
    from persync.report.text.screen import Screen

_INSIDE = 4
"""Columns from a property to the lines of its values."""
_HANGING = 4
_KIND_STYLES = {ChangeKind.ADD: Style(fg="green"), ChangeKind.REMOVE: Style(fg="red"), ChangeKind.CHANGE: Style()}


def change_lines(changes: Sequence[PropertyChange], screen: Screen, file: str, indent: int = 4) -> Iterator[str]:
    """Yield the lines of changes.

    Args:
        changes: of a persister, in the order of their paths.
        screen: what they are laid out for.
        file: the file that the persister is in; its name is left out of positions.
        indent: columns before each line.
    """
    for group in properties(changes):
        line = _line(group[0], file)
        if len(group) == 1 and screen.fits(*line, indent=indent):
            yield from screen.lines(*line, indent=indent)
        elif any(change.subpath_parts for change in group):
            yield from _structure(group, screen, file, indent)
        else:
            yield from _property(group[0], screen, file, indent)


def place(span: Span | None, file: str) -> str:
    """Return ``:15`` for a position in this file, ``FILE:15:7`` for one in another file; empty for none."""
    if span is None:
        return ""
    return f":{span.line}" if span.file == file else printable(str(span))


def _line(change: PropertyChange, file: str) -> list[Piece]:
    """Return path, values and origin of a change, for one line."""
    head = [symbol(CHANGE_SYMBOLS[change.kind]), Piece(f" {printable(change.path)}: ")]
    return [*head, *_values(_sides(change)), *_origin(change.attribution, place(change.span, file))]


def _values(sides: Iterable[tuple[ChangeKind, Parts]]) -> list[Piece]:
    values: list[Piece] = []
    for _, parts in sides:
        values += [Piece(" → ")] if values else []
        values += _marked(parts)
    return values


def _property(change: PropertyChange, screen: Screen, file: str, indent: int) -> Iterator[str]:
    """Yield the lines of a change that is too long for one: its values are below its path."""
    sides = _sides(change)
    values = _values(sides)
    origin = _origin(change.attribution, place(change.span, file))
    mark = symbol(CHANGE_SYMBOLS[change.kind])
    yield from screen.lines(mark, f" {printable(change.path)}", *origin, indent=indent, hanging=_HANGING)
    if screen.fits(*values, indent=indent + _INSIDE):
        yield from screen.lines(*values, indent=indent + _INSIDE)
        return
    for kind, parts in sides:
        if kind is ChangeKind.ADD and change.after == ABSENT:
            yield from screen.lines("→ ", *_marked(parts), indent=indent + _INSIDE)
        else:
            yield from _side(kind, parts, screen, indent + _INSIDE)


def _sides(change: PropertyChange) -> list[tuple[ChangeKind, Parts]]:
    """Return the live and the desired value, as far as there are both."""
    before, after = plain_value(change.before), plain_value(change.after)
    # marks in place of hidden values are not compared
    old, new = (Parts(before), Parts(after)) if change.sensitive else differing(before, after)
    if change.after == ABSENT:
        old, new = Parts(before), Parts("(default)" if change.after_default else "(removed)")
    elif change.after_default:
        new = new._replace(tail=f"{new.tail} (default)")
    if change.before_default:
        old = old._replace(tail=f"{old.tail} (default)")
    added = (ChangeKind.ADD, new)
    return [added] if change.before == ABSENT else [(ChangeKind.REMOVE, old), added]


def _structure(changes: Sequence[PropertyChange], screen: Screen, file: str, indent: int) -> Iterator[str]:
    first = changes[0]
    path = printable(f"{first.section}.{first.key}" if first.section else first.key)
    kinds = {change.kind for change in changes}
    kind = kinds.pop() if len(kinds) == 1 else ChangeKind.CHANGE
    resets = ": (default)" if all(change.after_default for change in changes) else ""
    places = {change.span for change in changes}
    labels = {change.attribution for change in changes}
    at = place(first.span, file) if len(places) == 1 else ""
    origin = _origin(first.attribution if len(labels) == 1 else None, at)
    yield from screen.lines(symbol(CHANGE_SYMBOLS[kind]), f" {path}{resets}", *origin, indent=indent, hanging=_HANGING)
    for line in yaml_lines(changes):
        own = line.change
        more = _origin(
            own.attribution if own and len(labels) > 1 else None,
            place(own.span, file) if own and len(places) > 1 else "",
        )
        yield from _side(line.kind, line.text, screen, indent + _INSIDE, " " * line.indent, more)


def _side(
    kind: ChangeKind | None,
    parts: Parts,
    screen: Screen,
    indent: int,
    before: str = "",
    more: Sequence[Piece] = (),
) -> Iterator[str]:
    """Yield the lines of a value, or of a line of YAML: red with ``-``, green with ``+``, or dim around those."""
    style = _KIND_STYLES[kind] if kind else DIM
    mark = (f"{CHANGE_SYMBOLS[kind]} " if kind else "  ").replace(" ", NO_BREAK)
    before = before.replace(" ", NO_BREAK)
    text = (Piece(mark + before + parts.head, style), Piece(parts.differing, style._replace(reverse=True)))
    yield from screen.lines(
        *text, Piece(parts.tail, style), *more, indent=indent, hanging=len(mark + before) + (2 if before else 0)
    )


def _marked(parts: Parts) -> Iterator[Piece]:
    yield from (Piece(parts.head), Piece(parts.differing, Style(bold=True)), Piece(parts.tail))


def _origin(attribution: Attribution | None, at: str) -> tuple[Piece, ...]:
    texts = [attribution.label if attribution else "", at]
    text = ", ".join(filter(None, texts))
    return (Piece("  "), Piece(text, DIM)) if text else ()
