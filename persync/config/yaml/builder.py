"""PyYAML's nodes to trees that keep source text and position, within limits of size and depth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yaml.nodes import ScalarNode, SequenceNode

from persync.config.findings import error
from persync.config.yaml.nodes import Entry, List, Map, Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import yaml

    from persync.config.yaml.nodes import Node
    from persync.errors import Finding
    from persync.model import Span

MOST_NODES = 20_000
"""Values of a document, where each alias counts as a copy. A persister has some hundred."""
MOST_NODES_OF_A_FILE = 75_000
MOST_TEXT = 4 * 1024 * 1024
"""Characters of a file, where each alias counts as a copy."""
DEEPEST = 64
LONGEST_KEY = 500
"""Characters of a key."""

_MOST_ERRORS = 1_000  # of a file
_MERGE = "<<"
# Each value of each file is a named tuple; their own constructors take twice the time.
_new = tuple.__new__


class UnreadableError(Exception):
    """The rest of the file cannot be read."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def too_deep(span: Span) -> UnreadableError:
    """Return the error for a value that is nested too deep."""
    return UnreadableError(error("too-deep", f"nested more than {DEEPEST} levels deep", span))


def _too_much(limit: str, span: Span) -> UnreadableError:
    message = f"{limit}, where each alias counts as a copy"
    return UnreadableError(error("too-many-nodes", message, span, hint="use fewer aliases, or split the file"))


class TreeBuilder:
    """Builds the trees of the documents of one file."""

    def __init__(self, span_of: Callable[[yaml.Node], Span], findings: list[Finding]) -> None:
        """Make a builder.

        Args:
            span_of: gives the position of a node.
            findings: receives ``tag``, ``key-not-text``, ``key-too-long``, ``duplicate-key`` and ``merge-key``.
        """
        self._span_of = span_of
        self._findings = findings
        self._nodes_left = MOST_NODES
        self._nodes_of_the_file_left = MOST_NODES_OF_A_FILE
        self._text_left = MOST_TEXT
        self._open: set[int] = set()

    def document(self, root: yaml.Node) -> Node:
        """Return the tree of the next document.

        Raises:
            UnreadableError: as for ``build``.
        """
        allowed = self._nodes_left = min(MOST_NODES, self._nodes_of_the_file_left)
        tree = self.build(root)
        self._nodes_of_the_file_left -= allowed - self._nodes_left
        return tree

    def build(self, node: yaml.Node) -> Node:
        """Return the tree below ``node``.

        Raises:
            UnreadableError: too deep, too many nodes, too much text, or an alias inside the value that it refers to.
        """
        span = self._span_of(node)
        self._nodes_left -= 1
        if self._nodes_left < 0:
            in_file = self._nodes_of_the_file_left < MOST_NODES
            limit = f"the file has more than {MOST_NODES_OF_A_FILE}" if in_file else f"more than {MOST_NODES}"
            raise _too_much(f"{limit} values", span)
        if node.tag:
            reason = "every value is text"
            self._report(error("tag", "tags (!) are not supported", span, reason=reason, hint="remove the tag"))
        if isinstance(node, ScalarNode):
            self._text_left -= len(node.value)
            if self._text_left < 0:
                raise _too_much(f"the file has more than {MOST_TEXT // 2**20} MiB of text", span)
            return _new(Scalar, (node.value, span, not node.style))
        return self._collection(node, span)

    def _collection(self, node: yaml.Node, span: Span) -> Node:
        identity = id(node)
        if identity in self._open:
            message = "an alias is inside the value that it refers to"
            raise UnreadableError(error("recursive-alias", message, span))
        if len(self._open) >= DEEPEST:
            raise too_deep(span)
        self._open.add(identity)
        try:
            if isinstance(node, SequenceNode):
                return _new(List, (tuple([self.build(item) for item in node.value]), span))
            return _new(Map, (self._entries(node.value), span))
        finally:
            self._open.remove(identity)

    def _entries(self, pairs: Iterable[tuple[yaml.Node, yaml.Node]]) -> tuple[Entry, ...]:
        build = self.build
        entries: dict[str, Entry] = {}
        merge: Entry | None = None
        for key_node, value_node in pairs:
            key = build(key_node)
            entry = _new(Entry, (key, build(value_node)))
            if not isinstance(key, Scalar):
                hint = "write a text that begins with a brace in quotes; a reference is ${{ vars.x }}"
                self._report(error("key-not-text", "a map or a list is used as a key", key.span, hint=hint))
            elif len(key.text) > LONGEST_KEY:
                self._report(error("key-too-long", f"a key is longer than {LONGEST_KEY} characters", key.span))
            elif key.plain and key.text == _MERGE:
                if merge is not None:
                    self._refuse_duplicate(merge, entry)
                merge = merge or entry
            elif entries.setdefault(key.text, entry) is not entry:
                self._refuse_duplicate(entries[key.text], entry)
        if merge is not None:
            for inherited in self._merged(merge.value):
                entries.setdefault(inherited.key.text, inherited)
        return tuple(entries.values())

    def _report(self, finding: Finding) -> None:
        if len(self._findings) == _MOST_ERRORS:
            message = f"more than {_MOST_ERRORS} errors; the rest of the file is not read"
            raise UnreadableError(error("too-many-errors", message, finding.span, hint="fix the first ones"))
        self._findings.append(finding)

    def _refuse_duplicate(self, first: Entry, second: Entry) -> None:
        message = f"key {second.key.text} is defined twice; first at {first.key.span}"
        self._report(error("duplicate-key", message, second.key.span, hint="keep one of them"))

    def _merged(self, value: Node) -> Iterator[Entry]:
        """Yield the entries that a merge key adds: from a map, or from a list of maps, where the earlier map wins."""
        for source in value.items if isinstance(value, List) else (value,):
            if isinstance(source, Map):
                yield from source.entries
            else:
                hint = "refer to a map with an alias, as in <<: *base"
                self._report(error("merge-key", "<< takes a map, or a list of maps", source.span, hint=hint))
