"""When two texts are the same value, and whether a text is a value of its kind at all.

Equality errs on the side of a change: what is not surely equal differs, and applying it once makes the texts equal.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from persync.properties.catalogue import Kind, Known
from persync.properties.quantities import parse_duration, parse_quantity
from persync.properties.structures import Labelled, Structure, parse_structure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_INT = re.compile(r"[+-]?\d{1,30}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,3})?", re.ASCII)
_ITEM_BREAK = re.compile(r",(?=(?:[^']*'[^']*')*[^']*$)")  # a comma outside single quotes


def equal(known: Known | None, one: str, other: str) -> bool:
    """Return whether two texts are the same value of that property (``None``: a property that is not known)."""
    if one == other:
        return True
    if known is None:
        return False
    value = canonical(known, one)
    return value is not None and value == canonical(known, other)


def canonical(known: Known, text: str) -> Any:
    """Return what equal values of a property have in common, or ``None`` if ``text`` is no value of its kind."""
    if known.kind is Kind.STRUCTURE:
        return structure_of(known, text)
    read = _READERS.get(known.kind)
    return read(text) if read else None


def structure_of(known: Known, text: str) -> Structure | None:
    """Return the parts of a value that has parts, or ``None`` if it has none or cannot be read."""
    if known.kind is Kind.STRUCTURE:
        try:
            return parse_structure(text, known.identity)
        except ValueError:
            return None
    if known.kind in {Kind.ASSIGNMENTS, Kind.PAIRS}:
        return _entries(text, "=" if known.kind is Kind.ASSIGNMENTS else ":")
    return None


def problem(known: Known, text: str) -> str | None:
    """Return why ``text`` is no value of that property, or ``None`` if it is one.

    A text with a Spring placeholder is never judged: its value is only known in the pod.
    The answer does not repeat the text.
    """
    if "${" in text:
        return None
    if known.kind is Kind.ENUM:
        return None if text in known.choices else f"is not one of {', '.join(known.choices)}"
    if known.kind is Kind.STRUCTURE:
        return _structure_problem(known, text)
    value = canonical(known, text)
    if value is None:
        return _EXPECTED.get(known.kind)
    return _range_problem(known, value)


def _structure_problem(known: Known, text: str) -> str | None:
    try:
        parse_structure(text, known.identity)
    except ValueError as error:
        return f"is not YAML that the deployer can read: {error}"
    return None


def _range_problem(known: Known, value: Any) -> str | None:
    if known.minimum is not None and value < known.minimum:
        return f"is less than {known.minimum}"
    if known.maximum is not None and value > known.maximum:
        return f"is more than {known.maximum}"
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


def _entries(text: str, separator: str) -> Labelled | None:
    """Read ``k:v,k2:v2`` or ``A=b,C='x,y'``; ``None`` where an item has no separator or a key comes twice."""
    entries = Labelled()
    for item in _items(text):
        key, found, value = item.partition(separator)
        key = key.strip()
        if not found or not key or key in entries:
            return None
        entries[key] = _unquoted(value.strip())
    return entries


def _items(text: str) -> Iterator[str]:
    return (item for item in _ITEM_BREAK.split(text) if item.strip())


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text


_READERS: Mapping[Kind, Callable[[str], object | None]] = {
    Kind.BOOL: _bool,
    Kind.INT: _int,
    Kind.NUMBER: _number,
    Kind.QUANTITY: parse_quantity,
    Kind.DURATION: parse_duration,
    Kind.INTS: _ints,
    Kind.ASSIGNMENTS: lambda text: _entries(text, "="),
    Kind.PAIRS: lambda text: _entries(text, ":"),
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
