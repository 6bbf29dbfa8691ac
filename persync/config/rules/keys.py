"""What can be said about a key alone. The same keys come again and again, so each is judged once."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from persync.config.findings import warning
from persync.model import Section
from persync.properties.catalogue import Kind, identify, known_properties

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
def key_advice(section: Section, key: str) -> tuple[Advice, ...]:
    """Return what is to be said about a key of a section.

    Rules: ``no-effect``, ``newer-deployer``, ``key-spelling``, ``near-miss``, ``missing-prefix``,
    ``inside-structure``.
    """
    identity = identify(section, key)
    if identity.known is None:
        found = _inside_structure(section, key) or _missing_prefix(section, key) or _near_miss(section, key)
        return (found,) if found else ()
    advice: list[Advice] = []
    if identity.known.no_effect:
        advice.append(Advice("no-effect", f"{key} has no effect", identity.known.no_effect, ""))
    if identity.known.since:
        message = f"{key} has no effect before {identity.known.since}"
        reason = "Granary releases 0.8 to 1.2 come with deployer 2.0"
        advice.append(Advice("newer-deployer", message, reason, ""))
    if identity.canonical is not None and identity.canonical != key:
        reason = (
            "the deployer looks its keys up case-sensitively"
            if section is Section.DEPLOYER
            else "it is the same property to Spring, but one spelling is easier to find"
        )
        message = f"{key} is written {identity.canonical} in the documentation"
        advice.append(Advice("key-spelling", message, reason, f"write {identity.canonical}"))
    return tuple(advice)


def _inside_structure(section: Section, key: str) -> Advice | None:
    """Find dotted keys below a property that is one YAML text to the deployer."""
    parent = key
    while "." in parent:
        parent = parent.rpartition(".")[0]
        known = identify(section, parent).known
        if known and known.kind in {Kind.STRUCTURE, Kind.PAIRS, Kind.ASSIGNMENTS}:
            reason = f"{known.key} is one text to the deployer, which looks up no keys below it"
            return Advice("inside-structure", f"{key} is not read", reason, f"write a map under {known.key}")
    return None


def _missing_prefix(section: Section, key: str) -> Advice | None:
    if section is not Section.DEPLOYER:
        return None
    other = key.removeprefix(_KUBERNETES) if key.startswith(_KUBERNETES) else _KUBERNETES + key
    canonical = identify(section, other).canonical
    if canonical is None:
        return None
    return Advice("missing-prefix", f"{key} is not read", "the deployer knows it by another name", f"write {canonical}")


def _near_miss(section: Section, key: str) -> Advice | None:
    form = identify(section, key).form
    parent, _, last = form.rpartition(".")
    best, best_ratio = None, _NEAR
    for known_form, known_key in _known_forms(section):
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
        "near-miss", f"{key} is not a known property", "a misspelt key has no effect", f"did you mean {best}?"
    )


@cache
def _known_forms(section: Section) -> tuple[tuple[str, str], ...]:
    return tuple((identify(section, known.key).form, known.key) for known in known_properties(section))
