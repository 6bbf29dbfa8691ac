"""The known properties: canonical spelling, kind, range and default, read from the published catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from persync.model import Section
from persync.properties.keys import exact_below, relaxed_form
from persync.published import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(StrEnum):
    """How the text of a value is read, and so when two texts are equal."""

    TEXT = "text"
    BOOL = "bool"
    INT = "int"
    NUMBER = "number"
    QUANTITY = "quantity"
    DURATION = "duration"
    ENUM = "enum"
    STRUCTURE = "structure"
    """YAML in a string."""
    ASSIGNMENTS = "assignments"
    """``A=b,C='x,y'``"""
    PAIRS = "pairs"
    """``k:v,k2:v2``"""
    INTS = "ints"
    """Comma-separated."""


@dataclass(frozen=True, slots=True)
class Known:
    """One entry of the catalogue.

    Attributes:
        key: the documented spelling; for an entry that stands for every key with a prefix, the prefix.
        kind: how its value is read.
        description: what it is for.
        minimum, maximum: the range of a number, inclusive.
        choices: the values of an enum.
        default: the default of the app or the deployer, as text; a server may have its own.
        ignores_case: the reader of an enum does not tell capitals from small letters.
        shape: what a structure is: ``list`` (of maps) or ``map``.
        identity: the fields that match the items of a list with their counterparts; without it, order counts.
        since: the release that reads it first, if older ones ignore it.
        no_effect: why it is never read.
        reference: its value names a secret and is none.
    """

    key: str
    kind: Kind
    description: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    ignores_case: bool = False
    shape: str | None = None
    default: str | None = None
    identity: tuple[str, ...] = ()
    since: str | None = None
    no_effect: str | None = None
    reference: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """What a key stands for.

    Attributes:
        form: two keys of a section are the same property if their forms are equal.
        known: the catalogue's entry, if there is one.
        canonical: the documented spelling of this very key, if there is one.
    """

    form: str
    known: Known | None = None
    canonical: str | None = None


@dataclass(frozen=True, slots=True)
class _SectionCatalogue:
    by_form: Mapping[str, Known]
    """Relaxed form → entry."""
    by_prefix: tuple[tuple[str, Known, bool], ...]
    """Relaxed form of the prefix, entry, whether the rest of the key is exact."""


@lru_cache(maxsize=65_536)
def identify(section: Section, key: str) -> Identity:
    """Return what ``key``, in any spelling, stands for in that section."""
    entries = _entries(section)
    form = relaxed_form(key)
    if known := entries.by_form.get(form):
        return Identity(form, known, known.key)
    for prefix, known, exact in entries.by_prefix:
        if exact:
            if tail_form := exact_below(key, prefix):
                return Identity(tail_form, known, known.key + tail_form[len(prefix) :])
        elif form.startswith(prefix):
            return Identity(form, known)
    return Identity(form)


def known_properties(section: Section) -> tuple[Known, ...]:
    """Return the catalogue's entries of a section that have a key of their own, in the catalogue's order."""
    return tuple(_entries(section).by_form.values())


@cache
def _entries(section: Section) -> _SectionCatalogue:
    name = "liveSegmentConfig" if section is Section.LIVE_SEGMENT else section.value
    definition = catalogue()["$defs"][name]
    named = [_known(key, entry) for key, entry in definition["properties"].items()]
    prefixed = definition.get("patternProperties", {}).values()
    return _SectionCatalogue(
        by_form={relaxed_form(known.key): known for known in named},
        by_prefix=tuple(
            (relaxed_form(entry["x-prefix"]), _known(entry["x-prefix"], entry), entry.get("x-exact-below", False))
            for entry in prefixed
        ),
    )


def _known(key: str, entry: Mapping[str, Any]) -> Known:
    return Known(
        key=key,
        kind=Kind(entry["x-kind"]),
        description=entry["description"],
        minimum=entry.get("minimum"),
        maximum=entry.get("maximum"),
        choices=tuple(choice for form in entry.get("anyOf", ()) for choice in form.get("enum", ())),
        ignores_case=entry.get("x-ignores-case", False),
        shape=entry.get("x-shape"),
        default=_as_text(entry.get("default")),
        identity=tuple(entry.get("x-identity", ())),
        since=entry.get("x-since"),
        no_effect=entry.get("x-no-effect"),
        reference=entry.get("x-reference", False),
    )


def _as_text(default: object) -> str | None:
    if default is None or isinstance(default, str):
        return default
    return str(default).lower() if isinstance(default, bool) else str(default)
