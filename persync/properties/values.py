"""When two texts are the same value, and whether a text is a value of its kind at all.

Two values are equal where the deployer or Spring's binder makes the same of them (tests/conformance). In doubt, values
differ: applying the change once makes the texts equal.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from persync.model import Definition, Kind
from persync.properties.kinds.binding import UnknownField, unknown_fields
from persync.properties.kinds.problem import Problem
from persync.properties.kinds.table import KINDS, read_structure
from persync.properties.yaml11 import read
from persync.properties.yaml_limits import LONGEST, MOST_PARTS

if TYPE_CHECKING:
    from persync.properties.structures import Structure

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
    return None if excess(definition, text) else KINDS[definition.kind].read(definition, text)


def structure_of(definition: Definition, text: str) -> Structure | None:
    """Return the parts of a value that has parts, or ``None`` if it has none or cannot be read.

    They are for showing: unlike ``canonical``, they include fields that the deployer ignores.
    """
    if not definition.kind.has_parts:
        return None
    if definition.kind is not Kind.STRUCTURE:
        parts: Structure | None = canonical(definition, text)
        return parts
    if excess(definition, text):
        return None
    try:
        return read_structure(definition, text, whole=True)
    except ValueError:
        return None


def excess(definition: Definition, text: str) -> str | None:
    """Return why a value is not looked into, or ``None`` if it is: its size is within limits.

    Only hostile values are outside of them. The text of the answer completes a sentence about the property.
    """
    if len(text) > LONGEST:
        return f"is longer than {LONGEST // 1024} KiB"
    if KINDS[definition.kind].is_list and text.count(",") >= MOST_PARTS:
        return f"has more than {MOST_PARTS} items"
    return None


def problem(definition: Definition, text: str) -> Problem | None:
    """Return what is wrong with a value of a property, or ``None``: the deployer or the app takes it as it is meant.

    A text with a Spring placeholder is never judged: its value is only known in the pod.
    """
    if "${" in text:
        return None
    if not text and definition.not_empty:
        return Problem("is empty")
    if too_large := excess(definition, text):
        return Problem(too_large)
    return KINDS[definition.kind].problem(definition, text)


def ignored_fields(definition: Definition, text: str) -> tuple[UnknownField, ...]:
    """Return the fields of a structure that the deployer does not know and ignores."""
    if definition.kind is not Kind.STRUCTURE or definition.fields is None:
        return ()
    try:
        return tuple(unknown_fields(definition.fields, read(text)))
    except ValueError:
        return ()
