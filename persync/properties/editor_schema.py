"""The JSON Schemas of the files that people write, as an editor needs them.

The catalogue has each property under its dotted key. In a file, keys may be nested, dotted or both, and elements may be
written in kebab case. Editors complete and check only names that a schema lists, so every group of properties gets a
schema of its own, with the names of all that is below it.
"""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import chain, count
from typing import TYPE_CHECKING, Any, NamedTuple

from persync.model import Kind, Section
from persync.properties.catalogue import definitions, section_name
from persync.properties.schemas.draft07 import draft_07
from persync.properties.schemas.fields import with_words
from persync.published import NAMES as NAMES_OF_FILES
from persync.published import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from persync.model import Definition

_Schema = dict[str, Any]
_BUNDLED = "#/$defs/catalogue/$defs/"
_HOME = "#/$defs/"

# What texts of a kind have in common. They are wider than the rules of ``persync validate``, which has the last word.
_PATTERNS: Mapping[Kind, str] = {
    Kind.BOOL: r"\s*([a-zA-Z]{1,5}|[01])\s*",
    Kind.FLAG: r"[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]",
    Kind.INT: r"[+-]?[0-9]+",
    Kind.NUMBER: r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?",
    Kind.QUANTITY: r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([a-zA-Z]{0,2}|[eE][+-]?[0-9]+)",
    Kind.BYTES: r"[+-]?[0-9]+[mMgG]?",
    Kind.DURATION: r"[+-]?([pP][0-9a-zA-Z.,+-]+|[0-9]+[a-zA-Z]{0,2})",
    Kind.INTS: r"[0-9+,\s-]*",
    Kind.ASSIGNMENTS: r"[\s,]*|[\s\S]*=[\s\S]*",
    Kind.PAIRS: r"[\s,]*|[\s\S]*:[\s\S]*",
    Kind.LABELS: r"[\s,]*|[\s\S]*:[\s\S]*",
    Kind.NODE_PORT: r"[Tt][Rr][Uu][Ee]|[+-]?[0-9]+",
}
WORDS: Mapping[Kind, str] = {
    Kind.TEXT: "a text",
    Kind.BOOL: "true or false",
    Kind.FLAG: "true or false",
    Kind.INT: "a whole number",
    Kind.NUMBER: "a number",
    Kind.QUANTITY: "a quantity such as 500m, 0.5 or 512Mi",
    Kind.BYTES: "a size in mebibytes such as 10m or 1g",
    Kind.DURATION: "a duration such as P5D, PT30S or 30s",
    Kind.ENUM: "one of",
    Kind.STRUCTURE: "a structure",
    Kind.ASSIGNMENTS: "a map, or a text such as A=b,C='x,y'",
    Kind.PAIRS: "a map, or a text such as key:value,key2:value2",
    Kind.LABELS: "a map, or a text such as key:value,key2:value2",
    Kind.NODE_PORT: "true, or the number of a port",
    Kind.COMMAND: "arguments with spaces between them",
    Kind.INTS: "a list of whole numbers, or a text such as 8080,9090",
}


OVERLAY = "overlay"
NAMES = (NAMES_OF_FILES[0], OVERLAY, *NAMES_OF_FILES[1:])


@cache
def editor_schema(name: str) -> _Schema:
    """Return a published schema as one document for an editor.

    Args:
        name: one of ``NAMES``. Schemas without properties of the catalogue are returned as they are.

    Raises:
        FileNotFoundError: there is no schema of that name.
    """
    if name == OVERLAY:
        return draft_07(_overlay(_whole("persister")))
    published = schema(name)
    return draft_07(_whole(name)) if "catalogue" in published.get("$defs", {}) else published


def _whole(name: str) -> _Schema:
    published = schema(name)
    whole: _Schema = json.loads(json.dumps(published).replace(f'"{_BUNDLED}', f'"{_HOME}'))
    sections = whole["$defs"].pop("catalogue")["$defs"]
    whole = with_words(whole, whole["$defs"])
    whole["$defs"]["placeholder"] = sections.pop("placeholder")
    names = _Names(whole["$defs"])
    for section in Section:
        whole["$defs"].update(_section(section, sections[section_name(section)], names))
    return whole


def schema_text(name: str) -> str:
    """Return ``editor_schema`` as the text of a file."""
    return json.dumps(editor_schema(name), indent=2, ensure_ascii=False) + "\n"


def _overlay(persister: _Schema) -> _Schema:
    """Return the schema of overlays: ``null`` removes a field or a property, except the names of the persister."""
    kept = {"project", "eventType", "eventstore"}
    fields = {name: entry if name in kept else _or_null(entry) for name, entry in persister["properties"].items()}
    definitions = {
        name: entry if name == "placeholder" else _or_null(entry) for name, entry in persister["$defs"].items()
    }
    description = (
        "A partial document that changes a persister in an environment. null removes what has it as its value."
    )
    return {**persister, "title": "Overlay", "description": description, "properties": fields, "$defs": definitions}


def _or_null(entry: _Schema) -> _Schema:
    result = dict(entry)
    if types := entry.get("type"):
        result["type"] = [*([types] if isinstance(types, str) else types), "null"]
    if forms := entry.get("anyOf"):
        result["anyOf"] = [*forms, {"type": "null"}]
    return result


class _Names:
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
    reference: _Schema
    is_group: bool


def _section(section: Section, entries: _Schema, names: _Names) -> Iterator[tuple[str, _Schema]]:
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


def _reference(name: str) -> _Schema:
    return {"$ref": _HOME + name}


def _is_below(elements: tuple[str, ...], group: tuple[str, ...]) -> bool:
    return len(elements) > len(group) and elements[: len(group)] == group


def _members(group: tuple[str, ...], below: Iterable[_Target], prefixes: Mapping[str, _Schema]) -> _Schema:
    """Return the part of a group's schema that names what is in it, nested and dotted."""
    proposed: dict[str, _Schema] = {}
    silent: dict[str, _Schema] = {}
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


def _below_prefix(entry: _Schema, reference: _Schema) -> _Schema:
    """Return the schema of what is below a prefix: texts, and in whatever way nested maps of these."""
    return {
        "title": entry["x-prefix"].rstrip("."),
        "description": _effect(entry["description"], entry.get("x-since")),
        "type": ["object", "string", "number", "boolean", "array"],
        "additionalProperties": reference,
    }


def _described(group: tuple[str, ...], below: Iterable[_Target]) -> _Schema:
    path = ".".join(group)
    names = dict.fromkeys(target.elements[len(group)] for target in below)
    return {
        "title": path,
        "description": f"The properties below `{path}`: {', '.join(names)}.",
        "errorMessage": f"{path} is a group of properties: name one of them",
    }


def _property(known: Definition, entry: _Schema) -> _Schema:
    """Return the schema of a property, with a description for its hover."""
    result = {"title": known.key, **{key: value for key, value in entry.items() if not key.startswith("x-")}}
    takes = taken(known)
    default = "" if known.default is None else f"; default {known.default}"
    result["description"] = _effect(f"{known.description}\n\nTakes {takes}{default}.", known.since)
    if known.no_effect:
        result["deprecationMessage"] = f"{known.key} has no effect: {known.no_effect}"
    elif pattern := _PATTERNS.get(known.kind):
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


def taken(known: Definition) -> str:
    """Return in words which values a property takes."""
    words = WORDS[known.kind]
    if known.kind is Kind.ENUM:
        return f"{words} {', '.join(known.choices)}"
    if known.kind is Kind.STRUCTURE:
        return "a list of maps" if known.shape == "list" else "a map"
    if known.minimum is not None and known.maximum is not None:
        return f"{words} from {known.minimum} to {known.maximum}"
    return words if known.minimum is None else f"{words}, at least {known.minimum}"


def _effect(description: str, since: str | None) -> str:
    return f"{description} No effect before {since}." if since else description
