"""What can be said about one value. No finding repeats the value: it may be a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from persync.config.findings import error, warning
from persync.config.variables import OPENING
from persync.model import Kind, Section
from persync.properties.secrets import is_placeholder, redact
from persync.properties.structures import parse_structure
from persync.properties.values import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.errors import Finding
    from persync.model import Definition, Property
    from persync.properties.secrets import SecretPolicy
    from persync.properties.structures import Structure

_MISSING_SPACE = re.compile(r"""[\w.-]+:(?=['"\w/$])""")
_MISSING_BEFORE_BRACKET = re.compile(r"""[\w.-]+:(?=[\[{'"])""")
_IN_URL = re.compile(r"://[^/\s]*@|password|token|secret", re.IGNORECASE)


def value_findings(prop: Property, secrets: SecretPolicy) -> Iterator[Finding]:
    """Yield what is wrong with a value.

    Args:
        prop: the property.
        secrets: the policy for secrets.

    Rules: ``invalid-value`` (syntax, range, choice), ``missing-space``, ``structure-syntax``, ``structure-shape``,
    ``plain-secret``.
    """
    if OPENING in prop.text:
        return  # what it would be is not known
    definition = prop.key.definition
    if definition is not None and definition.kind is Kind.STRUCTURE:
        yield from _structure(definition, prop, secrets)
    elif definition is not None and definition.kind is not Kind.TEXT and not definition.no_effect:
        why = problem(definition, prop.text.lower() if definition.ignores_case else prop.text)
        if why is not None:
            yield _invalid(definition, prop, why)
    if not prop.sensitive:
        yield from _secrets(prop, secrets)


def _invalid(definition: Definition, prop: Property, why: str) -> Finding:
    # The deployer falls back silently where it does not know a choice; everywhere else the start fails.
    quiet = prop.key.section is Section.DEPLOYER and definition.kind is Kind.ENUM
    say = warning if quiet else error
    reason = "the deployer silently takes its default instead" if quiet else ""
    return say("invalid-value", f"{prop.key.source} {why}", prop.span, reason=reason)


def _structure(definition: Definition, prop: Property, secrets: SecretPolicy) -> Iterator[Finding]:
    if "${" in prop.text:
        return
    hidden = prop.sensitive or secrets.covers(prop.key)
    try:
        structure = parse_structure(prop.text)
    except ValueError as failure:
        match = _MISSING_BEFORE_BRACKET.search(prop.text)
        hint = f"is a space missing after {_named(match, hidden=hidden)}?" if match else ""
        message = f"{prop.key.source} is not YAML that the deployer can read: {failure}"
        yield error("structure-syntax", message, prop.span, hint=hint)
        return
    stuck = [match for text in (*_texts(structure), *_keys(structure)) if (match := _MISSING_SPACE.match(text))]
    for match in stuck:
        reason = "without the space, YAML takes the colon and what follows for a part of the key"
        message = f"{prop.key.source}: a space is missing after {_named(match, hidden=hidden)}"
        yield error("missing-space", message, prop.span, reason=reason)
    if not stuck and not _has_shape(definition.shape, structure):
        message = f"{prop.key.source} must be a {'list of maps' if definition.shape == 'list' else 'map'}"
        reason = "the deployer cannot read anything else here"
        yield error("structure-shape", message, prop.span, reason=reason)


def _named(match: re.Match[str], *, hidden: bool) -> str:
    """Return what stands before a colon, unless it may be a secret."""
    return "a colon" if hidden else match[0]


def _has_shape(shape: str | None, structure: Structure) -> bool:
    """Return whether a structure is what its property takes; nothing at all always is."""
    if shape is None or structure == "":
        return True
    if shape == "map":
        return isinstance(structure, Mapping)
    return isinstance(structure, list) and all(isinstance(item, Mapping) for item in structure)


def _texts(structure: Structure) -> Sequence[str]:
    """Return the texts in the place of a map: the structure itself, or items of it.

    Further down, a list may be one of texts such as ``host:port``.
    """
    if isinstance(structure, str):
        return [structure]
    return [] if isinstance(structure, Mapping) else [item for item in structure if isinstance(item, str)]


def _keys(structure: Structure) -> Iterator[str]:
    """Yield the keys whose value is empty, at any depth: those that may have swallowed it."""
    if isinstance(structure, Mapping):
        for key, value in structure.items():
            if value == "":
                yield key
            yield from _keys(value)
    elif not isinstance(structure, str):
        for item in structure:
            yield from _keys(item)


def _secrets(prop: Property, secrets: SecretPolicy) -> Iterator[Finding]:
    text = prop.text
    reference = prop.key.definition is not None and prop.key.definition.reference
    if not text or is_placeholder(text) or reference or prop.key.kind is Kind.STRUCTURE:
        return
    if secrets.covers(prop.key):
        what = f"{prop.key.source} holds a secret that is written out"
    elif _IN_URL.search(text) and redact(text) != text:
        what = f"{prop.key.source} holds a secret inside of its text"
    else:
        return
    reason = "whoever reads the files or their history reads the secret"
    yield warning("plain-secret", what, prop.span, reason=reason, hint="use a Spring placeholder or ${{ secret.NAME }}")
