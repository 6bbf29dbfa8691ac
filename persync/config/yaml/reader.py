"""YAML text to trees that keep source text and position.

Text stays text: ``1.10`` is not 1.1 and ``no`` is not false, because nothing is resolved. Anchors, aliases and merge
keys work. Whatever the bytes are, what comes out are trees and findings: size, depth and the number of nodes are
bounded, and the depth is known before anything recursive sees the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from yaml.error import YAMLError
from yaml.events import CollectionEndEvent, CollectionStartEvent
from yaml.nodes import ScalarNode, SequenceNode

from persync.config.findings import error
from persync.config.yaml import nodes
from persync.config.yaml.parser import new_parser
from persync.config.yaml.syntax_errors import LINE_BREAK, decoding_error, syntax_error
from persync.model import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import yaml

    from persync.config.yaml.parser import AnyParser
    from persync.errors import Finding

    _Place = Callable[[yaml.Node | yaml.Event], Span]

MOST_BYTES = 1024 * 1024
MOST_NODES = 100_000
DEEPEST = 64

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
# What opens a level without a new line that is indented further.
_OPENERS = ("[", "{", "- ", "-\t", "? ", "?\t")
_MERGE = "<<"
_ODD_LINE_BREAK = re.compile("[\N{NEXT LINE}\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}]")


class Documents(NamedTuple):
    """The documents of a file, empty ones left out, and what is wrong with its text."""

    trees: tuple[nodes.Node, ...]
    findings: tuple[Finding, ...]


def read_documents(data: bytes, file: str, parse: Callable[[str], AnyParser] = new_parser) -> Documents:
    """Return the documents in the bytes of a file.

    Args:
        data: the bytes; UTF-8, with or without a byte order mark.
        file: the file's name for positions.
        parse: makes the parser.

    Returns:
        The documents before the first syntax error, and the findings: ``file-too-large``, ``encoding``,
        ``yaml-syntax``, ``too-deep``, ``too-many-nodes``, ``recursive-alias``, ``tag``, ``key-not-text``,
        ``duplicate-key``, ``merge-key``.
    """
    if len(data) > MOST_BYTES:
        finding = error("file-too-large", f"more than {MOST_BYTES // 1024} KiB", Span(file, 1, 1), hint="split it")
        return Documents((), (finding,))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as failure:
        return Documents((), (decoding_error(data, failure, file),))
    text = text.removeprefix(_BOM)
    trees: list[nodes.Node] = []
    findings: list[Finding] = []
    try:
        place = _places(text, file)
        _refuse_depth(text, place, parse)
        for node in _nodes(text, parse):
            document = _Builder(place, findings).build(node)
            if not (isinstance(document, nodes.Scalar) and document.plain and not document.text):
                trees.append(document)
    except YAMLError as failure:
        findings.append(syntax_error(failure, text, file))
    except _UnreadableError as failure:
        findings.append(failure.finding)
    return Documents(tuple(trees), tuple(findings))


class _UnreadableError(Exception):
    """The rest of the file cannot be read."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def _nodes(text: str, parse: Callable[[str], AnyParser]) -> Iterator[yaml.Node]:
    parser = parse(text)
    while parser.check_node():
        node = parser.get_node()
        if node is not None:
            yield node


def _refuse_depth(text: str, place: _Place, parse: Callable[[str], AnyParser]) -> None:
    """Raise where the text nests deeper than ``DEEPEST``.

    libyaml's composer recurses in C and crashes the process on ``[[[[…``. Reading events does not recurse, but takes
    time; text with few openers that is never indented far cannot be deep.
    """
    if sum(map(text.count, _OPENERS)) <= DEEPEST and " " * DEEPEST not in text:
        return
    parser = parse(text)
    depth = 0
    while parser.check_event():
        event = parser.get_event()  # type: ignore[no-untyped-call] # PyYAML's own stubs
        if isinstance(event, CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise _too_deep(place(event))
        elif isinstance(event, CollectionEndEvent):
            depth -= 1


def _places(text: str, file: str) -> _Place:
    """Return what finds the place of a node.

    PyYAML begins a line behind three more characters (YAML 1.1) than editors and YAML 1.2 do. In a text that holds
    one, lines are counted anew.
    """
    if text.isascii() or not _ODD_LINE_BREAK.search(text):
        return partial(_span, file)
    starts = [0, *(line_break.end() for line_break in LINE_BREAK.finditer(text))]

    def place(marked: yaml.Node | yaml.Event) -> Span:
        index = marked.start_mark.index if marked.start_mark else 0
        line = bisect_right(starts, index)
        return Span(file, line, index - starts[line - 1] + 1)

    return place


def _span(file: str, marked: yaml.Node | yaml.Event) -> Span:
    mark = marked.start_mark
    if mark is None:
        return Span(file, 1, 1)
    # every scalar has one: past the named constructor, which takes twice the time
    return tuple.__new__(Span, (file, mark.line + 1, mark.column + 1))


def _too_deep(span: Span) -> _UnreadableError:
    return _UnreadableError(error("too-deep", f"nested more than {DEEPEST} levels deep", span))


class _Builder:
    """Builds one document's tree."""

    def __init__(self, place: _Place, findings: list[Finding]) -> None:
        self._place = place
        self._findings = findings
        self._nodes_left = MOST_NODES
        self._open: set[int] = set()

    def build(self, node: yaml.Node) -> nodes.Node:
        """Return the tree below ``node``.

        Raises:
            _UnreadableError: too deep, too many nodes, or an alias inside of what it names.
        """
        span = self._place(node)
        self._nodes_left -= 1
        if self._nodes_left < 0:
            what = f"more than {MOST_NODES} values, aliases written out"
            raise _UnreadableError(error("too-many-nodes", what, span, hint="use fewer aliases"))
        if node.tag:
            reason = "every value is a text"
            self._findings.append(error("tag", "a tag (!) stands here", span, reason=reason, hint="remove it"))
        if isinstance(node, ScalarNode):
            return nodes.Scalar(node.value, span, not node.style)
        if id(node) in self._open:  # an alias led back into what is still open
            raise _UnreadableError(error("recursive-alias", "an alias stands inside of what it names", span))
        if len(self._open) >= DEEPEST:
            raise _too_deep(span)
        self._open.add(id(node))
        try:
            if isinstance(node, SequenceNode):
                return nodes.List(tuple([self.build(item) for item in node.value]), span)
            return self._map(node.value, span)
        finally:
            self._open.remove(id(node))

    def _map(self, pairs: Iterable[tuple[yaml.Node, yaml.Node]], span: Span) -> nodes.Map:
        entries: dict[str, nodes.Entry] = {}
        merge: nodes.Entry | None = None
        for key_node, value_node in pairs:
            key = self.build(key_node)
            value = self.build(value_node)
            if not isinstance(key, nodes.Scalar):
                self._findings.append(error("key-not-text", "a map or a list stands where a key must be", key.span))
                continue
            entry = nodes.Entry(key, value)
            if key.plain and key.text == _MERGE:
                self._refuse_twice(merge, entry)
                merge = merge or entry
            elif key.text in entries:
                self._refuse_twice(entries[key.text], entry)
            else:
                entries[key.text] = entry
        if merge is not None:
            for inherited in self._merged(merge.value):
                entries.setdefault(inherited.key.text, inherited)
        return nodes.Map(tuple(entries.values()), span)

    def _refuse_twice(self, first: nodes.Entry | None, second: nodes.Entry) -> None:
        if first is None:
            return
        message = f"key {second.key.text} stands here twice, first at {first.key.span}"
        self._findings.append(error("duplicate-key", message, second.key.span, hint="keep one of them"))

    def _merged(self, value: nodes.Node) -> Iterator[nodes.Entry]:
        """Yield what a merge key brings: from a map, or from a list of maps, where the earlier one wins."""
        for source in value.items if isinstance(value, nodes.List) else (value,):
            if isinstance(source, nodes.Map):
                yield from source.entries
            else:
                hint = "name one with an alias, as in <<: *base"
                self._findings.append(error("merge-key", "<< takes a map, or a list of maps", source.span, hint=hint))
