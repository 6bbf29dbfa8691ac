"""Rules about a key alone. Persisters share most of their keys, so each key is checked once."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from persync.config.findings import Advice
from persync.errors import Severity
from persync.model import PropertyKey, Section
from persync.properties.catalogue import definitions, identify
from persync.properties.keys import relaxed_form

if TYPE_CHECKING:
    from collections.abc import Mapping

# 0.85 finds a missing, doubled, swapped or wrong letter in most keys' last element, and not one word for another.
_NEAR = 0.85
_KUBERNETES = "kubernetes."
_STEP = re.compile(r"[.\[]")
_INDEX = re.compile(r"\[\d+\]", re.ASCII)


@lru_cache(maxsize=65_536)
def key_advice(key: PropertyKey, known: tuple[str, ...] = ()) -> tuple[Advice, ...]:
    """Return what is wrong with a key.

    Args:
        key: the key.
        known: ``knownProperties`` of persync.yaml: patterns of keys that exist, though the catalogue lacks them.

    Rules: ``no-effect``, ``newer-deployer``, ``key-spelling``, ``near-miss``, ``missing-prefix``,
    ``inside-structure``, ``below-property``, ``group-value``.
    """
    definition = key.definition
    if definition is None:
        if any(_pattern(each).fullmatch(f"{key.section}.{key.form}") for each in known):
            return ()
        found = _inside_structure(key) or _misplaced(key) or _missing_prefix(key) or _near_miss(key)
        return (found,) if found else ()
    advice: list[Advice] = []
    if definition.no_effect:
        advice.append(_warning("no-effect", f"{key.source} has no effect", definition.no_effect))
    if definition.since:
        message = f"{key.source} has no effect before {definition.since}"
        reason = "Granary releases 0.8 to 1.2 come with deployer 2.0"
        advice.append(_warning("newer-deployer", message, reason))
    if key.spelling != key.source:
        reason = (
            "the deployer reads its keys case-sensitively"
            if key.section is Section.DEPLOYER
            else "Spring reads both as the same property, but a single spelling is easier to find"
        )
        message = f"{key.source} is spelled {key.spelling} in the documentation"
        advice.append(_warning("key-spelling", message, reason, f"write {key.spelling}"))
    return tuple(advice)


def _inside_structure(key: PropertyKey) -> Advice | None:
    """Find dotted keys below a property that the deployer reads as one YAML text."""
    parent = key.source
    while "." in parent:
        parent = parent.rpartition(".")[0]
        definition = identify(key.section, parent).definition
        if definition and definition.kind.has_parts:
            reason = f"the deployer reads {definition.key} as one text, and no keys below it"
            hint = f"write a map under {definition.key}"
            return _warning("inside-structure", f"{key.source} is not read", reason, hint)
    return None


def _misplaced(key: PropertyKey) -> Advice | None:
    """Find keys and items below a property that takes a single value, and a value for a group of properties."""
    source = key.source
    for end in (*(match.start() for match in _STEP.finditer(source)), len(source)):
        head, rest = identify(key.section, source[:end]), source[end:]
        if head.definition and not (head.definition.takes_list and _INDEX.fullmatch(rest)):
            reason = f"{head.definition.key} takes a single value"
            return _warning("below-property", f"{source} is not read", reason, f"give {head.definition.key} a value")
        if head.form in _groups(key.section) and not rest.startswith("."):
            reason = (
                f"{head.source} is no property, but a group of them: {_groups(key.section)[head.form]}, for example"
            )
            return _warning("group-value", f"{source} is not read", reason, f"name the property below {head.source}")
    return None


@cache
def _groups(section: Section) -> Mapping[str, str]:
    """Return the form of each group of properties, and the documented spelling of a property in it."""
    groups: dict[str, str] = {}
    for form, spelling in _catalogued(section):
        while "." in form:
            form = form.rpartition(".")[0]  # noqa: PLW2901 - from each group to the one around it
            groups.setdefault(form, spelling)
    return groups


def _missing_prefix(key: PropertyKey) -> Advice | None:
    if key.section is not Section.DEPLOYER:
        return None
    source = key.source
    other = source.removeprefix(_KUBERNETES) if source.startswith(_KUBERNETES) else _KUBERNETES + source
    canonical = identify(key.section, other).canonical
    if canonical is None:
        return None
    reason = "the deployer has another name for it"
    return _warning("missing-prefix", f"{source} is not read", reason, f"write {canonical}")


def similar_key(key: PropertyKey) -> str:
    """Return a hint that names the most similar key of the catalogue; empty where it has the key, or none like it."""
    similar, _ = (None, False) if key.definition else _similar(key)
    return f"did you mean {similar}?" if similar else ""


def _similar(key: PropertyKey) -> tuple[str | None, bool]:
    """Return the most similar key of the catalogue, and whether both differ by one slip."""
    by_form = _catalogued(key.section)
    slips = [spelling for form, spelling in by_form if _is_one_slip(key.form, form)]
    return (slips[0], True) if slips else (_most_similar(key.form, by_form), False)


def _similar_above(key: PropertyKey) -> str | None:
    """Return the property with parts that differs by one slip from a key above this one: its parts became keys."""
    above = key.form
    while "." in above:
        above = above.rpartition(".")[0]
        for form, spelling in _with_parts(key.section):
            if _is_one_slip(above, form):
                return spelling
    return None


@cache
def _with_parts(section: Section) -> tuple[tuple[str, str], ...]:
    """Return what ``_catalogued`` has of properties whose values have parts."""
    return tuple(entry for entry in _catalogued(section) if identify(section, entry[1]).kind.has_parts)


def _near_miss(key: PropertyKey) -> Advice | None:
    """Find keys that are similar to a key of the catalogue: an error where they differ by one slip."""
    similar, is_slip = _similar(key)
    if similar is None:
        similar, is_slip = _similar_above(key), True
    if similar is None:
        return None
    severity = Severity.ERROR if is_slip else Severity.WARNING
    message, reason = f"{key.source} is not in the catalogue of properties", "a misspelt key has no effect"
    hint = f"did you mean {similar}? If {key.source} exists, add {key.section}.{key.source} to knownProperties"
    return Advice(severity, "near-miss", message, reason, f"{hint} in persync.yaml")


def _is_one_slip(one: str, other: str) -> bool:
    """Return whether two texts differ by one letter that is missing, added or wrong, or by two that are swapped."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return max(len(one), len(other)) == 1 or (len(one) == 2 and one == other[::-1])  # noqa: PLR2004 - two letters


def _most_similar(form: str, by_form: tuple[tuple[str, str], ...]) -> str | None:
    """Return the spelling of the key that differs least in its last element, or in those before it."""
    parent, _, last = form.rpartition(".")
    best, best_ratio = None, _NEAR
    for other, spelling in by_form:
        other_parent, _, other_last = other.rpartition(".")
        if other_parent == parent:
            ratio = SequenceMatcher(None, last, other_last).ratio()
        elif other_last == last and other_parent and parent:
            ratio = SequenceMatcher(None, parent, other_parent).ratio()
        else:
            continue
        if ratio >= best_ratio:
            best, best_ratio = spelling, ratio
    return best


@lru_cache(maxsize=4096)
def _pattern(known: str) -> re.Pattern[str]:
    """Return what an entry of ``knownProperties`` matches: a section and the relaxed form of a key."""
    section, _, key = known.partition(".")
    return re.compile(re.escape(f"{section}.") + ".*".join(re.escape(relaxed_form(part)) for part in key.split("*")))


@cache
def _catalogued(section: Section) -> tuple[tuple[str, str], ...]:
    """Return the form and the documented spelling of every key in the catalogue."""
    return tuple((identify(section, definition.key).form, definition.key) for definition in definitions(section))


def _warning(rule: str, message: str, reason: str, hint: str = "") -> Advice:
    return Advice(Severity.WARNING, rule, message, reason, hint)
