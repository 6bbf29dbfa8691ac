"""Dotted keys to nested ones, where that reads well: by the key alone, not by what else is in the file.

A group that has several properties in the catalogue is a map, such as ``kubernetes.limits``; so is one whose keys the
user chooses. A key that leads to such a group, or that is not in the catalogue, is dotted.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from persync.config.flow import takes
from persync.config.yaml.nodes import Map
from persync.model import Span
from persync.properties.catalogue import definitions, identify, prefixes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from persync.config.fmt.write import Tree
    from persync.model import PropertyKey, Section

_DOT = re.compile(r"\.(?![^\[]*\])")
_ANY_MAP = Map((), Span("", 1, 1))


def nested(section: Section, properties: Iterable[tuple[PropertyKey, Tree]]) -> dict[str, Tree]:
    """Return the properties of a section as nested maps, sorted by key.

    Args:
        section: the section.
        properties: keys and values; no two of the keys are equal.
    """
    root = _Group(section)
    for key, value in sorted(properties, key=lambda item: _order(item[0])):
        root.add(elements_of(key), value)
    return dict(root.entries())


def elements_of(key: PropertyKey) -> tuple[str, ...]:
    """Return the elements of a key that may be nested below each other.

    Keys below a map with keys that the user chooses, such as ``max.poll.records`` of Kafka, are not taken apart.
    """
    spelling = key.spelling
    if key.canonical and key.definition and key.definition.key.endswith("."):
        prefix = key.definition.key
        return (*prefix.removesuffix(".").split("."), spelling[len(prefix) :])
    if ".[" in spelling or spelling.startswith("["):
        return (spelling,)
    return tuple(_DOT.split(spelling))


def _order(key: PropertyKey) -> tuple[str, str]:
    return key.spelling.casefold(), key.spelling


@dataclass(slots=True)
class _Group:
    """A map to be: what its own key has as a value, and what is below it."""

    section: Section
    path: str = ""
    value: Tree | None = None
    below: dict[str, _Group] = field(default_factory=dict)

    def add(self, elements: tuple[str, ...], value: Tree) -> None:
        group = self
        for element in elements:
            path = f"{group.path}.{element}" if group.path else element
            group = group.below.setdefault(element, _Group(self.section, path))
        group.value = value

    def entries(self) -> Iterator[tuple[str, Tree]]:
        """Yield the entries of the map, each with its key below this one."""
        for name, group in self.below.items():
            if group.value is not None:
                yield name, group.value
            below = list(group.entries())
            if below and group.value is None and _is_written_as_map(self.section, group.path):
                yield name, dict(below)
            else:
                yield from ((f"{name}.{key}", value) for key, value in below)


def _is_written_as_map(section: Section, path: str) -> bool:
    return path in _maps(section) and may_be_a_map(section, path)


@cache
def _maps(section: Section) -> frozenset[str]:
    members = Counter(known.key.rpartition(".")[0] for known in definitions(section))
    with_chosen_keys = {prefix.key.removesuffix(".") for prefix in prefixes(section) if prefix.key.endswith(".")}
    return frozenset(with_chosen_keys.union(group for group, number in members.items() if group and number > 1))


def may_be_a_map(section: Section, path: str) -> bool:
    """Return whether a map at a key has properties in it, and is not the value of a property."""
    return not takes(identify(section, path).kind, _ANY_MAP)
