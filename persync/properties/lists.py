"""The deployer's lists: ``A=b,C='x,y'``, ``k:v,k2:v2``, ``8080,9090`` and ``sh -c 'a b'``.

Each function reads as the deployer does, and returns ``None`` where it refuses the text. Sources:
``DefaultContainerFactory``, ``KubernetesAppDeployer`` and ``PropertyParserUtils`` of spring-cloud-deployer-kubernetes
2.0, and ``CommandLineTokenizer`` of spring-cloud-deployer-spi 2.0.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from persync.properties.structures import Keyed

if TYPE_CHECKING:
    from collections.abc import Iterable

# NestedCommaDelimitedVariableParser: quoted entries are taken out first. A name cannot begin inside of a word: saying
# so keeps the search linear.
_QUOTED = re.compile(r"(?<!\w)(\w+='[^\n\r\x85\u2028\u2029]+?'),?", re.ASCII)
_INT = re.compile(r"[+-]?\d{1,30}", re.ASCII)
# an argument by what ends it; a backslash protects that and itself, and is otherwise a character like any
_ARGUMENT = {
    "'": re.compile(r"'((?:\\\\|\\'|\\(?![\\']|\Z)|[^\\'])*)'", re.DOTALL),
    '"': re.compile(r'"((?:\\\\|\\"|\\(?![\\"]|\Z)|[^\\"])*)"', re.DOTALL),
    " ": re.compile(r"((?:\\\\|\\ |\\(?![\\ ]|\Z)|[^\\ ])+)(?: |\Z)", re.DOTALL),
}
_ESCAPED = {end: re.compile(rf"\\([\\{end}])") for end in _ARGUMENT}
# what String.trim removes
_BLANK = "".join(map(chr, range(0x21)))


def assignments(text: str) -> Keyed | None:
    """Read ``A=b,C='x,y'``, in which spaces count; of several entries for a name, the last one counts.

    The deployer takes the quoted entries out and splits the rest: a list in which every entry is quoted leaves an empty
    rest, which it refuses.
    """
    plain = _split(_QUOTED.sub("", text))
    quoted = [match[1].replace("'", "") for match in _QUOTED.finditer(text)]
    return _entries([*plain, *quoted], "=")


def has_only_quoted_assignments(text: str) -> bool:
    """Return whether a list is refused for that reason alone."""
    return _QUOTED.search(text) is not None and _QUOTED.sub("", text) == ""


def pairs(text: str) -> Keyed | None:
    """Read ``k:v,k2:v2``; further colons belong to the value, and of several entries for a key the last one counts."""
    return _trimmed(_entries(_split(text), ":")) if text.strip(_BLANK) else Keyed()


def labels(text: str) -> Keyed | None:
    """Read ``k:v,k2:v2``, of exactly two parts each; colons at the end of an entry do not count."""
    if not text.strip(_BLANK):
        return Keyed()
    entries = [entry.rstrip(":") for entry in _split(text)]
    if not all(entry.count(":") == 1 for entry in entries):
        return None
    return _trimmed(_entries(entries, ":"))


def ints(text: str) -> tuple[int, ...] | None:
    """Read whole numbers with commas between them, as a set: sorted, each once."""
    items = [item.strip(_BLANK) for item in _split(text)]
    if not all(_INT.fullmatch(item) for item in items):
        return None
    return tuple(sorted({int(item) for item in items}))


def arguments(text: str) -> tuple[str, ...] | None:
    """Read a command and its arguments (``CommandLineTokenizer``): spaces divide, quotes and backslashes protect."""
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


def _split(text: str) -> list[str]:
    """Split at commas as Java's ``String.split`` does: without the empty items at the end."""
    items = text.split(",")
    while len(items) > 1 and not items[-1]:
        items.pop()
    return items if text == "" or items != [""] else []


def _entries(items: Iterable[str], between: str) -> Keyed | None:
    entries = Keyed()
    for item in items:
        name, found, value = item.partition(between)
        if not found:
            return None
        entries[name] = value
    return entries


def _trimmed(entries: Keyed | None) -> Keyed | None:
    if entries is None:
        return None
    return Keyed((key.strip(_BLANK), str(value).strip(_BLANK)) for key, value in entries.items())
