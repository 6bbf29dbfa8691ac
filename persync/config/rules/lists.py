"""Rules about lists in a text, read as the deployer splits them. No message repeats a part of the text.

Sources: spring-cloud-deployer-kubernetes 2.0.6 (``NestedCommaDelimitedVariableParser``, ``getDeploymentLabels``,
``getNodeSelectors``, ``PropertyParserUtils.getAnnotations``, ``getContainerPorts``), and Kubernetes' syntax of names of
environment variables, labels and annotations.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from persync.errors import Severity
from persync.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.model import Definition

# In Java, `.` matches no line break.
_QUOTED = re.compile(r"(?<!\w)(\w+)='[^\n\r\x85\u2028\u2029]+?',?", re.ASCII)
# The name of an environment variable (``EnvVar`` in kubernetes-model 4.1).
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LABEL_NAME = re.compile(r"(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_LABEL_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
_PORT = re.compile(r"[+]?\d{1,9}", re.ASCII)
_MOST_PORTS = 65_535


class Problem(NamedTuple):
    """What is wrong with a list, as the end of a sentence about the property."""

    why: str
    severity: Severity = Severity.ERROR


def list_problem(definition: Definition, text: str) -> Problem | None:
    """Return why the deployer or Kubernetes refuses a list, or reads it differently than it seems.

    Args:
        definition: of the property; values that are no lists have no such problem.
        text: as the deployer receives it.
    """
    match definition.kind:
        case Kind.ASSIGNMENTS:
            return _assignments(text)
        case Kind.PAIRS | Kind.LABELS if text.strip():
            return _pairs(text, labels=definition.kind is Kind.LABELS)
        case Kind.INTS:
            return _ports(text)
    return None


def _assignments(text: str) -> Problem | None:
    quoted = list(_QUOTED.finditer(text))
    if any(match.start() > 0 and text[match.start() - 1] != "," for match in quoted):
        return Problem("has quotes within a value: the deployer reads the text before them as another variable's name")
    plain = _split(_QUOTED.sub("", text), ",")
    if plain == [""]:
        only_quoted = "has only quoted values, which the deployer refuses: write a comma before the first"
        return Problem(only_quoted if quoted else "is empty")
    if problem := _item_without("=", plain):
        return problem
    names = [item.partition("=")[0] for item in plain] + [match[1] for match in quoted]
    if wrong := [name for name in names if not _VARIABLE.fullmatch(name)]:
        return Problem(_wrong_name(wrong[0]))
    return _twice(names)


def _wrong_name(name: str) -> str:
    if not name:
        return "has an item without a name"
    if name != name.strip():
        return "has a blank beside a name, which becomes a part of the name"
    return "has a name that the deployer refuses: it may have letters, digits and '_', and no digit first"


def _pairs(text: str, *, labels: bool) -> Problem | None:
    items = _split(text, ",")
    if problem := _item_without(":", items):
        return problem
    if labels and any(len(_split(item, ":")) != 2 for item in items):  # noqa: PLR2004 - a name and a value
        return Problem("has an item that is not exactly a name and a value with one ':' between them")
    pairs = [item.partition(":") for item in items]
    names = [name.strip() for name, _, _ in pairs]
    if not all(map(_LABEL_NAME.fullmatch, names)):
        allowed = "at most 63 letters, digits, '-', '_' and '.', perhaps after a domain and '/'"
        return Problem(f"has a name that Kubernetes refuses: it may have {allowed}")
    if labels and not all(_LABEL_VALUE.fullmatch(value.strip()) for _, _, value in pairs):
        return Problem("has a value that Kubernetes refuses: it may have at most 63 letters, digits, '-', '_' and '.'")
    return _twice(names)


def _ports(text: str) -> Problem | None:
    items = [item.strip() for item in _split(text, ",")]
    if all(_PORT.fullmatch(item) and 1 <= int(item) <= _MOST_PORTS for item in items):
        return None
    return Problem(f"has a port that is not a whole number from 1 to {_MOST_PORTS}")


def _item_without(separator: str, items: Sequence[str]) -> Problem | None:
    """Return the problem with the first item that lacks the separator."""
    lacking = [item for item in items if separator not in item]
    if not lacking:
        return None
    return Problem(f"has an item without '{separator}'" if lacking[0].strip() else "has an empty item")


def _twice(names: Sequence[str]) -> Problem | None:
    if len(set(names)) == len(names):
        return None
    return Problem("has a name twice: only one of the values is used", Severity.WARNING)


def _split(text: str, separator: str) -> list[str]:
    """Split as Java's ``String.split``: without the empty items at the end."""
    items = text.split(separator)
    if len(items) == 1:
        return items
    while items and not items[-1]:
        items.pop()
    return items
