"""The deployer's lists: ``A=b,C='x,y'``, ``k:v,k2:v2``, ``8080,9090`` and ``sh -c 'a b'``.

Each is read as the deployer does. Sources: ``DefaultContainerFactory`` (``NestedCommaDelimitedVariableParser``,
``getContainerPorts``), ``KubernetesAppDeployer`` (``getDeploymentLabels``, ``getNodeSelectors``) and
``PropertyParserUtils`` of spring-cloud-deployer-kubernetes 2.0.6, and ``CommandLineTokenizer`` of
spring-cloud-deployer-spi 2.0; Kubernetes' syntax of names of environment variables, labels and annotations.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from persync.errors import Severity
from persync.properties.kinds.problem import Problem
from persync.properties.structures import Keyed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_ValueT = TypeVar("_ValueT")

# Quoted entries are taken out first; in Java, `.` matches no line break. A name cannot begin inside of a word: saying
# so keeps the search linear.
_QUOTED = re.compile(r"(?<!\w)((\w+)='[^\n\r\x85\u2028\u2029]+?'),?", re.ASCII)
# EnvVar of kubernetes-model 4.1
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LABEL_NAME = re.compile(r"(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_LABEL_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
_INT = re.compile(r"[+-]?\d{1,30}", re.ASCII)
_MOST_PORTS = 65_535
# an argument by what ends it; a backslash protects that and itself, and is otherwise a character like any
_ARGUMENT = {
    "'": re.compile(r"'((?:\\\\|\\'|\\(?![\\']|\Z)|[^\\'])*)'", re.DOTALL),
    '"': re.compile(r'"((?:\\\\|\\"|\\(?![\\"]|\Z)|[^\\"])*)"', re.DOTALL),
    " ": re.compile(r"((?:\\\\|\\ |\\(?![\\ ]|\Z)|[^\\ ])+)(?: |\Z)", re.DOTALL),
}
_ESCAPED = {end: re.compile(rf"\\([\\{end}])") for end in _ARGUMENT}
# what String.trim removes
_BLANK = "".join(map(chr, range(0x21)))


class Parsed(NamedTuple, Generic[_ValueT]):
    """What the deployer makes of a list.

    Attributes:
        value: ``None`` where the deployer refuses the text; then there is a problem that is an error.
        problem: why the deployer or Kubernetes refuses the text, or what it reads differently than it seems.
    """

    value: _ValueT | None
    problem: Problem | None


def assignments(text: str) -> Parsed[Keyed]:
    """Read ``A=b,C='x,y'``, in which spaces count; of several entries for a name, the last one counts.

    The deployer takes the quoted entries out and splits the rest: a list in which every entry is quoted leaves an empty
    rest, which it refuses.
    """
    plain = _split(_QUOTED.sub("", text), ",")
    quoted = list(_QUOTED.finditer(text))
    problem = _assignments_problem(text, plain, quoted)
    if _item_without("=", plain):
        return Parsed(None, problem)
    return Parsed(Keyed(_entries([*plain, *(match[1].replace("'", "") for match in quoted)], "=")), problem)


def pairs(text: str) -> Parsed[Keyed]:
    """Read ``k:v,k2:v2``; further colons belong to the value, and of several entries for a key the last one counts."""
    if not text.strip(_BLANK):
        return Parsed(Keyed(), None)
    items = _split(text, ",")
    if problem := _item_without(":", items):
        return Parsed(None, problem)
    return _named(_trimmed(_entries(items, ":")))


def labels(text: str) -> Parsed[Keyed]:
    """Read ``k:v,k2:v2``, of exactly two parts each; colons at the end of an entry do not count."""
    if not text.strip(_BLANK):
        return Parsed(Keyed(), None)
    items = _split(text, ",")
    if problem := _item_without(":", items):
        return Parsed(None, problem)
    if any(len(_split(item, ":")) != 2 for item in items):  # noqa: PLR2004 - a name and a value
        why = "has an item that is not exactly a name and a value with one ':' between them"
        return Parsed(None, Problem(why, _hint(":")))
    entries = _trimmed(_entries([item.rstrip(":") for item in items], ":"))
    return _named(entries, label_values=[value for _, value in entries])


def ports(text: str) -> Parsed[tuple[int, ...]]:
    """Read whole numbers with commas between them, as a set: sorted, each once."""
    items = [item.strip(_BLANK) for item in _split(text, ",")]
    numbers = [int(item) for item in items if _INT.fullmatch(item)]
    value = tuple(sorted(set(numbers))) if len(numbers) == len(items) else None
    if value is not None and all(1 <= number <= _MOST_PORTS for number in value):
        return Parsed(value, None)
    hint = "" if value else "write numbers with ',' between them"
    return Parsed(value, Problem(f"has a port that is not a whole number from 1 to {_MOST_PORTS}", hint))


def arguments(text: str) -> tuple[str, ...] | None:
    """Read a command and its arguments (``CommandLineTokenizer``): spaces divide, quotes and backslashes protect.

    Returns:
        ``None`` where the deployer refuses the text.
    """
    found: list[str] = []
    position = _past_spaces(text, 0)
    while position < len(text):
        end = text[position] if text[position] in "'\"" else " "
        match = _ARGUMENT[end].match(text, position)
        if match is None:
            return None
        found.append(_ESCAPED[end].sub(r"\1", match[1]))
        position = _past_spaces(text, match.end())
    return tuple(found)


def _past_spaces(text: str, position: int) -> int:
    while text.startswith(" ", position):
        position += 1
    return position


def _assignments_problem(text: str, plain: Sequence[str], quoted: Sequence[re.Match[str]]) -> Problem | None:
    if any(match.start() > 0 and text[match.start() - 1] != "," for match in quoted):
        return Problem("has quotes within a value: the deployer reads the text before them as another variable's name")
    if plain == [""]:
        only_quoted = Problem("has only quoted values, which the deployer refuses", "write a comma before the first")
        return only_quoted if quoted else Problem("is empty")
    if problem := _item_without("=", plain):
        return problem
    names = [*(item.partition("=")[0] for item in plain), *(match[2] for match in quoted)]
    wrong = next((name for name in names if not _VARIABLE.fullmatch(name)), None)
    return _twice(names) if wrong is None else _wrong_variable(wrong)


def _wrong_variable(name: str) -> Problem:
    if not name:
        return Problem("has an item without a name")
    if name != name.strip():
        return Problem("has a blank beside a name, which becomes a part of the name", "remove the blank")
    return Problem("has a name that the deployer refuses: it may have letters, digits and '_', and no digit first")


def _named(entries: Sequence[tuple[str, str]], label_values: Sequence[str] = ()) -> Parsed[Keyed]:
    """Return entries with names of Kubernetes, and values of its labels."""
    problem = _twice([name for name, _ in entries])
    if not all(_LABEL_NAME.fullmatch(name) for name, _ in entries):
        allowed = "at most 63 letters, digits, '-', '_' and '.', perhaps after a domain and '/'"
        problem = Problem(f"has a name that Kubernetes refuses: it may have {allowed}", _stray_hint(entries))
    elif not all(map(_LABEL_VALUE.fullmatch, label_values)):
        allowed = "at most 63 letters, digits, '-', '_' and '.'"
        problem = Problem(f"has a value that Kubernetes refuses: it may have {allowed}", _stray_hint(entries))
    return Parsed(Keyed(entries), problem)


def _stray_hint(entries: Sequence[tuple[str, str]]) -> str:
    """Return what to do about characters that YAML would read, and that the deployer takes as they are."""
    texts = [text for entry in entries for text in entry]
    if texts[0].startswith("{") and texts[-1].endswith("}"):
        return "remove the braces, which become a part of the text"
    quoted = any(text[:1] in {"'", '"'} and text[-1:] == text[:1] for text in texts if text)
    return "remove the quotes, which become a part of the text" if quoted else ""


def _twice(names: Sequence[str]) -> Problem | None:
    if len(set(names)) == len(names):
        return None
    return Problem("has a name twice: only one of the values is used", "keep one of them", Severity.WARNING)


def _item_without(between: str, items: Sequence[str]) -> Problem | None:
    """Return the problem with the first item that lacks what is between name and value."""
    lacking = next((item for item in items if between not in item), None)
    if lacking is None:
        return None
    if not lacking.strip():
        return Problem("has an empty item", "remove the ',' that divides nothing")
    return Problem(f"has an item without '{between}'", _hint(between))


def _hint(between: str) -> str:
    return f"write each item as NAME{between}VALUE, with ',' between items"


def _split(text: str, separator: str) -> list[str]:
    """Split as Java's ``String.split`` does: without the empty items at the end."""
    items = text.split(separator)
    if len(items) == 1:
        return items
    while items and not items[-1]:
        items.pop()
    return items


def _entries(items: Iterable[str], between: str) -> Iterator[tuple[str, str]]:
    for item in items:
        name, _, value = item.partition(between)
        yield name, value


def _trimmed(entries: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name.strip(_BLANK), value.strip(_BLANK)) for name, value in entries]
