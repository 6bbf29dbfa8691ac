"""A value with parts: from the text that is sent to YAML, the inverse of ``config/flow.py``."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from yaml.error import YAMLError
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from persync.config.flow import InexpressibleError, flow, text_of
from persync.config.variables import OPENING
from persync.config.yaml import parser
from persync.config.yaml.nodes import Entry, List, Map, Scalar, is_null
from persync.model import Kind, Span
from persync.properties.structures import parse_structure
from persync.properties.values import equal, structure_of

if TYPE_CHECKING:
    import yaml

    from persync.config.yaml.nodes import Node
    from persync.model import Definition

NOWHERE = Span("", 1, 1)
_MERGE = "<<"


class _NotAsYamlError(ValueError):
    """A structure holds something that a file cannot hold: a null, a tag, a key that is no text."""


@lru_cache(maxsize=4096)
def parts_of(definition: Definition, text: str, *, with_references: bool = False) -> Map | List | None:
    """Return a value with parts as a map or a list, or ``None`` where it has to stay a text.

    Args:
        definition: of its property.
        text: the value as it is sent.
        with_references: a reference in it is within one part. It may bring in several where a person wrote the text.

    Returns:
        A tree that is sent as an equal value. Quotes that make no difference are left out.
    """
    if OPENING in text and not with_references:
        return None
    if definition.kind is Kind.STRUCTURE:
        return _structure(definition, text)
    node = _pieces(definition, text)
    return node if node is not None and _is_same(definition, text, node) else None


def _structure(definition: Definition, text: str) -> Map | List | None:
    try:
        meaning = parse_structure(text)
        roots = list(parser.compose(text))
    except (ValueError, YAMLError, RecursionError):
        return None
    if len(roots) != 1:
        return None
    for unquote in (True, False):
        try:
            node = _tree(roots[0], unquote=unquote)
            if isinstance(node, Scalar) or (isinstance(node, Map) and not node.entries):
                return None
            if parse_structure(flow(node)) == meaning and _is_same(definition, text, node):
                return node
        except (ValueError, RecursionError):
            return None
    return None


def _is_same(definition: Definition, text: str, node: Map | List) -> bool:
    try:
        return equal(definition, text, text_of(definition.kind, node))
    except InexpressibleError:
        return False


def _tree(node: yaml.Node, *, unquote: bool) -> Node:
    if node.tag:
        raise _NotAsYamlError
    if isinstance(node, ScalarNode):
        scalar = Scalar(node.value, NOWHERE, plain=not node.style)
        if is_null(scalar):
            raise _NotAsYamlError
        return scalar._replace(plain=scalar.plain or (unquote and _needs_no_quotes(node.value)))
    if isinstance(node, SequenceNode):
        return List(tuple(_tree(item, unquote=unquote) for item in node.value), NOWHERE)
    assert isinstance(node, MappingNode)  # noqa: S101 - there are three kinds of nodes
    return Map(tuple(_entry(key, value, unquote=unquote) for key, value in node.value), NOWHERE)


def _entry(key: yaml.Node, value: yaml.Node, *, unquote: bool) -> Entry:
    name = _tree(key, unquote=unquote)
    if not isinstance(name, Scalar) or name.text == _MERGE:
        raise _NotAsYamlError
    return Entry(name, _tree(value, unquote=unquote))


@lru_cache(maxsize=4096)
def _needs_no_quotes(text: str) -> bool:
    """Return whether a text in quotes is the same text, to the deployer, without them."""
    scalar = Scalar(text, NOWHERE, plain=True)
    try:
        return not is_null(scalar) and flow(scalar) == text and parse_structure(f"[{text}]") == [text]
    except ValueError:
        return False


def _pieces(definition: Definition, text: str) -> Map | List | None:
    if definition.kind is Kind.INTS:
        return List(tuple(_text(item.strip()) for item in text.split(",") if item.strip()), NOWHERE)
    pieces = structure_of(definition, text)
    if not isinstance(pieces, dict) or not pieces or "" in pieces:
        return None
    return Map(tuple(Entry(_text(key), _text(str(value))) for key, value in pieces.items()), NOWHERE)


def _text(text: str) -> Scalar:
    return Scalar(text, NOWHERE, plain=False)
