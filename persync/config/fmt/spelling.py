"""The keys of a document that should have their canonical spelling."""

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


def canonical_spellings(documents: Iterable[Node], *, with_merges: bool) -> dict[tuple[int, int], str]:
    """Return the canonical spelling of the keys that have another spelling, by line and column, counted from 1.

    Each use of a key proposes a spelling. A property in the catalogue proposes its canonical spelling for all keys
    above its value. All other uses propose the present spelling: unknown properties, and keys outside of the config
    maps, in structures and in lists. A key is respelled if all its uses propose the same spelling, and if its map does
    not have that key already.

    Args:
        documents: the trees of a file.
        with_merges: there are merge keys. As ``a-b`` overrides an inherited ``a-b`` but not ``aB``, all keys with the
            same present spelling then get the same new spelling, or none does.
    """
    uses = _Uses(with_merges=with_merges)
    documents = tuple(documents)
    for document in documents:
        uses.add_document(document)
    proposals = uses.agreed_spellings()
    for document in documents:
        _drop_collisions(document, proposals)
    return {(span.line, span.column): text for span, text in proposals.items()}


class _Uses:
    """Collects the spellings that the uses of each key propose."""

    def __init__(self, *, with_merges: bool) -> None:
        self._with_merges = with_merges
        # an anchored map is used at each of its aliases; its keys have the same positions there
        self._keys: dict[Span, Scalar] = {}
        self._spellings: defaultdict[Span | str, set[str]] = defaultdict(set)

    def add_document(self, document: Node) -> None:
        for name, value in document.entries if isinstance(document, Map) else ():
            self._propose(name, name.text)
            if name.text in _SECTIONS and isinstance(value, Map):
                self._add_map(_SECTIONS[name.text], (), value)
            else:
                self._keep(value)

    def agreed_spellings(self) -> dict[Span, str]:
        """Return the new spellings on which all uses of a key agree."""
        found = {}
        for span, key in self._keys.items():
            spellings = self._spellings[self._group(key)]
            if spellings != {key.text} and len(spellings) == 1:
                (found[span],) = spellings
        return found

    def _group(self, key: Scalar) -> Span | str:
        """Return what the keys that have to be spelled alike have in common."""
        return key.text if self._with_merges else key.span

    def _propose(self, key: Scalar, spelling: str) -> None:
        self._keys[key.span] = key
        self._spellings[self._group(key)].add(spelling)

    def _add_map(self, section: Section, above: tuple[Scalar, ...], node: Map) -> None:
        for key, value in node.entries:
            path = (*above, key)
            identity = identify(section, ".".join(part.text for part in path))
            if isinstance(value, Map) and value.entries and not takes(identity.kind, value):
                self._add_map(section, path, value)
                continue
            canonical = identity.canonical if all(map(_is_ordinary, path)) else None
            elements = iter(canonical.split(".")) if canonical else None
            for part in path:
                self._propose(part, _next_elements(elements, part) if elements else part.text)
            self._keep(value)

    def _keep(self, node: Node) -> None:
        """Propose the present spelling of all keys in ``node``."""
        if isinstance(node, List):
            for item in node.items:
                self._keep(item)
        elif isinstance(node, Map):
            for key, value in node.entries:
                self._propose(key, key.text)
                self._keep(value)


def _is_ordinary(key: Scalar) -> bool:
    """Return whether a key has as many elements as it has parts between dots: no ``[…]`` and no substitution."""
    return not key.text.startswith("[") and OPENING not in key.text


def _next_elements(elements: Iterator[str], key: Scalar) -> str:
    """Return the next elements of the canonical spelling, as many as the key has."""
    return ".".join(element for _, element in zip(key.text.split("."), elements, strict=False))


def _drop_collisions(node: Node, proposals: dict[Span, str]) -> None:
    """Drop the proposals that would make two keys of a map equal."""
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
