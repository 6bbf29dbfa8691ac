"""Which keys of a document have a canonical spelling that they lack."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from persync.config.flow import takes
from persync.config.variables import OPENING
from persync.config.yaml.nodes import List, Map, Scalar
from persync.model import Section
from persync.properties.catalogue import identify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from persync.config.yaml.nodes import Node
    from persync.model import Span

_SECTIONS = {str(section): section for section in Section}


def respelled(documents: Iterable[Node], *, with_merges: bool) -> dict[tuple[int, int], str]:
    """Return the canonical spelling of the keys that are written otherwise, by line and column.

    Every property that stands below a key votes on its spelling: one that the catalogue does not know for that which
    is written, and so does everything outside of the config maps, in structures and in lists. A key is respelled if
    all votes are the same, and if the map in which it stands does not have that key already.

    Args:
        documents: the trees of a file.
        with_merges: there are merge keys. As ``a-b`` overrides an inherited ``a-b`` but not ``aB``, all keys that
            are written the same then get the same spelling, or none does.
    """
    votes = _Votes(with_merges=with_merges)
    documents = tuple(documents)
    for document in documents:
        votes.of_document(document)
    proposals = votes.proposals()
    for document in documents:
        _drop_collisions(document, proposals)
    return {(span.line, span.column): text for span, text in proposals.items()}


class _Votes:
    def __init__(self, *, with_merges: bool) -> None:
        self._with_merges = with_merges
        self._keys: dict[Span, Scalar] = {}
        # an anchored map is met at each of its aliases; the place of a key tells that it is the same
        self._votes: defaultdict[Span | str, set[str]] = defaultdict(set)

    def of_document(self, document: Node) -> None:
        for name, value in document.entries if isinstance(document, Map) else ():
            self._vote(name, name.text)
            if name.text in _SECTIONS and isinstance(value, Map):
                self._of_map(_SECTIONS[name.text], (), value)
            else:
                self._as_written(value)

    def proposals(self) -> dict[Span, str]:
        found = {}
        for span, key in self._keys.items():
            spellings = self._votes[self._ballot(key)]
            if spellings != {key.text} and len(spellings) == 1:
                (found[span],) = spellings
        return found

    def _ballot(self, key: Scalar) -> Span | str:
        return key.text if self._with_merges else key.span

    def _vote(self, key: Scalar, spelling: str) -> None:
        self._keys[key.span] = key
        self._votes[self._ballot(key)].add(spelling)

    def _of_map(self, section: Section, above: tuple[Scalar, ...], written: Map) -> None:
        for key, value in written.entries:
            path = (*above, key)
            identity = identify(section, ".".join(part.text for part in path))
            if isinstance(value, Map) and value.entries and not takes(identity.kind, value):
                self._of_map(section, path, value)
                continue
            canonical = identity.canonical if all(map(_is_ordinary, path)) else None
            elements = iter(canonical.split(".")) if canonical else None
            for part in path:
                self._vote(part, _next_elements(elements, part) if elements else part.text)
            self._as_written(value)

    def _as_written(self, node: Node) -> None:
        if isinstance(node, List):
            for item in node.items:
                self._as_written(item)
        elif isinstance(node, Map):
            for key, value in node.entries:
                self._vote(key, key.text)
                self._as_written(value)


def _is_ordinary(key: Scalar) -> bool:
    """Return whether a key stands for so many dotted elements as it seems to."""
    return not key.text.startswith("[") and OPENING not in key.text


def _next_elements(elements: Iterator[str], key: Scalar) -> str:
    """Take as many elements as the key has."""
    return ".".join(element for _, element in zip(key.text.split("."), elements, strict=False))


def _drop_collisions(node: Node, proposals: dict[Span, str]) -> None:
    """Drop the proposals by which two keys of a map would become one."""
    if isinstance(node, Map):
        spellings = Counter(_spelling(key, proposals) for key, _ in node.entries)
        for key, _ in node.entries:
            if spellings[_spelling(key, proposals)] > 1:
                proposals.pop(key.span, None)
        for _, value in node.entries:
            _drop_collisions(value, proposals)
    elif isinstance(node, List):
        for item in node.items:
            _drop_collisions(item, proposals)


def _spelling(key: Scalar, proposals: Mapping[Span, str]) -> str:
    return proposals.get(key.span, key.text)
