"""YAML text to trees that keep source text and position.

Text stays text: ``1.10`` is not 1.1 and ``no`` is not false, because no type is resolved. Anchors, aliases and merge
keys are supported. Any bytes give trees and findings: size, depth and the number of nodes are limited, and the depth
is checked before any recursive code reads the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from yaml.error import YAMLError
from yaml.events import CollectionEndEvent, CollectionStartEvent

from persync.config.findings import error
from persync.config.yaml import parser
from persync.config.yaml.builder import DEEPEST, TreeBuilder, UnreadableError, too_deep
from persync.config.yaml.nodes import Scalar
from persync.config.yaml.syntax_errors import LINE_BREAK, decoding_error, syntax_error
from persync.model import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    import yaml

    from persync.config.yaml.nodes import Node
    from persync.errors import Finding

    _SpanOf = Callable[[yaml.Node | yaml.Event], Span]

MOST_BYTES = 1024 * 1024
MOST_DOCUMENTS = 10_000

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
# What opens a level without a new line that is indented further.
_OPENERS = ("[", "{", "- ", "-\t", "? ", "?\t")
_ODD_LINE_BREAK = re.compile("[\N{NEXT LINE}\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}]")


class Documents(NamedTuple):
    """The documents of a file without the empty ones, and the errors in its text."""

    trees: tuple[Node, ...]
    findings: tuple[Finding, ...]


def read_documents(data: bytes, file: str) -> Documents:
    """Return the documents in the bytes of a file.

    Args:
        data: the bytes; UTF-8, with or without a byte order mark.
        file: the file's name for positions.

    Returns:
        The documents before the first syntax error, and the findings: ``file-too-large``, ``encoding``,
        ``yaml-syntax``, ``too-deep``, ``too-many-nodes``, ``too-many-documents``, ``recursive-alias``, ``tag``,
        ``key-not-text``, ``key-too-long``, ``duplicate-key``, ``merge-key``.
    """
    if len(data) > MOST_BYTES:
        message = f"the file is larger than {MOST_BYTES // 1024} KiB"
        finding = error("file-too-large", message, Span(file, 1, 1), hint="split it into several files")
        return Documents((), (finding,))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as failure:
        return Documents((), (decoding_error(data, failure, file),))
    text = text.removeprefix(_BOM)
    trees: list[Node] = []
    findings: list[Finding] = []
    try:
        span_of = _positions(text, file)
        _refuse_depth(text, span_of)
        builder = TreeBuilder(span_of, findings)
        for count, root in enumerate(parser.compose(text)):
            if count == MOST_DOCUMENTS:
                raise _too_many_documents(span_of(root))
            tree = builder.document(root)
            if not (isinstance(tree, Scalar) and tree.plain and not tree.text):
                trees.append(tree)
    except YAMLError as failure:
        findings.append(syntax_error(failure, text, file))
    except UnreadableError as failure:
        findings.append(failure.finding)
    return Documents(tuple(trees), tuple(findings))


def _too_many_documents(span: Span) -> UnreadableError:
    message = f"the file has more than {MOST_DOCUMENTS} documents"
    return UnreadableError(error("too-many-documents", message, span, hint="split it into several files"))


def _refuse_depth(text: str, span_of: _SpanOf) -> None:
    """Raise UnreadableError if the text nests deeper than ``DEEPEST``.

    libyaml's composer recurses in C and crashes the process on ``[[[[…``. Reading events does not recurse, but takes
    time; text with few openers that is never indented far cannot be deep.
    """
    if sum(map(text.count, _OPENERS)) <= DEEPEST and " " * DEEPEST not in text:
        return
    depth = 0
    for event in parser.parse(text):
        if isinstance(event, CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise too_deep(span_of(event))
        elif isinstance(event, CollectionEndEvent):
            depth -= 1


def _positions(text: str, file: str) -> _SpanOf:
    """Return a function that gives the position of a node or an event.

    PyYAML starts a line after three more characters (YAML 1.1) than editors and YAML 1.2 do. In a text that has one of
    them, lines are counted again.
    """
    if text.isascii() or not _ODD_LINE_BREAK.search(text):

        def span(marked: yaml.Node | yaml.Event) -> Span:
            mark = marked.start_mark
            # Each value of each file has a span; Span(…) takes twice the time.
            # The mark is optional in PyYAML's stubs, and set by its parsers.
            return tuple.__new__(Span, (file, mark.line + 1, mark.column + 1))  # type: ignore[union-attr]

        return span

    starts = [0, *(line_break.end() for line_break in LINE_BREAK.finditer(text))]

    def recounted_span(marked: yaml.Node | yaml.Event) -> Span:
        index = marked.start_mark.index  # type: ignore[union-attr] # as above
        line = bisect_right(starts, index)
        return Span(file, line, index - starts[line - 1] + 1)

    return recounted_span
