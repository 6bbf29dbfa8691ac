"""What can be said about a key alone. The same keys come again and again, so each is judged once."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from persync.config.findings import warning
from persync.model import PropertyKey, Section
from persync.properties.catalogue import definitions, identify

if TYPE_CHECKING:
    from persync.errors import Finding
    from persync.model import Span

# 0.85 finds a missing, doubled, swapped or wrong letter in most keys' last element, and not one word for another.
_NEAR = 0.85
_KUBERNETES = "kubernetes."


class Advice(NamedTuple):
    """A finding about a key that has no place yet."""

    rule: str
    message: str
    reason: str
    hint: str

    def at(self, span: Span) -> Finding:
        """Return the finding at a place; what is said about a key is never more than a warning."""
        return warning(self.rule, self.message, span, reason=self.reason, hint=self.hint)


@lru_cache(maxsize=65_536)
def key_advice(key: PropertyKey) -> tuple[Advice, ...]:
    """Return what is to be said about a key of a section.

    Rules: ``no-effect``, ``newer-deployer``, ``key-spelling``, ``near-miss``, ``missing-prefix``,
    ``inside-structure``.
    """
    definition = key.definition
    if definition is None:
        found = _inside_structure(key) or _missing_prefix(key) or _near_miss(key)
        return (found,) if found else ()
    advice: list[Advice] = []
    if definition.no_effect:
        advice.append(Advice("no-effect", f"{key.source} has no effect", definition.no_effect, ""))
    if definition.since:
        message = f"{key.source} has no effect before {definition.since}"
        reason = "Granary releases 0.8 to 1.2 come with deployer 2.0"
        advice.append(Advice("newer-deployer", message, reason, ""))
    if key.spelling != key.source:
        reason = (
            "the deployer looks its keys up case-sensitively"
            if key.section is Section.DEPLOYER
            else "it is the same property to Spring, but one spelling is easier to find"
        )
        message = f"{key.source} is spelled {key.spelling} in the documentation"
        advice.append(Advice("key-spelling", message, reason, f"write {key.spelling}"))
    return tuple(advice)


def _inside_structure(key: PropertyKey) -> Advice | None:
    """Find dotted keys below a property that is one YAML text to the deployer."""
    parent = key.source
    while "." in parent:
        parent = parent.rpartition(".")[0]
        definition = identify(key.section, parent).definition
        if definition and definition.kind.has_parts:
            reason = f"{definition.key} is one text to the deployer, which looks up no keys below it"
            return Advice(
                "inside-structure", f"{key.source} is not read", reason, f"write a map under {definition.key}"
            )
    return None


def _missing_prefix(key: PropertyKey) -> Advice | None:
    if key.section is not Section.DEPLOYER:
        return None
    source = key.source
    other = source.removeprefix(_KUBERNETES) if source.startswith(_KUBERNETES) else _KUBERNETES + source
    canonical = identify(key.section, other).canonical
    if canonical is None:
        return None
    return Advice(
        "missing-prefix", f"{source} is not read", "the deployer has another name for it", f"write {canonical}"
    )


def _near_miss(key: PropertyKey) -> Advice | None:
    parent, _, last = key.form.rpartition(".")
    best, best_ratio = None, _NEAR
    for known_form, known_key in _known_forms(key.section):
        known_parent, _, known_last = known_form.rpartition(".")
        # one slip: in the last element, or in what leads to it
        if known_parent == parent:
            ratio = SequenceMatcher(None, last, known_last).ratio()
        elif known_last == last and known_parent and parent:
            ratio = SequenceMatcher(None, parent, known_parent).ratio()
        else:
            continue
        if ratio >= best_ratio:
            best, best_ratio = known_key, ratio
    if best is None:
        return None
    return Advice(
        "near-miss", f"{key.source} is not a known property", "a misspelt key has no effect", f"did you mean {best}?"
    )


@cache
def _known_forms(section: Section) -> tuple[tuple[str, str], ...]:
    return tuple((identify(section, definition.key).form, definition.key) for definition in definitions(section))
