"""When two texts are the same value, and whether a text is a value of its kind at all.

Two values are equal where the deployer or Spring's binder makes the same of them (tests/conformance). In doubt, values
differ: applying the change once makes the texts equal.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from persync.model import Definition, Kind
from persync.properties.binding import UnknownField, bind, read_bool, unknown_fields
from persync.properties.lists import arguments, assignments, has_only_quoted_assignments, ints, labels, pairs
from persync.properties.quantities import parse_bytes, parse_duration, parse_quantity
from persync.properties.structures import Structure, keyed, parse_keyed
from persync.properties.yaml11 import read
from persync.properties.yaml_limits import LONGEST, MOST_PARTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_INT = re.compile(r"[+-]?\d{1,30}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,3})?", re.ASCII)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_MOST_INT = 2**31 - 1
_MASK = re.compile(r"\*{3,}")
MASK = "******"
"""How messages name what the API shows in place of a value that it hides."""


def equal(definition: Definition | None, left: str, right: str) -> bool:
    """Return whether two texts are the same value of that property (``None``: the catalogue does not have it)."""
    if left == right:
        return True
    if definition is None:
        return False
    value = canonical(definition, left)
    return value is not None and value == canonical(definition, right)


def is_masked(text: str) -> bool:
    """Return whether the API hides a value, or a part of it: it has three asterisks in a row, or more.

    Spring's sanitizer shows ``******``, also for the password in an address. Never send such a text.
    """
    return _MASK.search(text) is not None


def may_be(shown: str, text: str) -> bool:
    """Return whether a masked text may hide this one: its asterisks stand for any text."""
    first, *middle, last = _MASK.split(shown)
    position = len(first)
    if not text.startswith(first):
        return False
    for part in middle:
        found = text.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    return text.endswith(last) and len(text) - len(last) >= position


def canonical(definition: Definition, text: str) -> Any:
    """Return what equal values of a property have in common, or ``None`` if ``text`` is no value of its kind."""
    if excess(definition, text):
        return None
    if definition.kind is Kind.STRUCTURE:
        try:
            return _structure(definition, text)
        except ValueError:
            return None
    if definition.kind is Kind.ENUM:
        return _choice(definition, text) or definition.otherwise
    read_as = _READERS.get(definition.kind)
    return read_as(text) if read_as else None


def structure_of(definition: Definition, text: str) -> Structure | None:
    """Return the parts of a value that has parts, or ``None`` if it has none or cannot be read.

    They are for showing: unlike ``canonical``, they include fields that the deployer ignores.
    """
    if excess(definition, text):
        return None
    if definition.kind is Kind.STRUCTURE:
        try:
            return _structure(definition, text, whole=True)
        except ValueError:
            return None
    return _LISTS[definition.kind](text) if definition.kind in _LISTS else None


def excess(definition: Definition, text: str) -> str | None:
    """Return why a value is not looked into, or ``None`` if it is: its size is within limits.

    Only hostile values are outside of them. The text of the answer completes a sentence about the property.
    """
    if len(text) > LONGEST:
        return f"is longer than {LONGEST // 1024} KiB"
    if definition.kind in _COUNTED and text.count(",") >= MOST_PARTS:
        return f"has more than {MOST_PARTS} items"
    return None


def problem(definition: Definition, text: str) -> str | None:
    """Return why ``text`` is no value of that property, or ``None`` if it is one.

    A text with a Spring placeholder is never judged: its value is only known in the pod.
    The answer does not repeat the text.
    """
    if "${" in text:
        return None
    if not text and definition.not_empty:
        return "is empty"
    if too_large := excess(definition, text):
        return too_large
    return _PROBLEMS.get(definition.kind, _scalar_problem)(definition, text)


def ignored_fields(definition: Definition, text: str) -> tuple[UnknownField, ...]:
    """Return the fields of a structure that the deployer does not know and ignores."""
    if definition.kind is not Kind.STRUCTURE or definition.fields is None:
        return ()
    try:
        return tuple(unknown_fields(definition.fields, read(text)))
    except ValueError:
        return ()


@lru_cache(maxsize=4096)
def _structure(definition: Definition, text: str, *, whole: bool = False) -> Structure:
    """Return a structure as the deployer binds it, or as it is written where the fields are not known.

    Args:
        definition: the property.
        text: its value.
        whole: as for ``bind``.

    Raises:
        ValueError: the deployer refuses it.
    """
    if definition.fields is None:
        return parse_keyed(text, definition.identity)
    if not text.strip(" \n" if definition.shape == "list" else None):
        return [] if definition.shape == "list" else {}
    bound = bind(definition.fields, read(text), whole=whole)
    if bound is None:
        raise ValueError("it has no field that the deployer knows")
    return keyed(bound, definition.identity)


def _structure_problem(definition: Definition, text: str) -> str | None:
    try:
        read(text)
    except ValueError as error:
        return f"is not YAML that the deployer can read: {error}"
    try:
        _structure(definition, text)
    except ValueError as error:
        return f"is refused by the deployer: {error}"
    return None


def _choice_problem(definition: Definition, text: str) -> str | None:
    return None if _choice(definition, text) else f"is not one of {', '.join(definition.choices)}"


def _assignments_problem(_: Definition, text: str) -> str | None:
    if has_only_quoted_assignments(text):
        return "has only quoted entries, which the deployer refuses: it needs one without quotes beside them"
    variables = assignments(text)
    if variables is None:
        return _EXPECTED[Kind.ASSIGNMENTS]
    if not all(_VARIABLE.fullmatch(name) for name in variables):
        return "has a name that is not made of letters, digits and '_', or that begins with a digit"
    return None


def _scalar_problem(definition: Definition, text: str) -> str | None:
    value = canonical(definition, text)
    return _EXPECTED.get(definition.kind) if value is None else _range_problem(definition, value)


def _range_problem(definition: Definition, value: Any) -> str | None:
    if definition.kind is Kind.NODE_PORT and isinstance(value, str):
        return None
    least, most = definition.minimum, definition.maximum
    if most is None and definition.kind in {Kind.INT, Kind.INTS, Kind.NODE_PORT}:
        most = _MOST_INT
    for number in value if definition.kind is Kind.INTS else [value]:
        if least is not None and number < least:
            return f"is less than {least}"
        if most is not None and number > most:
            return f"is more than {most}"
    return None


def _choice(definition: Definition, text: str) -> str | None:
    """Return the choice that a text is, in its documented spelling."""
    spelled = _spelling(definition, text)
    return next((choice for choice in definition.choices if _spelling(definition, choice) == spelled), None)


def _spelling(definition: Definition, text: str) -> str:
    """Return what counts of the text of a choice (``EntryPointStyle``; Spring's ``StringToEnumIgnoringCase``)."""
    if definition.relaxed:
        return "".join(filter(str.isalnum, text)).lower()
    return text.lower() if definition.ignores_case else text


def _flag(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.lower())


def _int(text: str) -> int | None:
    return int(text) if _INT.fullmatch(text) else None


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _node_port(text: str) -> str | int | None:
    """Read ``true``, for a port that Kubernetes chooses, or the number of a port. ``True`` would be equal to 1."""
    return "true" if text.lower() == "true" else _int(text)


_LISTS: Mapping[Kind, Callable[[str], Structure | None]] = {
    Kind.ASSIGNMENTS: assignments,
    Kind.PAIRS: pairs,
    Kind.LABELS: labels,
}
_COUNTED = frozenset({*_LISTS, Kind.INTS})
_READERS: Mapping[Kind, Callable[[str], object | None]] = {
    Kind.BOOL: read_bool,
    Kind.FLAG: _flag,
    Kind.INT: _int,
    Kind.NUMBER: _number,
    Kind.QUANTITY: parse_quantity,
    Kind.BYTES: parse_bytes,
    Kind.DURATION: parse_duration,
    Kind.INTS: ints,
    Kind.NODE_PORT: _node_port,
    Kind.COMMAND: arguments,
    **_LISTS,
}
_EXPECTED: Mapping[Kind, str] = {
    Kind.BOOL: "is neither true nor false",
    Kind.FLAG: "is neither true nor false",
    Kind.INT: "is not a whole number",
    Kind.NUMBER: "is not a number",
    Kind.QUANTITY: "is not a quantity such as 500m, 0.5 or 512Mi",
    Kind.BYTES: "is not a size in mebibytes such as 10m or 1g",
    Kind.DURATION: "is not a duration such as P5D, PT30S or 30s",
    Kind.INTS: "is not a list of whole numbers such as 8080,9090",
    Kind.NODE_PORT: "is neither true nor the number of a port",
    Kind.COMMAND: "has a quote that is not closed, or ends with a backslash",
    Kind.ASSIGNMENTS: "is not a list such as A=b,C='x,y'",
    Kind.PAIRS: "is not a list such as key:value,key2:value2",
    Kind.LABELS: "is not a list such as key:value,key2:value2",
}
_PROBLEMS: Mapping[Kind, Callable[[Definition, str], str | None]] = {
    Kind.ENUM: _choice_problem,
    Kind.STRUCTURE: _structure_problem,
    Kind.ASSIGNMENTS: _assignments_problem,
}
