"""A YAML document as a tree that keeps the source text and the position of every scalar."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.model import Span
from persync.properties.structures import options_before


class Scalar(NamedTuple):
    """A scalar: its text, its position, and whether it is plain (without quotes)."""

    text: str
    span: Span
    plain: bool


class Entry(NamedTuple):
    """A key of a map and its value."""

    key: Scalar
    value: Node


class Map(NamedTuple):
    """A map. Its keys are unique, and merge keys are resolved."""

    entries: tuple[Entry, ...]
    span: Span


class List(NamedTuple):
    """A list."""

    items: tuple[Node, ...]
    span: Span


Node: TypeAlias = "Scalar | Map | List"

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


def is_null(node: Node) -> bool:
    """Return whether YAML reads this as null: no text, ``~`` or ``null``, without quotes."""
    return isinstance(node, Scalar) and node.plain and node.text in _NULLS


def find(node: Node | None, *path: str | int) -> Node | None:
    """Return the node at ``path`` (keys of maps and indexes of lists), or ``None`` if there is none."""
    for step in path:
        if isinstance(node, Map):
            node = next((entry.value for entry in node.entries if entry.key.text == step), None)
        elif isinstance(node, List) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        else:
            return None
    return node


def entries(node: Node | None) -> tuple[Entry, ...]:
    """Return the entries of a map, or an empty tuple for any other node."""
    return node.entries if isinstance(node, Map) else ()


def scalars(node: Node | None) -> tuple[Scalar, ...]:
    """Return the scalars of a list, or an empty tuple for any other node."""
    return tuple(item for item in node.items if isinstance(item, Scalar)) if isinstance(node, List) else ()


def values_in(node: Node) -> Iterator[Node]:
    """Yield the scalars of a tree, and what is empty, in their order."""
    if isinstance(node, List) and node.items:
        for item in node.items:
            yield from values_in(item)
    elif isinstance(node, Map) and node.entries:
        for _, value in node.entries:
            yield from values_in(value)
    else:
        yield node


def options_of(items: List) -> Iterator[str]:
    """Yield the option in front of each item (``options_before``)."""
    return options_before(item.text if isinstance(item, Scalar) else "" for item in items.items)


def texts(node: Node | None) -> dict[str, str]:
    """Return the scalars of a map by key, as text; none for any other node."""
    return {key.text: value.text for key, value in entries(node) if isinstance(value, Scalar)}


def key_span(node: Node, key: str) -> Span:
    """Return the position of ``key`` in a map, or that of the map if it has no such key."""
    return next((entry.key.span for entry in entries(node) if entry.key.text == key), node.span)
