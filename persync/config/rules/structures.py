"""Rules about structures: YAML in a text, as the deployer reads it. No message repeats a value: it may be a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import yaml

from persync.config.findings import Advice
from persync.config.rules.skipper import arrives
from persync.errors import Severity
from persync.model import Shape
from persync.properties.structures import parse_structure
from persync.properties.values import ignored_fields, problem
from persync.properties.yaml11 import plain_scalars
from persync.properties.yaml_limits import events
from persync.similar import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.model import Definition, PropertyKey
    from persync.properties.structures import Structure

_MISSING_SPACE = re.compile(r"""[\w.-]+:(?=['"\w/$])""")
# No match begins inside of a word: saying so keeps the search linear.
_MISSING_BEFORE_BRACKET = re.compile(r"""(?<![\w.-])[\w.-]+:(?=[\[{'"])""")
# A date of YAML 1.1, which the deployer reads as a point in time and writes in words.
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?(?:[Tt \t].*)?", re.ASCII)
_OCTAL = re.compile(r"\b0[oO][0-7]")
_ROOTS = (yaml.CollectionStartEvent, yaml.ScalarEvent)
_MOST_FIELDS = 10
"""Of a structure, the most unknown fields to report."""
_IN_BRACES = "the deployer reads the text inside of braces, as { volumes: … }"


def structure_advice(key: PropertyKey, definition: Definition, text: str, *, hidden: bool) -> Iterator[Advice]:
    """Yield what is wrong with a structure.

    Args:
        key: the property's key.
        definition: its entry in the catalogue.
        text: the structure as it is sent.
        hidden: whether parts of the text may be secrets.

    Rules: ``structure-syntax``, ``structure-style``, ``structure-shape``, ``structure-value``, ``missing-space``,
    ``unknown-field``.
    """
    if "${" in text or arrives(text) is None:
        return
    try:
        structure = parse_structure(text)
    except ValueError as failure:
        yield _unreadable(key, text, failure, hidden=hidden)
        return
    unspaced = [match for part in (*_texts(structure), *_keys(structure)) if (match := _MISSING_SPACE.match(part))]
    for match in unspaced:
        reason = "without the space, YAML reads the colon and what follows as a part of the key"
        named = _named(match, hidden=hidden)
        hint = f"write {named} and a space"
        yield _error("missing-space", f"{key.source}: a space is missing after {named}", reason, hint)
    if unspaced:
        return
    if not _has_shape(definition.shape, text, structure):
        message = f"{key.source} must be a {'list of maps' if definition.shape is Shape.LIST else 'map'}"
        hint = "write - before each map, or [{…}]" if definition.shape is Shape.LIST else "write key: value"
        yield _error("structure-shape", message, "the deployer cannot read anything else here", hint)
    elif found := _altered(key, text, structure, hidden=hidden):
        yield found
    else:
        yield from _content(key, definition, text, hidden=hidden)


def _content(key: PropertyKey, definition: Definition, text: str, *, hidden: bool) -> Iterator[Advice]:
    if found := problem(definition, text):
        hint = "an octal number begins with 0, as 0400" if _OCTAL.search(text) else ""
        yield _error("structure-value", f"{key.source} {found.why}", hint=hint)
    elif any(map(_DATE.fullmatch, plain_scalars(text))):
        reason = "YAML reads a date without quotes as a point in time, and the deployer writes that in words"
        yield _error("structure-value", f"{key.source} contains a date without quotes", reason, "put it in quotes")
    for path, known in ignored_fields(definition, text)[:_MOST_FIELDS]:
        field = str(path[-1])
        message = f"the deployer ignores {'a field' if hidden else f'the field {field}'} of {key.source}"
        hint = "" if hidden else did_you_mean(field, known)
        yield Advice(Severity.WARNING, "unknown-field", message, hint=hint, field=path)


def _altered(key: PropertyKey, text: str, structure: Structure, *, hidden: bool) -> Advice | None:
    """Return what is wrong with a structure if Skipper changes it on its way."""
    try:
        if parse_structure(arrives(text) or "") == structure:
            return None
    except ValueError as failure:
        return _unreadable(key, text, failure, hidden=hidden)
    message = f"{key.source} does not reach the deployer as it is written"
    return _error("structure-style", message, "Skipper reads the escapes and line breaks in it", "write one line")


def _unreadable(key: PropertyKey, text: str, failure: ValueError, *, hidden: bool) -> Advice:
    first = _root(text)
    if isinstance(first, yaml.CollectionStartEvent) and not first.flow_style:
        hint = "write it on one line with [ ] and { }, or as YAML directly under the key, without | or >"
        return _error("structure-style", f"{key.source} is YAML in block style", _IN_BRACES, hint)
    if first is not None and "#" in text:
        reason = f"{_IN_BRACES}, and the comment hides the last brace"
        return _error("structure-style", f"{key.source} contains a comment", reason, "remove the comment")
    if first is not None and "\t" in text:
        return _error("structure-style", f"{key.source} contains a tab", "YAML allows none here", "write a blank")
    match = _MISSING_BEFORE_BRACKET.search(text)
    otherwise = "write it as YAML under the key, not in a text: persync makes the text"
    hint = f"is a space missing after {_named(match, hidden=hidden)}?" if match else otherwise
    return _error("structure-syntax", f"{key.source} is not YAML that the deployer can read: {failure}", hint=hint)


def _root(text: str) -> yaml.Event | None:
    """Return the first event with content of a text that is YAML on its own; ``None`` if it is none."""
    try:
        found = [event for event in events(text) if isinstance(event, _ROOTS)]
    except (yaml.YAMLError, ValueError):
        return None
    return found[0] if found else None


def _named(match: re.Match[str], *, hidden: bool) -> str:
    """Return the name before a colon, unless it may be a secret."""
    return "a colon" if hidden else match[0]


def _has_shape(shape: Shape | None, text: str, structure: Structure) -> bool:
    """Return whether a structure has the shape that its property takes.

    An empty text always has, and the deployer reads null as an empty list, but not as an empty map.
    """
    if shape is None or not text or (shape is Shape.LIST and structure == ""):
        return True
    if shape is Shape.MAP:
        return isinstance(structure, Mapping)
    return isinstance(structure, list) and all(isinstance(item, Mapping) for item in structure)


def _texts(structure: Structure) -> Sequence[str]:
    """Return the texts where a map is expected: the structure itself, or its items.

    Deeper lists may hold texts such as ``host:port``.
    """
    if isinstance(structure, str):
        return [structure]
    return [] if isinstance(structure, Mapping) else [item for item in structure if isinstance(item, str)]


def _keys(structure: Structure) -> Iterator[str]:
    """Yield the keys with an empty value, at any depth: without a space, the value is a part of the key."""
    if isinstance(structure, Mapping):
        for key, value in structure.items():
            if value == "":
                yield key
            yield from _keys(value)
    elif not isinstance(structure, str):
        for item in structure:
            yield from _keys(item)


def _error(rule: str, message: str, reason: str = "", hint: str = "") -> Advice:
    return Advice(Severity.ERROR, rule, message, reason, hint)
