"""The changes inside a structure as lines of YAML: what is added and removed, and what it is in."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from persync.plan.terms import ChangeKind
from persync.report.changes.differing import Parts, differing
from persync.report.changes.values import plain, plain_value
from persync.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.plan.change import PropertyChange
    from persync.properties.shown import ShownValue
    from persync.properties.structures import SubpathPart

_FIRST_KEY = "name"
"""The key of an item that comes first, as people write it."""
_INDENT = 2


class YamlLine(NamedTuple):
    """A line of YAML.

    Attributes:
        kind: it is added or removed; ``None`` for a line that shows where the others are.
        indent: columns before it.
        text: what it consists of; a part that differs from the line before or after it is to be highlighted.
        change: the change that it shows; ``None`` for a key or an item with several.
    """

    kind: ChangeKind | None
    indent: int
    text: Parts
    change: PropertyChange | None = None


def properties(changes: Sequence[PropertyChange]) -> Iterator[Sequence[PropertyChange]]:
    """Yield changes property by property: those inside one structure together, if their parts are known."""
    for _, found in groupby(changes, key=lambda each: (each.section, each.key)):
        group = list(found)
        known = [change for change in group if change.subpath_parts or not change.subpath]
        if known == group and any(change.subpath_parts for change in group):
            yield group
        else:
            yield from ([change] for change in group)


def yaml_lines(changes: Sequence[PropertyChange]) -> Iterator[YamlLine]:
    """Yield the lines of changes inside one structure.

    A scalar that changes has two lines. Of an item that both sides have, there is only ``[its name]``; an item that is
    added or removed is shown as a whole.

    Args:
        changes: of one property, with ``subpath_parts`` or without a subpath, in the order of their paths.
    """
    for change in changes:
        if not change.subpath_parts:  # the whole becomes, or was, an empty list or map
            yield from _scalar(change, "", 0)
    yield from _within([change for change in changes if change.subpath_parts], 0, 0)


def _within(changes: Sequence[PropertyChange], depth: int, indent: int) -> Iterator[YamlLine]:
    """Yield the lines of changes that have the first ``depth`` parts of their paths in common."""
    parts = dict.fromkeys(change.subpath_parts[depth] for change in changes)
    for part in sorted(parts, key=lambda part: part.is_item or part.name != _FIRST_KEY):
        inside = [change for change in changes if change.subpath_parts[depth] == part]
        deeper = [change for change in inside if len(change.subpath_parts) > depth + 1]
        for change in inside:
            if change not in deeper:
                yield from _scalar(change, _label(part), indent)
        if deeper:
            yield from _collection(deeper, part, depth, indent)


def _collection(changes: Sequence[PropertyChange], part: SubpathPart, depth: int, indent: int) -> Iterator[YamlLine]:
    kind = None if part.in_both else changes[0].kind
    if part.is_item and kind:
        first, *others = _within(changes, depth + 1, indent + _INDENT)
        yield first._replace(indent=indent, text=first.text._replace(head=f"- {first.text.head}"))
        yield from others
        return
    head = f"[{printable(part.name)}]" if part.is_item else f"{plain(part.name, in_yaml=True)}:"
    yield YamlLine(kind, indent, Parts(head))
    yield from _within(changes, depth + 1, indent + _INDENT)


def _label(part: SubpathPart) -> str:
    is_unnamed = part.is_item and part.name.isdecimal()
    return "- " if is_unnamed else f"{plain(part.name, in_yaml=True)}: "


def _scalar(change: PropertyChange, label: str, indent: int) -> Iterator[YamlLine]:
    if change.kind is not ChangeKind.CHANGE:
        shown = change.after if change.kind is ChangeKind.ADD else change.before
        yield YamlLine(change.kind, indent, Parts(label + _text(shown)), change)
        return
    before, after = differing(_text(change.before), _text(change.after))
    yield YamlLine(ChangeKind.REMOVE, indent, before._replace(head=label + before.head))
    yield YamlLine(ChangeKind.ADD, indent, after._replace(head=label + after.head), change)


def _text(value: ShownValue) -> str:
    return plain_value(value, in_yaml=True)
