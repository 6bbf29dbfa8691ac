"""The schemas of properties, made from the catalogue.

The catalogue has each property under its dotted key. In a file, keys may be nested, dotted or both, and elements may be
written in kebab case. Editors complete and check only names that a schema lists, so every group of properties gets a
schema of its own, with the names of all that is below it.
"""

from __future__ import annotations

import re
from itertools import chain, count
from typing import TYPE_CHECKING, NamedTuple

from persync.model import Section
from persync.properties.catalogue import definitions, section_name
from persync.properties.kinds.table import KINDS, taken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from persync.editor.walk import Schema
    from persync.model import Definition

ROOT = "#/$defs/"
"""The beginning of a reference."""


class Names:
    """Short names for the schemas under ``$defs``: there are many references to them."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {*taken, *map(section_name, Section)}
        self._names: dict[tuple[str, ...], str] = {}

    def of(self, root: str, elements: tuple[str, ...] = ()) -> str:
        """Return the name of what the documented key with these elements leads to; without any, of the section."""
        if not elements:
            return root
        if (root, *elements) not in self._names:
            candidates = chain((elements[-1],), (f"{elements[-1]}{number}" for number in count(2)))
            name = next(name for name in candidates if name not in self._taken)
            self._taken.add(name)
            self._names[root, *elements] = name
        return self._names[root, *elements]


class _Target(NamedTuple):
    """What a key in a file may lead to: a property, or a group of properties.

    Attributes:
        elements: the elements of its documented key.
        reference: a reference to its schema.
        is_group: it is a group.
    """

    elements: tuple[str, ...]
    reference: Schema
    is_group: bool


def section_schemas(section: Section, entries: Schema, names: Names) -> Iterator[tuple[str, Schema]]:
    """Yield the schemas of a section by name: its own, that of each group, and that of each property."""
    root = section_name(section)
    properties = {_elements(known.key): known for known in definitions(section)}
    prefixed = {entry["x-prefix"]: entry for entry in entries.get("patternProperties", {}).values()}
    groups = sorted({key[:depth] for key in (*properties, *map(_elements, prefixed)) for depth in range(len(key))})
    maps = [_elements(prefix) for prefix in prefixed if prefix.endswith(".")]
    targets = [
        _Target(key, _reference(names.of(root, key)), is_group)
        for keys, is_group in ((properties, False), (groups, True), (maps, True))
        for key in keys
        if key
    ]
    patterns = {prefix: _reference(names.of(root, _elements(prefix))) for prefix in prefixed}
    for group in groups:
        below = [target for target in targets if _is_below(target.elements, group)]
        described = _described(group, below) if group else {key: entries[key] for key in ("title", "description")}
        yield names.of(root, group), {**described, "type": "object", **_members(group, below, patterns)}
    for key, known in properties.items():
        yield names.of(root, key), _property(known, entries["properties"][known.key])
    for prefix, entry in prefixed.items():
        yield names.of(root, _elements(prefix)), _below_prefix(entry, patterns[prefix])


def _elements(key: str) -> tuple[str, ...]:
    """Return the elements of a key, or of a prefix; the last one of a prefix may be the beginning of an element."""
    return tuple(key.removesuffix(".").split("."))


def _reference(name: str) -> Schema:
    return {"$ref": ROOT + name}


def _is_below(elements: tuple[str, ...], group: tuple[str, ...]) -> bool:
    return len(elements) > len(group) and elements[: len(group)] == group


def _members(group: tuple[str, ...], below: Iterable[_Target], prefixes: Mapping[str, Schema]) -> Schema:
    """Return the part of a group's schema that names what is in it, nested and dotted."""
    proposed: dict[str, Schema] = {}
    silent: dict[str, Schema] = {}
    for target in below:
        name = ".".join(target.elements[len(group) :])
        # a group with dots in its name is rare: proposing it would hide the properties in the list
        (silent if target.is_group and "." in name else proposed)[name] = target.reference
        if not group or "." not in name:
            silent.setdefault(_kebab(name), target.reference)
    # editors do not propose what only a pattern describes
    patterns = {f"^{_escaped(name)}$": reference for name, reference in silent.items() if name not in proposed}
    start = len(".".join((*group, "")))
    for prefix, reference in prefixes.items():
        if _is_below(_elements(prefix), group):
            patterns["^" + _escaped(prefix[start:])] = reference
    return {"properties": proposed, **({"patternProperties": patterns} if patterns else {})}


def _escaped(name: str) -> str:
    return name.replace(".", r"\.")


def _kebab(key: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"-\1", key).lower()


def _below_prefix(entry: Schema, reference: Schema) -> Schema:
    """Return the schema of what is below a prefix: texts, and in whatever way nested maps of these."""
    return {
        "title": entry["x-prefix"].rstrip("."),
        "description": _effect(entry["description"], entry.get("x-since")),
        "type": ["object", "string", "number", "boolean", "array"],
        "additionalProperties": reference,
    }


def _described(group: tuple[str, ...], below: Iterable[_Target]) -> Schema:
    path = ".".join(group)
    names = dict.fromkeys(target.elements[len(group)] for target in below)
    return {
        "title": path,
        "description": f"The properties below `{path}`: {', '.join(names)}.",
        "errorMessage": f"{path} is a group of properties: name one of them",
    }


def _property(known: Definition, entry: Schema) -> Schema:
    """Return the schema of a property, with a description for its hover."""
    result = {"title": known.key, **{key: value for key, value in entry.items() if not key.startswith("x-")}}
    takes = taken(known)
    default = "" if known.default is None else f"; default {known.default}"
    result["description"] = _effect(f"{known.description}\n\nTakes {takes}{default}.", known.since)
    if known.no_effect:
        result["deprecationMessage"] = f"{known.key} has no effect: {known.no_effect}"
    elif pattern := KINDS[known.kind].pattern:
        result["pattern"] = rf"^(?:{pattern})$|\$\{{"
    if known.relaxed:
        result["anyOf"] = [
            *entry["anyOf"],
            {"type": "string", "pattern": "^(?:" + "|".join(map(_relaxed, known.choices)) + ")$"},
        ]
    result["errorMessage"] = f"{known.key} must be {takes}"
    return result


def _relaxed(choice: str) -> str:
    """Return a regular expression for all spellings of a choice in which only letters and digits count."""
    characters = (f"[{each.lower()}{each.upper()}]" for each in choice if each.isalnum())
    return "[^a-zA-Z0-9]*".join(characters)


def _effect(description: str, since: str | None) -> str:
    return f"{description} No effect before {since}." if since else description
