"""Rules about structures: YAML in a text, as the deployer reads it. No message repeats a value: it may be a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import yaml

from persync.config.findings import Advice, did_you_mean
from persync.config.rules.lists import VARIABLE, VARIABLE_RULE
from persync.config.rules.skipper import arrives
from persync.errors import Severity
from persync.properties.keys import relaxed_form
from persync.properties.structures import parse_structure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.model import Definition, PropertyKey
    from persync.properties.structures import Structure

_MISSING_SPACE = re.compile(r"""[\w.-]+:(?=['"\w/$])""")
_MISSING_BEFORE_BRACKET = re.compile(r"""[\w.-]+:(?=[\[{'"])""")
# YAML 1.1's timestamp, which the deployer reads as a point in time and writes in words.
_TIMESTAMP = re.compile(
    r"\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?"
    r"(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?",
    re.ASCII,
)
_MAY_BE_CUT = re.compile(r"[#\t\n\r\x85\\]")
_EVENTS: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# The fields that the deployer's classes do not have as text, of volumes, mounts, tolerations and the security context
# (kubernetes-model 4.1 and KubernetesDeployerProperties); their names are the same wherever they are.
_WHOLE_NUMBERS = {
    **dict.fromkeys(("defaultmode", "mode", "lun", "partition"), 2**31),
    **dict.fromkeys(("tolerationseconds", "runasuser", "fsgroup"), 2**63),
}
_BOOLEANS = frozenset({"readonly", "optional", "sslenabled", "chapauthdiscovery", "chapauthsession"})
_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,19}|(?:0x|#)(?P<hexadecimal>[0-9a-f]{1,15})", re.ASCII | re.IGNORECASE)
# 1 and 0 are read in quotes alone, so they are not allowed here
_BOOLEAN = re.compile(r"true|on|yes|false|off|no|", re.IGNORECASE)
_VARIABLE_NAME = "envvarname"


def structure_advice(key: PropertyKey, definition: Definition, text: str, *, hidden: bool) -> Iterator[Advice]:
    """Yield what is wrong with a structure.

    Args:
        key: the property's key.
        definition: its entry in the catalogue.
        text: the structure as it is sent.
        hidden: whether parts of the text may be secrets.

    Rules: ``structure-syntax``, ``structure-style``, ``structure-shape``, ``structure-value``, ``missing-space``.
    """
    if "${" in text or (arrived := arrives(text)) is None:
        return
    try:
        structure = parse_structure(text)
    except ValueError as failure:
        match = _MISSING_BEFORE_BRACKET.search(text)
        hint = f"is a space missing after {_named(match, hidden=hidden)}?" if match else ""
        yield _error("structure-syntax", f"{key.source} is not YAML that the deployer can read: {failure}", hint=hint)
        return
    unspaced = [match for part in (*_texts(structure), *_keys(structure)) if (match := _MISSING_SPACE.match(part))]
    for match in unspaced:
        reason = "without the space, YAML reads the colon and what follows as a part of the key"
        yield _error("missing-space", f"{key.source}: a space is missing after {_named(match, hidden=hidden)}", reason)
    if unspaced:
        return
    if advice := _style(key, text, arrived, structure):
        yield advice
        return
    if not _has_shape(definition.shape, text, structure):
        message = f"{key.source} must be a {'list of maps' if definition.shape == 'list' else 'map'}"
        yield _error("structure-shape", message, "the deployer cannot read anything else here")
        return
    if any(_TIMESTAMP.fullmatch(part) for part in _plain_scalars(text)):
        reason = "YAML reads a date without quotes as a point in time, and the deployer writes that in words"
        yield _error("structure-value", f"{key.source} contains a date without quotes", reason, "put it in quotes")
    if definition.fields:
        yield from _values(key, structure)
        yield from _unknown_fields(key, definition, structure, hidden=hidden)


def _style(key: PropertyKey, text: str, arrived: str, structure: Structure) -> Advice | None:
    """Return why the deployer, which puts the text in braces behind a name, cannot read it there."""
    reason = "the deployer reads the text inside of braces, as { volumes: … }"
    if not _is_flow(text):
        hint = "write it on one line with [ ] and { }, or as YAML directly under the key, without | or >"
        return _error("structure-style", f"{key.source} is YAML in block style", reason, hint)
    if not _MAY_BE_CUT.search(text) or _inside_braces(arrived) == {"x": structure}:
        return None
    if "#" in text:
        return _error("structure-style", f"{key.source} contains a comment", f"{reason}, and a comment hides the last")
    if "\t" in text:
        return _error("structure-style", f"{key.source} contains a tab", "YAML allows none here", "write a blank")
    message = f"{key.source} does not reach the deployer as it is written"
    return _error("structure-style", message, "Skipper reads escapes and line breaks in it", "write one line")


def _is_flow(text: str) -> bool:
    """Return whether YAML that can be read is a scalar, or a list or map in brackets."""
    for event in yaml.parse(text, Loader=_EVENTS):
        if isinstance(event, yaml.CollectionStartEvent):
            return bool(event.flow_style)
        if isinstance(event, yaml.ScalarEvent):
            return event.style not in {"|", ">"}
    return True


def _inside_braces(text: str) -> Structure | None:
    braced = f"{{ x: {text} }}"
    try:
        for _ in yaml.parse(braced, Loader=yaml.SafeLoader):
            pass  # libyaml allows tabs where SnakeYAML, the deployer's reader, does not
        return parse_structure(braced)
    except (yaml.YAMLError, ValueError):
        return None


def _plain_scalars(text: str) -> Iterator[str]:
    for event in yaml.parse(text, Loader=_EVENTS):
        if isinstance(event, yaml.ScalarEvent) and not event.style:  # None or "", depending on the parser
            yield event.value


def _unknown_fields(
    key: PropertyKey, definition: Definition, structure: Structure, *, hidden: bool
) -> Iterator[Advice]:
    """Yield the maps without a field that the deployer knows, which it refuses, and the fields that it ignores."""
    known = {relaxed_form(field): field for field in definition.fields}
    for item in [structure] if isinstance(structure, Mapping) else structure:
        if not isinstance(item, Mapping):
            continue
        unknown = [field for field in item if relaxed_form(field) not in known]
        if not any(
            _is_bound(known[form], value) for field, value in item.items() if (form := relaxed_form(field)) in known
        ):
            reason = f"the fields are {', '.join(definition.fields)}"
            yield _error("structure-value", f"{key.source} has a map without a field that the deployer knows", reason)
        elif unknown:
            name = "a field" if hidden else f"the field {unknown[0]}"
            message = f"the deployer ignores {name} of {key.source}"
            hint = "" if hidden else did_you_mean(unknown[0], definition.fields)
            yield Advice(Severity.WARNING, "unknown-field", message, hint=hint)


def _is_bound(field: str, value: Structure) -> bool:
    """Return whether the deployer reads a value there; an empty text is none for a number or a boolean."""
    form = relaxed_form(field)
    return _holds_something(value) and not (value == "" and (form in _WHOLE_NUMBERS or form in _BOOLEANS))


def _holds_something(structure: Structure) -> bool:
    """Return whether the deployer reads anything there: it does not see empty maps."""
    if isinstance(structure, str):
        return True
    return any(map(_holds_something, structure.values() if isinstance(structure, Mapping) else structure))


def _values(key: PropertyKey, structure: Structure) -> Iterator[Advice]:
    """Yield the fields, at any depth, with a text where the deployer has a number or a boolean."""
    if isinstance(structure, Mapping):
        for field, value in structure.items():
            form = relaxed_form(field)
            if not isinstance(value, str):
                yield from _values(key, value)
            elif (bound := _WHOLE_NUMBERS.get(form)) and not _is_whole_number(value, bound):
                hint = "an octal number begins with 0, as 0400" if value[:2] in {"0o", "0O"} else ""
                yield _error("structure-value", f"{key.source}: {field} is not a whole number", hint=hint)
            elif form in _BOOLEANS and not _BOOLEAN.fullmatch(value.strip()):
                yield _error("structure-value", f"{key.source}: {field} is neither true nor false")
            elif form == _VARIABLE_NAME and not VARIABLE.fullmatch(value):
                yield _error("structure-value", f"{key.source}: {field} {VARIABLE_RULE}")
    elif not isinstance(structure, str):
        for item in structure:
            yield from _values(key, item)


def _is_whole_number(text: str, bound: int) -> bool:
    """Return whether the deployer reads a number there; it has less room than the bound."""
    if not text.strip():
        return True  # as if the field were not there
    match = _WHOLE_NUMBER.fullmatch(text.strip())
    if match is None:
        return False
    number = int(match["hexadecimal"], 16) if match["hexadecimal"] else int(match[0])
    return -bound <= number < bound


def _named(match: re.Match[str], *, hidden: bool) -> str:
    """Return the name before a colon, unless it may be a secret."""
    return "a colon" if hidden else match[0]


def _has_shape(shape: str | None, text: str, structure: Structure) -> bool:
    """Return whether a structure has the shape that its property takes.

    An empty text always has, and the deployer reads null as an empty list, but not as an empty map.
    """
    if shape is None or not text or (shape == "list" and structure == ""):
        return True
    if shape == "map":
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
