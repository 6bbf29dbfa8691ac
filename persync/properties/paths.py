"""Globs over the paths of properties, as ``ignoreChanges`` has them: ``deployerConfig.**.limits.memory``.

A path is a section and a key, or ``appVersion``. Its elements are divided by dots and compared in relaxed form, so that
every spelling of a property is the same path. ``*`` stands for any text within an element, ``**`` for any number of
elements. Text in ``[…]`` is a part of its element.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from persync.model import Section
from persync.properties.catalogue import identify
from persync.properties.keys import relaxed_form
from persync.similar import most_similar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from persync.model import PropertyGlob, PropertyKey

VERSION = "appVersion"
_ANY = "**"
_LONGEST = 500  # characters, as of a key
_BRACKETS = re.compile(r"(\[[^\]]*\])")
_STEP = re.compile(r"[.\[]")
_NAMES = ("project", "eventType", "eventstore")


class GlobProblem(NamedTuple):
    """Why a text is no glob over properties: completes a sentence about it; and what to do."""

    message: str
    hint: str


def covers(globs: Iterable[PropertyGlob], key: PropertyKey) -> bool:
    """Return whether one of the globs covers a property."""
    return any(covers_key(glob.text, key) for glob in globs)


def covers_version(globs: Iterable[PropertyGlob]) -> bool:
    """Return whether one of the globs covers ``appVersion``."""
    return any(glob_covers_version(glob.text) for glob in globs)


@lru_cache(maxsize=65_536)
def covers_key(glob: str, key: PropertyKey) -> bool:
    """Return whether a valid glob covers a property, in whatever spelling."""
    return _matches(_pattern(glob), (relaxed_form(key.section), *_elements(relaxed_form(key.source))))


@lru_cache(maxsize=4096)
def glob_covers_version(glob: str) -> bool:
    """Return whether a valid glob covers ``appVersion``."""
    return _matches(_pattern(glob), (relaxed_form(VERSION),))


@lru_cache(maxsize=4096)
def literal_key(glob: str) -> PropertyKey | None:
    """Return the property that a valid glob without wildcards names; ``None`` for any other glob."""
    section, _, key = glob.partition(".")
    found = _section(section)
    return identify(found, key) if found and key and "*" not in key else None


@lru_cache(maxsize=4096)
def glob_problem(glob: str) -> GlobProblem | None:
    """Return why a text is no glob over properties, or ``None`` if it is one."""
    first, *rest = elements = _elements(glob)
    if "${{" in glob or len(glob) > _LONGEST:
        what = "holds a reference" if "${{" in glob else f"is longer than {_LONGEST} characters"
        return GlobProblem(what, "write the path of a property, such as appConfig.eventstore.batchSize")
    if not all(elements) or "[" in _BRACKETS.sub("", glob):
        return GlobProblem("has an empty element or a bracket that is not closed", "write SECTION.KEY")
    if any(_ANY in element and element != _ANY for element in elements):
        return GlobProblem("has ** beside other text", "write ** as an element of its own, or * within one")
    if not all(element == _ANY or _relaxed(element) for element in elements):
        return GlobProblem("has an element without a letter or a digit", "write SECTION.KEY")
    return _beginning_problem(glob, first, rest) or _part_problem(glob)


def _beginning_problem(glob: str, first: str, rest: list[str]) -> GlobProblem | None:
    if "*" in first:
        return None
    if first == "state" and not rest:
        return GlobProblem("is no property", "leave out state: then the run state is left alone")
    if first in _NAMES and not rest:
        return GlobProblem("names a persister and is no property", "remove it")
    if section := _section(first):
        hint = f"write {section}.** for all of it"
        return None if rest else GlobProblem("is a section and no property", hint)
    if relaxed_form(first) == relaxed_form(VERSION):
        return GlobProblem("has nothing below it", f"write {VERSION}") if rest else None
    similar = most_similar(first, (*Section, VERSION))
    hint = f"did you mean {similar}?" if similar else f"write {Section.APP}.{glob} or {Section.DEPLOYER}.{glob}"
    return GlobProblem(f"does not begin with {', '.join(Section)} or {VERSION}", hint)


def _part_problem(glob: str) -> GlobProblem | None:
    """Find a path into a structure: a property is ignored as a whole."""
    name, _, key = glob.partition(".")
    section = _section(name)
    if section is None:
        return None
    for end in (match.start() for match in _STEP.finditer(key)):
        head = identify(section, key[:end])
        if head.definition and head.definition.kind.has_parts and head.definition.key == head.canonical:
            message = f"names a part of {head.source}, and a property is ignored as a whole"
            return GlobProblem(message, f"write {name}.{head.source}")
    return None


def _section(name: str) -> Section | None:
    return next((section for section in Section if relaxed_form(section) == relaxed_form(name)), None)


def _elements(path: str) -> list[str]:
    """Divide a path at its dots, but not at those in brackets."""
    elements = [""]
    for index, part in enumerate(_BRACKETS.split(path)):
        first, *others = [part] if index % 2 else part.split(".")
        elements[-1] += first
        elements += others
    return elements


@lru_cache(maxsize=4096)
def _pattern(glob: str) -> tuple[str, ...]:
    """Return what the elements have to match, as shell patterns."""
    return tuple(element if element == _ANY else _relaxed(element) for element in _elements(glob))


def _relaxed(element: str) -> str:
    """Return an element in relaxed form as a shell pattern in which only ``*`` is special."""
    parts = _BRACKETS.split(element)
    parts[::2] = ["*".join(map(relaxed_form, part.split("*"))) for part in parts[::2]]
    return "".join(parts).replace("[", "[[]").replace("?", "[?]")


def _matches(pattern: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Return whether a path matches: all positions in the pattern at a time, so that no pattern takes long."""
    positions = _with_skipped(pattern, {0})
    for element in path:
        reached = set()
        for position in positions:
            if position < len(pattern) and pattern[position] == _ANY:
                reached.add(position)
            elif position < len(pattern) and fnmatchcase(element, pattern[position]):
                reached.add(position + 1)
        positions = _with_skipped(pattern, reached)
    return len(pattern) in positions


def _with_skipped(pattern: tuple[str, ...], positions: set[int]) -> set[int]:
    """Add the positions behind a ``**``, which may stand for no element."""
    for position, element in enumerate(pattern):
        if element == _ANY and position in positions:
            positions.add(position + 1)
    return positions
