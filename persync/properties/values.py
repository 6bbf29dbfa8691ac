"""When two texts are the same value, and whether a text is a value of its kind at all.

In doubt, values differ: applying the change once makes the texts equal.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from persync.model import Definition, Kind
from persync.properties.quantities import parse_duration, parse_quantity
from persync.properties.structures import Keyed, Structure, parse_keyed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_INT = re.compile(r"[+-]?\d{1,30}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,3})?", re.ASCII)
# As the deployer reads them (NestedCommaDelimitedVariableParser): quotes protect commas behind a plain name alone.
_ASSIGNMENT = re.compile(r"(?:(?P<name>\w+)='(?P<quoted>[^']+)'|(?P<plain>[^,]*))(?:,|$)", re.ASCII)


def equal(definition: Definition | None, left: str, right: str) -> bool:
    """Return whether two texts are the same value of that property (``None``: the catalogue does not have it)."""
    if left == right:
        return True
    if definition is None:
        return False
    value = canonical(definition, left)
    return value is not None and value == canonical(definition, right)


def canonical(definition: Definition, text: str) -> Any:
    """Return what equal values of a property have in common, or ``None`` if ``text`` is no value of its kind."""
    if definition.kind is Kind.STRUCTURE:
        return structure_of(definition, text)
    read = _READERS.get(definition.kind)
    return read(text) if read else None


def structure_of(definition: Definition, text: str) -> Structure | None:
    """Return the parts of a value that has parts, or ``None`` if it has none or cannot be read."""
    if definition.kind is Kind.STRUCTURE:
        try:
            return parse_keyed(text, definition.identity)
        except ValueError:
            return None
    if definition.kind in {Kind.ASSIGNMENTS, Kind.PAIRS}:
        return _assignments(text) if definition.kind is Kind.ASSIGNMENTS else _pairs(text)
    return None


def problem(definition: Definition, text: str) -> str | None:
    """Return why ``text`` is no value of that property, or ``None`` if it is one.

    A text with a Spring placeholder is never judged: its value is only known in the pod.
    The answer does not repeat the text.
    """
    if "${" in text:
        return None
    if definition.kind is Kind.ENUM:
        return None if text in definition.choices else f"is not one of {', '.join(definition.choices)}"
    if definition.kind is Kind.STRUCTURE:
        return _structure_problem(definition, text)
    value = canonical(definition, text)
    if value is None:
        return _EXPECTED.get(definition.kind)
    return _range_problem(definition, value)


def _structure_problem(definition: Definition, text: str) -> str | None:
    try:
        parse_keyed(text, definition.identity)
    except ValueError as error:
        return f"is not YAML that the deployer can read: {error}"
    return None


def _range_problem(definition: Definition, value: Any) -> str | None:
    if definition.minimum is not None and value < definition.minimum:
        return f"is less than {definition.minimum}"
    if definition.maximum is not None and value > definition.maximum:
        return f"is more than {definition.maximum}"
    return None


def _bool(text: str) -> bool | None:
    # only the spellings that Spring and the deployer agree on
    return {"true": True, "false": False}.get(text.lower())


def _int(text: str) -> int | None:
    return int(text) if _INT.fullmatch(text) else None


def _number(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _ints(text: str) -> list[int] | None:
    numbers = [_int(item.strip()) for item in text.split(",")]
    return None if None in numbers else [number for number in numbers if number is not None]


def _pairs(text: str) -> Keyed | None:
    """Read ``k:v,k2:v2``, in which quotes are as good as any character; ``None`` where it cannot be read."""
    items = (item.partition(":") for item in text.split(",") if item.strip())
    return _keyed((key.strip(), value.strip()) if colon else None for key, colon, value in items)


def _assignments(text: str) -> Keyed | None:
    """Read ``A=b,C='x,y'``, in which spaces count; ``None`` where the deployer may read it differently."""
    return _keyed(_assigned(match) for match in _ASSIGNMENT.finditer(text) if match[0].strip(", "))


def _assigned(match: re.Match[str]) -> tuple[str, str] | None:
    if match["quoted"]:
        return match["name"], match["quoted"]
    name, found, value = match["plain"].partition("=")
    return None if not found or value.startswith("'") else (name, value)


def _keyed(items: Iterable[tuple[str, str] | None]) -> Keyed | None:
    entries = Keyed()
    for item in items:
        if item is None or not item[0] or item[0] in entries:
            return None
        entries[item[0]] = item[1]
    return entries


_READERS: Mapping[Kind, Callable[[str], object | None]] = {
    Kind.BOOL: _bool,
    Kind.INT: _int,
    Kind.NUMBER: _number,
    Kind.QUANTITY: parse_quantity,
    Kind.DURATION: parse_duration,
    Kind.INTS: _ints,
    Kind.ASSIGNMENTS: _assignments,
    Kind.PAIRS: _pairs,
}
_EXPECTED: Mapping[Kind, str] = {
    Kind.BOOL: "is neither true nor false",
    Kind.INT: "is not a whole number",
    Kind.NUMBER: "is not a number",
    Kind.QUANTITY: "is not a quantity such as 500m, 0.5 or 512Mi",
    Kind.DURATION: "is not an ISO 8601 duration such as P5D or PT30S",
    Kind.INTS: "is not a list of whole numbers such as 8080,9090",
    Kind.ASSIGNMENTS: "is not a list such as A=b,C='x,y'",
    Kind.PAIRS: "is not a list such as key:value,key2:value2",
}
