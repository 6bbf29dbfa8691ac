"""Structures that a file holds as texts, such as ``volumes: "[{name: a}]"``: they become YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from yaml.tokens import AnchorToken, ScalarToken

from persync.config.flow import flow, takes
from persync.config.fmt.nesting import nested_tokens
from persync.config.fmt.parts import parts_of
from persync.config.fmt.scalars import is_block_scalar
from persync.config.fmt.write import structure_lines
from persync.config.yaml import parser
from persync.config.yaml.nodes import Entry, List, Map, Scalar, entries
from persync.model import Kind, Section
from persync.properties.catalogue import identify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from persync.config.fmt.nesting import NestedToken
    from persync.config.yaml.nodes import Node
    from persync.model import Span

_SECTIONS = {str(section): section for section in Section}


class Unfolded(NamedTuple):
    """A text with its structures as YAML, and the trees that it must have."""

    text: str
    trees: tuple[Node, ...]


def unfolded(text: str, documents: Iterable[Node]) -> Unfolded:
    """Return a text with the structures in it as YAML.

    A file with anchors is left as it is: a value in it may be the value of several properties.

    Args:
        text: a YAML text without errors.
        documents: its trees.
    """
    trees = tuple(documents)
    found = {span: node for tree in trees for span, node in _structures(tree)}
    if not found:
        return Unfolded(text, trees)
    tokens = tuple(nested_tokens(parser.scan(text)))
    if any(isinstance(nested.token, AnchorToken) for nested in tokens):
        return Unfolded(text, trees)
    by_place = {(span.line, span.column): span for span in found}
    parts: list[str] = []
    done = 0
    replaced: dict[Span, Node] = {}
    for nested in tokens:
        token = nested.token
        span = by_place.get((token.start_mark.line + 1, token.start_mark.column + 1))
        if span is None or not isinstance(token, ScalarToken):
            continue
        begin = text[done : token.start_mark.index]
        written = _written(nested, found[span], text)
        parts += [begin.rstrip() if written.below_key else begin, written.text]
        replaced[span] = found[span]
        done = written.end
    return Unfolded("".join((*parts, text[done:])), tuple(_with(tree, replaced) for tree in trees))


class _Written(NamedTuple):
    """What replaces a scalar.

    Attributes:
        text: it.
        end: the index in the old text where the rest begins.
        below_key: it begins behind the key, and not where the scalar was.
    """

    text: str
    end: int
    below_key: bool = False


def _written(nested: NestedToken, node: Map | List, text: str) -> _Written:
    start, end = nested.token.start_mark.index, nested.token.end_mark.index
    if is_block_scalar(nested.token):  # it ends with the blank lines below it
        end = start + len(text[start:end].rstrip())
    if nested.flow_depth:
        return _Written(flow(node), end)
    line = text[text.rfind("\n", 0, start) + 1 : start].rstrip(" \t")
    first, *lines = structure_lines(line, node, nested.blocks[-1].old)
    if not lines:
        return _Written(first[len(line) + 1 :], end)
    stop = text.find("\n", end)
    stop = len(text) if stop < 0 else stop
    comment = text[end:stop].strip(" \t")
    return _Written("\n".join([f" {comment}" if comment else "", *lines]), stop, below_key=True)


def _structures(document: Node) -> Iterator[tuple[Span, Map | List]]:
    for name, value in entries(document):
        if name.text in _SECTIONS and isinstance(value, Map):
            yield from _structures_in(_SECTIONS[name.text], "", value)


def _structures_in(section: Section, parent: str, node: Map) -> Iterator[tuple[Span, Map | List]]:
    for name, value in node.entries:
        key = identify(section, f"{parent}.{name.text}" if parent else name.text)
        if isinstance(value, Map) and not takes(key.kind, value):
            yield from _structures_in(section, key.source, value)
        elif isinstance(value, Scalar) and key.definition and key.kind is Kind.STRUCTURE:
            parts = parts_of(key.definition, value.text)
            if parts is not None:
                yield value.span, parts


def _with(node: Node, replaced: Mapping[Span, Node]) -> Node:
    """Return a tree with some of its scalars replaced."""
    if isinstance(node, Scalar):
        return replaced.get(node.span, node)
    if isinstance(node, List):
        return node._replace(items=tuple(_with(item, replaced) for item in node.items))
    return node._replace(entries=tuple(Entry(key, _with(value, replaced)) for key, value in node.entries))
