"""The catalogue of properties: documented spelling, kind, range and default, read from the published schema.

``identify`` decides which property a key is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from sys import intern
from typing import TYPE_CHECKING, Any

from persync.model import Definition, FieldType, Kind, PropertyKey, Section, Shape
from persync.properties.keys import exact_below, relaxed_form
from persync.published import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from persync.model import Fields


@dataclass(frozen=True, slots=True)
class _SectionCatalogue:
    by_form: Mapping[str, Definition]
    """Relaxed form → entry."""
    by_prefix: tuple[tuple[str, Definition, bool], ...]
    """Relaxed form of the prefix, entry, whether the rest of the key is exact."""


@lru_cache(maxsize=65_536)
def identify(section: Section, key: str) -> PropertyKey:
    """Return the property that ``key`` is in that section, in whatever spelling; the same object for the same key."""
    key = intern(key)
    entries = _entries(section)
    form = relaxed_form(key)
    if definition := entries.by_form.get(form):
        return PropertyKey(section, key, form, definition, definition.key)
    for prefix, definition, exact in entries.by_prefix:
        if exact:
            if tail_form := exact_below(key, prefix):
                return PropertyKey(section, key, tail_form, definition, definition.key + tail_form[len(prefix) :])
        elif form.startswith(prefix):
            return PropertyKey(section, key, form, definition)
    return PropertyKey(section, key, form)


def definitions(section: Section) -> tuple[Definition, ...]:
    """Return the catalogue's entries of a section that have a key of their own, in the catalogue's order."""
    return tuple(_entries(section).by_form.values())


def prefixes(section: Section) -> tuple[Definition, ...]:
    """Return the catalogue's entries of a section that cover every key with a prefix, which is their ``key``."""
    return tuple(definition for _, definition, _ in _entries(section).by_prefix)


def examples(section: Section, definition: Definition) -> tuple[str, ...]:
    """Return the catalogue's examples of values of a property, as texts; a structure in JSON, which YAML reads too."""
    found = catalogue()["$defs"][section_name(section)]["properties"].get(definition.key, {}).get("examples", ())
    return tuple(example if isinstance(example, str) else json.dumps(example) for example in found)


def section_name(section: Section) -> str:
    """Return the name that the catalogue has for a section."""
    return "liveSegmentConfig" if section is Section.LIVE_SEGMENT else section.value


@cache
def _entries(section: Section) -> _SectionCatalogue:
    schema = catalogue()["$defs"][section_name(section)]
    named = [_definition(key, entry) for key, entry in schema["properties"].items()]
    prefixed = schema.get("patternProperties", {}).values()
    return _SectionCatalogue(
        by_form={relaxed_form(entry.key): entry for entry in named},
        by_prefix=tuple(
            (relaxed_form(entry["x-prefix"]), _definition(entry["x-prefix"], entry), entry.get("x-exact-below", False))
            for entry in prefixed
        ),
    )


def _definition(key: str, entry: Mapping[str, Any]) -> Definition:
    return Definition(
        key=key,
        kind=Kind(entry["x-kind"]),
        description=entry["description"],
        minimum=entry.get("minimum"),
        maximum=entry.get("maximum"),
        not_empty=entry.get("minLength", 0) > 0,
        choices=tuple(choice for form in entry.get("anyOf", ()) for choice in form.get("enum", ())),
        ignores_case=entry.get("x-ignores-case", False),
        relaxed=entry.get("x-relaxed", False),
        otherwise=entry.get("x-otherwise"),
        shape=Shape(entry["x-shape"]) if "x-shape" in entry else None,
        fields=_fields(entry["x-fields"]) if "x-fields" in entry else None,
        default=_as_text(entry.get("default")),
        identity=tuple(entry.get("x-identity", ())),
        unit=entry.get("x-unit"),
        since=entry.get("x-since"),
        no_effect=entry.get("x-no-effect"),
        reference=entry.get("x-reference", False),
        takes_list="array" in entry["type"],
    )


def _fields(entry: Any) -> Fields:
    if isinstance(entry, str):
        return FieldType(entry)
    if isinstance(entry, list):
        return [_fields(item) for item in entry]
    return {name: _fields(below) for name, below in entry.items()}


def _as_text(default: object) -> str | None:
    if default is None or isinstance(default, str):
        return default
    return str(default).lower() if isinstance(default, bool) else str(default)
