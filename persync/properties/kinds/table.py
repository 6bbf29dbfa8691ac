"""The kinds of values: in words, as a pattern, how a text is read, and what is wrong with it.

``KINDS`` has all that depends on a kind; a new kind is a new entry.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from persync.errors import Severity
from persync.model import Definition, Kind, Shape
from persync.properties.kinds.binding import bind, read_bool
from persync.properties.kinds.lists import arguments, assignments, labels, pairs, ports
from persync.properties.kinds.problem import Problem
from persync.properties.kinds.quantities import parse_bytes, parse_duration, parse_quantity
from persync.properties.structures import keyed, parse_keyed
from persync.properties.yaml11 import read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from persync.properties.kinds.lists import Parsed
    from persync.properties.structures import Structure

_INT = re.compile(r"[+-]?\d{1,30}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,3})?", re.ASCII)
_MOST_INT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class KindRule:
    """What texts of a kind are.

    Attributes:
        words: which values it takes, in words.
        read: returns what equal texts have in common, or ``None`` if a text is no value of a property of this kind.
        problem: returns what is wrong with a text that is within limits and has no placeholder.
        pattern: a regular expression for what its texts have in common, for editors, which cannot know more. It is
            wider than ``problem``.
        is_list: its texts are divided at commas.
    """

    words: str
    read: Callable[[Definition, str], Any]
    problem: Callable[[Definition, str], Problem | None]
    pattern: str | None = None
    is_list: bool = False


def taken(definition: Definition) -> str:
    """Return in words which values a property takes."""
    words = KINDS[definition.kind].words
    if definition.kind is Kind.ENUM:
        return f"{words} {', '.join(definition.choices)}"
    if definition.kind is Kind.STRUCTURE:
        return "a list of maps" if definition.shape is Shape.LIST else "a map"
    if definition.minimum is not None and definition.maximum is not None:
        return f"{words} from {definition.minimum} to {definition.maximum}"
    return words if definition.minimum is None else f"{words}, at least {definition.minimum}"


@lru_cache(maxsize=4096)
def read_structure(definition: Definition, text: str, *, whole: bool = False) -> Structure:
    """Return a structure as the deployer binds it, or as it is written where the fields are not known.

    Args:
        definition: the property.
        text: its value.
        whole: as for ``bind``.

    Raises:
        ValueError: the deployer refuses it.
    """
    is_list = definition.shape is Shape.LIST
    if definition.fields is None:
        return parse_keyed(text, definition.identity)
    if not text.strip(" \n" if is_list else None):
        return [] if is_list else {}
    bound = bind(definition.fields, read(text), whole=whole)
    if bound is None:
        raise ValueError("it has no field that the deployer knows")
    return keyed(bound, definition.identity)


def _scalar(
    words: str, pattern: str | None, parse: Callable[[str], Any], refused: str = "", hint: str = ""
) -> KindRule:
    """Return the rule of a kind that reads texts without regard to the property, which may limit the value.

    Args:
        words: as of the rule.
        pattern: as of the rule.
        parse: returns the value of a text, or ``None``.
        refused: why a text is refused; by default that it is not what the words name.
        hint: what to do about such a text.
    """

    def problem(definition: Definition, text: str) -> Problem | None:
        value = parse(text)
        return Problem(refused or f"is not {words}", hint) if value is None else _range_problem(definition, value)

    return KindRule(words, lambda _, text: parse(text), problem, pattern)


def _list(words: str, pattern: str, parse: Callable[[str], Parsed[Any]]) -> KindRule:
    return KindRule(
        words, lambda _, text: parse(text).value, lambda _, text: parse(text).problem, pattern, is_list=True
    )


def _range_problem(definition: Definition, value: Any) -> Problem | None:
    if isinstance(value, str):
        return None  # a word in place of a number
    least, most = definition.minimum, definition.maximum
    if most is None and definition.kind in {Kind.INT, Kind.NODE_PORT}:
        most = _MOST_INT
    if least is not None and value < least:
        return Problem(f"is less than {least}")
    return Problem(f"is more than {most}") if most is not None and value > most else None


def _read_structure(definition: Definition, text: str) -> Structure | None:
    try:
        return read_structure(definition, text)
    except ValueError:
        return None


def _structure_problem(definition: Definition, text: str) -> Problem | None:
    try:
        read(text)
    except ValueError as error:
        return Problem(f"is not YAML that the deployer can read: {error}")
    try:
        read_structure(definition, text)
    except ValueError as error:
        return Problem(f"is refused by the deployer: {error}")
    return None


def _read_choice(definition: Definition, text: str) -> str | None:
    return _choice(definition, text) or definition.otherwise


def _choice_problem(definition: Definition, text: str) -> Problem | None:
    return None if _choice(definition, text) else Problem(f"is not one of {', '.join(definition.choices)}")


def _choice(definition: Definition, text: str) -> str | None:
    """Return the choice that a text is, in its documented spelling."""
    spelled = _spelling(definition, text)
    return next((choice for choice in definition.choices if _spelling(definition, choice) == spelled), None)


def _spelling(definition: Definition, text: str) -> str:
    """Return what counts of the text of a choice (``EntryPointStyle``; Spring's ``StringToEnumIgnoringCase``)."""
    if definition.relaxed:
        return "".join(filter(str.isalnum, text)).lower()
    return text.lower() if definition.ignores_case else text


def _duration_problem(_: Definition, text: str) -> Problem | None:
    duration = parse_duration(text)
    if duration is None:
        return Problem(f"is not {KINDS[Kind.DURATION].words}")
    if duration.months:
        return Problem("is in years or months, which Spring does not read: only the app may", severity=Severity.WARNING)
    return None


def _flag(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.lower())


def _int(text: str) -> int | None:
    return int(text) if _INT.fullmatch(text) else None


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _node_port(text: str) -> str | int | None:
    """Read ``true``, for a port that Kubernetes chooses, or the number of a port. ``True`` would be equal to 1."""
    return "true" if text.lower() == "true" else _int(text)


_TRUE_OR_FALSE = "true or false"
_PAIRS = ("a map, or a text such as key:value,key2:value2", r"[\s,]*|[\s\S]*:[\s\S]*")
KINDS: Mapping[Kind, KindRule] = {
    Kind.TEXT: KindRule("a text", lambda _definition, _text: None, lambda _definition, _text: None),
    Kind.BOOL: _scalar(_TRUE_OR_FALSE, r"\s*([a-zA-Z]{1,5}|[01])\s*", read_bool, "is neither true nor false"),
    Kind.FLAG: _scalar(_TRUE_OR_FALSE, r"[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]", _flag, "is neither true nor false"),
    Kind.INT: _scalar("a whole number", r"[+-]?[0-9]+", _int),
    Kind.NUMBER: _scalar("a number", r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", _number),
    Kind.QUANTITY: _scalar(
        "a quantity such as 500m, 0.5 or 512Mi",
        r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([a-zA-Z]{0,2}|[eE][+-]?[0-9]+)",
        parse_quantity,
    ),
    Kind.BYTES: _scalar("a size in mebibytes such as 10m or 1g", r"[+-]?[0-9]+[mMgG]?", parse_bytes),
    Kind.DURATION: KindRule(
        "a duration such as P5D, PT30S or 30s",
        lambda _, text: parse_duration(text),
        _duration_problem,
        r"[+-]?([pP][0-9a-zA-Z.,+-]+|[0-9]+[a-zA-Z]{0,2})",
    ),
    Kind.ENUM: KindRule("one of", _read_choice, _choice_problem),
    Kind.STRUCTURE: KindRule("a structure", _read_structure, _structure_problem),
    Kind.ASSIGNMENTS: _list("a map, or a text such as A=b,C='x,y'", r"[\s,]*|[\s\S]*=[\s\S]*", assignments),
    Kind.PAIRS: _list(*_PAIRS, pairs),
    Kind.LABELS: _list(*_PAIRS, labels),
    Kind.INTS: _list("a list of whole numbers, or a text such as 8080,9090", r"[0-9+,\s-]*", ports),
    Kind.NODE_PORT: _scalar(
        "true, or the number of a port",
        r"[Tt][Rr][Uu][Ee]|[+-]?[0-9]+",
        _node_port,
        "is neither true nor the number of a port",
        "remove the property to create no port",
    ),
    Kind.COMMAND: _scalar(
        "arguments with spaces between them",
        None,
        arguments,
        "has a quote that is not closed, or ends with a backslash",
    ),
}
"""The rule of each kind."""
