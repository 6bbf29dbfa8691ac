"""YAML text for new content: what import writes, and what fmt makes of a structure in a string.

Block style, two spaces a level. In a structure, a map or a list that fits on its line is in flow style.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import yaml
from yaml.error import YAMLError
from yaml.nodes import ScalarNode

from persync.config.flow import InexpressibleError, flow
from persync.config.yaml import parser
from persync.config.yaml.nodes import List, Map, Scalar, is_null
from persync.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from persync.config.yaml.nodes import Node

_WIDTH = 100
_STEP = 2
_NOWHERE = Span("", 1, 1)
_NUMBER_IN_1_2 = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0o[0-7]+")
# What a reader of YAML may take as a line break, refuse, or not show.
_NEEDS_ESCAPES = re.compile(
    r"[\x00-\x08\x0a-\x1f\x7f-\xa0\xad\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
    # or what is invisible, or changes the order of the text around it
    r"|[\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f]"
    # or execute, as a CI does with commands in its log
    r"|#(?=#[A-Za-z]*\[)|(?<=section_start):(?=\d)|(?<=section_end):(?=\d)"
)


class Structure(NamedTuple):
    """A value with parts in which it counts whether a scalar is in quotes: ``0400`` and ``'0400'`` differ."""

    node: Map | List


class Exact(NamedTuple):
    """A text that other readers of YAML must not take for something else: ``1.10`` is the number 1.1 to them."""

    node: Scalar


Tree: TypeAlias = "str | Scalar | Exact | Map | List | Structure | Mapping[str, Tree]"
"""What is written: a text, a map of texts, a list of texts, a structure, or entries with such values."""


class Line(NamedTuple):
    """A line without its line break, and the node whose value is on it; ``None`` where there is no value, or a text."""

    text: str
    node: Node | None = None


def tree_lines(tree: Mapping[str, Tree], indent: int = 0) -> Iterator[str]:
    """Yield the lines of the entries of a map, without line breaks."""
    return (line.text for line in lines_of(tree, indent))


def entry_lines(key: str, value: Tree, indent: int) -> Iterator[str]:
    """Yield the lines of an entry.

    Args:
        key: its key as it is written.
        value: its value.
        indent: the column of the key.
    """
    return (line.text for line in _entry_lines(f"{' ' * indent}{key}:", value, indent))


def lines_of(tree: Mapping[str, Tree], indent: int = 0) -> Iterator[Line]:
    """Yield the lines of the entries of a map, each with what is on it.

    Args:
        tree: keys and values.
        indent: the column of the keys.
    """
    for key, value in tree.items():
        yield from _entry_lines(f"{' ' * indent}{scalar_text(key)}:", value, indent)


def _entry_lines(begin: str, value: Tree, indent: int) -> Iterator[Line]:
    if isinstance(value, str):
        yield Line(f"{begin} {scalar_text(value)}")
    elif isinstance(value, Scalar):
        yield Line(f"{begin} {scalar_text(value.text)}", value)
    elif isinstance(value, Exact):
        yield Line(f"{begin} {quoted_text(value) or scalar_text(value.node.text)}", value.node)
    elif isinstance(value, Structure):
        yield from _lines(begin, value.node, indent)
    elif isinstance(value, List):
        yield Line(f"{begin} {flow(_without_needless_quotes(value))}", value)
    else:
        yield Line(begin)
        tree = value if not isinstance(value, Map) else {key.text: _as_scalar(of) for key, of in value.entries}
        yield from lines_of(tree, indent + _STEP)


def structure_lines(begin: str, node: Node, indent: int) -> Iterator[str]:
    """Yield the lines of a structure.

    Args:
        begin: the text before it on its first line, without a blank at its end.
        node: the structure.
        indent: the column of the entry that it belongs to.
    """
    return (line.text for line in _lines(begin, node, indent))


def _lines(begin: str, node: Node, indent: int) -> Iterator[Line]:
    if isinstance(node, Scalar):
        yield Line(f"{begin} {_exact_text(node)}", node)
    elif isinstance(node, List) and node.items and not begin.endswith("-"):
        yield Line(begin)
        # all items alike: on a line each, or none of them
        in_flow = all(len(f"{' ' * indent}  - {flow(item)}") <= _WIDTH for item in node.items)
        for item in node.items:
            yield from _item_lines(item, indent + _STEP, in_flow=in_flow)
    elif _is_empty(node) or len(line := f"{begin} {flow(node)}") <= _WIDTH:
        yield Line(f"{begin} {flow(node)}" if _is_empty(node) else line, node)
    elif isinstance(node, List):  # in a list
        yield Line(f"{begin} {flow(node)}", node)
    else:
        yield Line(begin)
        yield from _map_lines(node, indent + _STEP)


def _item_lines(item: Node, indent: int, *, in_flow: bool) -> Iterator[Line]:
    dash = f"{' ' * indent}-"
    if isinstance(item, Map) and item.entries and not in_flow:
        first, *rest = _map_lines(item, indent + _STEP)
        yield Line(f"{dash} {first.text[indent + _STEP :]}", first.node)
        yield from rest
    else:
        yield from _lines(dash, item, indent)


def _map_lines(node: Map, indent: int) -> Iterator[Line]:
    for key, value in node.entries:
        yield from _lines(f"{' ' * indent}{_exact_text(key)}:", value, indent)


def _is_empty(node: Map | List) -> bool:
    return not (node.items if isinstance(node, List) else node.entries)


def _as_scalar(node: Node) -> Scalar:
    assert isinstance(node, Scalar)  # noqa: S101 - key-value lists have nothing else
    return node


def _without_needless_quotes(node: List) -> List:
    return node._replace(items=tuple(Scalar(_as_scalar(item).text, _NOWHERE, plain=True) for item in node.items))


def _exact_text(scalar: Scalar) -> str:
    """Return a scalar of a structure, plain or in quotes as it has to be."""
    if scalar.plain and _is_plain(scalar.text):
        return scalar.text
    try:
        return flow(scalar)
    except InexpressibleError:
        return _quoted(scalar.text)


@lru_cache(maxsize=4096)
def scalar_text(text: str) -> str:
    """Return a text as a scalar in block style, without quotes where that is possible."""
    return text if _is_plain(text) else _quoted(text)


def exact(text: str) -> Exact:
    """Return a text to be written so that every reader of YAML has it as this text."""
    return Exact(Scalar(text, _NOWHERE, plain=True))


def quoted_text(value: Exact) -> str | None:
    """Return a text in quotes, if it needs them so that every reader has it; ``None`` if it does not."""
    text = value.node.text
    return f'"{text}"' if _is_plain(text) and not _is_text_to_all(text) else None


def _is_text_to_all(text: str) -> bool:
    """Return whether readers of YAML 1.1, and of 1.2, take a plain scalar as a text."""
    try:
        return isinstance(yaml.safe_load(text), str) and not _NUMBER_IN_1_2.fullmatch(text)
    except ValueError:  # a date that does not exist
        return False


def _is_plain(text: str) -> bool:
    if is_null(Scalar(text, _NOWHERE, plain=True)) or _NEEDS_ESCAPES.search(text) or text in {"<<", "="}:
        return False
    try:
        # as a key and as a value, at the end of a line
        roots = list(parser.compose(f"{text}: {text}"))
    except YAMLError:
        return False
    pair = roots[0].value[0] if len(roots) == 1 and isinstance(roots[0].value, list) and roots[0].value else ()
    return len(pair) == _STEP and all(
        isinstance(node, ScalarNode) and node.value == text and not node.style and not node.tag for node in pair
    )


def _quoted(text: str) -> str:
    if _NEEDS_ESCAPES.search(text):
        return '"' + _NEEDS_ESCAPES.sub(_escape, json.dumps(text, ensure_ascii=False)[1:-1]) + '"'
    if "'" in text and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
