"""Edits of a file with persisters that touch nothing else: set, add or remove one entry.

Positions come from PyYAML's nodes, and the text between them stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from yaml.nodes import CollectionNode, MappingNode, ScalarNode

from persync.config.flow import flow
from persync.config.fmt.write import Exact, Structure, entry_lines, quoted_text, scalar_text
from persync.config.yaml import parser
from persync.config.yaml.nodes import List, Map, Scalar
from persync.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import yaml

    from persync.config.fmt.write import Tree

_NOWHERE = Span("", 1, 1)
_STEP = 2


class Entry(NamedTuple):
    """An entry of a map in a text.

    Attributes:
        path: the keys above it and its own.
        key: the node of its key.
        value: the node of its value.
        around: the maps that it is in, the innermost last.
    """

    path: tuple[str, ...]
    key: yaml.ScalarNode
    value: yaml.Node
    around: tuple[yaml.MappingNode, ...]


def can_be_edited(text: str) -> bool:
    """Return whether a text has no anchors: a value with one may be the value of several entries."""
    return not any(type(token).__name__ in {"AnchorToken", "AliasToken"} for token in parser.scan(text))


def documents(text: str) -> list[yaml.MappingNode]:
    """Return the outermost maps of the documents."""
    return [root for root in parser.compose(text) if isinstance(root, MappingNode)]


def entries_of(root: yaml.MappingNode) -> Iterator[Entry]:
    """Yield all entries below a map, each before those in it."""
    remaining: list[tuple[tuple[str, ...], tuple[yaml.MappingNode, ...]]] = [((), (root,))]
    while remaining:
        path, around = remaining.pop()
        for key, value in around[-1].value:
            if isinstance(key, ScalarNode):
                yield Entry((*path, key.value), key, value, around)
                if isinstance(value, MappingNode):
                    remaining.append(((*path, key.value), (*around, value)))


def with_value(text: str, entry: Entry, value: Tree) -> str:
    """Return a text in which an entry has another value."""
    start, end = entry.key.start_mark.index, _end(entry.value, text)
    key = text[start : entry.key.end_mark.index]
    if _is_flow(entry.around):
        return f"{text[:start]}{key}: {_in_flow(value)}{text[end:]}"
    column = entry.key.start_mark.column
    return text[:start] + "\n".join(entry_lines(key, value, column))[column:] + text[end:]


def without(text: str, entry: Entry) -> str:
    """Return a text without an entry, and without the maps that it was the only entry of."""
    around = entry.around
    while len(around) > 1 and len(around[-1].value) == 1:
        outer = around[-2]
        key, value = next((key, value) for key, value in outer.value if value is around[-1])
        around = around[:-1]
        entry = Entry(entry.path[:-1], key, value, around)
    start, end = entry.key.start_mark.index, _end(entry.value, text)
    if _is_flow(around):
        after = len(text) - len(text[end:].lstrip(" \t\n,")) if text[end:].lstrip()[:1] == "," else end
        before = text[:start] if after > end else text[:start].rstrip().removesuffix(",")
        return before + text[after:]
    line = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    return text[:line] + (text[stop + 1 :] if stop >= 0 else "")


def added(text: str, node: yaml.MappingNode, key: str, value: Tree, after: Sequence[str] = ()) -> str:
    """Return a text with an entry added to a map.

    Args:
        text: the text.
        node: the map.
        key: the key of the new entry.
        value: its value.
        after: the keys of entries that it is to be below; at the end of the map without any.
    """
    pairs = [pair for pair in node.value if pair[0].value in after] or node.value
    if node.flow_style or not node.value:
        end = node.end_mark.index - 1
        comma = ", " if node.value else ""
        return f"{text[:end].rstrip()}{comma}{_in_flow(key)}: {_in_flow(value)}{text[end:]}"
    column = node.value[0][0].start_mark.column
    stop = text.find("\n", _end(pairs[-1][1], text))
    before = text[:stop] if stop >= 0 else text
    rest = text[stop:] if stop >= 0 else "\n"
    return "\n".join([before, *entry_lines(scalar_text(key), value, column)]) + rest


def _is_flow(around: Sequence[yaml.MappingNode]) -> bool:
    return any(node.flow_style for node in around)


def _end(node: yaml.Node, text: str) -> int:
    """Return the index where a node ends: that of a block ends before the comments behind it."""
    if isinstance(node, CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last, text)
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, ScalarNode) and node.style in {"|", ">"}:
        return int(start) + len(text[start:end].rstrip())
    return int(end)


def _in_flow(value: Tree) -> str:
    """Return a value in flow style."""
    if isinstance(value, str):
        return flow(Scalar(value, _NOWHERE, plain=True))
    if isinstance(value, Exact):
        return quoted_text(value) or flow(value.node)
    if isinstance(value, Structure):
        return flow(value.node)
    if isinstance(value, Scalar | Map | List):
        return flow(value)
    return f"{{{', '.join(_pairs_in_flow(value))}}}"


def _pairs_in_flow(tree: Mapping[str, Tree]) -> Iterator[str]:
    for key, value in tree.items():
        yield f"{_in_flow(key)}: {_in_flow(value)}"
