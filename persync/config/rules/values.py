"""Rules about one value. No message repeats the value: it may be a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from persync.config.findings import Advice
from persync.config.variables import OPENING
from persync.errors import Severity
from persync.model import Kind, Section
from persync.properties.secrets import is_placeholder, redact
from persync.properties.structures import parse_structure
from persync.properties.values import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.model import Definition, PropertyKey
    from persync.properties.secrets import SecretPolicy
    from persync.properties.structures import Structure

_MISSING_SPACE = re.compile(r"""[\w.-]+:(?=['"\w/$])""")
_MISSING_BEFORE_BRACKET = re.compile(r"""[\w.-]+:(?=[\[{'"])""")
_IN_URL = re.compile(r"://[^/\s]*@|password|token|secret", re.IGNORECASE)


def value_advice(key: PropertyKey, text: str, secrets: SecretPolicy, *, sensitive: bool) -> tuple[Advice, ...]:
    """Return what is wrong with a value.

    Args:
        key: the property's key.
        text: the value.
        secrets: the policy for secrets.
        sensitive: whether a part of the value came from a secret reference.

    Rules: ``invalid-value`` (syntax, range, choice), ``missing-space``, ``structure-syntax``, ``structure-shape``,
    ``plain-secret``.
    """
    if OPENING in text:
        return ()  # a reference that could not be replaced: the value is not known
    hidden = sensitive or secrets.covers(key)
    return (*_of_its_kind(key, text, hidden=hidden), *(() if sensitive else _plain_secret(key, text, hidden=hidden)))


def _of_its_kind(key: PropertyKey, text: str, *, hidden: bool) -> Iterator[Advice]:
    definition = key.definition
    if definition is None or definition.kind is Kind.TEXT:
        return
    if definition.kind is Kind.STRUCTURE:
        yield from _structure(key, definition, text, hidden=hidden)
    elif not definition.no_effect:
        why = problem(definition, text)
        if why is not None:
            yield _invalid(key, definition, why)


def _invalid(key: PropertyKey, definition: Definition, why: str) -> Advice:
    # The deployer silently falls back from a choice that it does not have; everywhere else the start fails.
    if key.section is Section.DEPLOYER and definition.kind is Kind.ENUM:
        reason = "the deployer silently uses its default instead"
        return Advice(Severity.WARNING, "invalid-value", f"{key.source} {why}", reason)
    return _error("invalid-value", f"{key.source} {why}")


def _structure(key: PropertyKey, definition: Definition, text: str, *, hidden: bool) -> Iterator[Advice]:
    if "${" in text:
        return
    try:
        structure = parse_structure(text)
    except ValueError as failure:
        match = _MISSING_BEFORE_BRACKET.search(text)
        hint = f"is a space missing after {_named(match, hidden=hidden)}?" if match else ""
        yield _error("structure-syntax", f"{key.source} is not YAML that the deployer can read: {failure}", hint=hint)
        return
    unspaced = [match for part in (*_texts(structure), *_keys(structure)) if (match := _MISSING_SPACE.match(part))]
    for match in unspaced:
        reason = "without the space, YAML reads the colon and what follows as a part of the key"
        yield _error("missing-space", f"{key.source}: a space is missing after {_named(match, hidden=hidden)}", reason)
    if not unspaced and not _has_shape(definition.shape, structure):
        message = f"{key.source} must be a {'list of maps' if definition.shape == 'list' else 'map'}"
        yield _error("structure-shape", message, "the deployer cannot read anything else here")


def _named(match: re.Match[str], *, hidden: bool) -> str:
    """Return the name before a colon, unless it may be a secret."""
    return "a colon" if hidden else match[0]


def _has_shape(shape: str | None, structure: Structure) -> bool:
    """Return whether a structure has the shape that its property takes; an empty text always has."""
    if shape is None or structure == "":
        return True
    if shape == "map":
        return isinstance(structure, Mapping)
    return isinstance(structure, list) and all(isinstance(item, Mapping) for item in structure)


def _texts(structure: Structure) -> Sequence[str]:
    """Return the texts where a map is expected: the structure itself, or its items.

    Deeper lists may hold texts such as ``host:port``.
    """
    if isinstance(structure, str):
        return [structure]
    return [] if isinstance(structure, Mapping) else [item for item in structure if isinstance(item, str)]


def _keys(structure: Structure) -> Iterator[str]:
    """Yield the keys with an empty value, at any depth: without a space, the value is a part of the key."""
    if isinstance(structure, Mapping):
        for key, value in structure.items():
            if value == "":
                yield key
            yield from _keys(value)
    elif not isinstance(structure, str):
        for item in structure:
            yield from _keys(item)


def _plain_secret(key: PropertyKey, text: str, *, hidden: bool) -> Iterator[Advice]:
    reference = key.definition is not None and key.definition.reference
    if not text or is_placeholder(text) or reference or key.kind is Kind.STRUCTURE:
        return
    if hidden:
        message = f"{key.source} holds a secret in plain text"
    elif _IN_URL.search(text) and redact(text) != text:
        message = f"the text of {key.source} contains a secret"
    else:
        return
    reason = "everyone who can read the files or their history can read the secret"
    hint = "use a Spring placeholder or ${{ secret.NAME }}"
    yield Advice(Severity.WARNING, "plain-secret", message, reason, hint)


def _error(rule: str, message: str, reason: str = "", hint: str = "") -> Advice:
    return Advice(Severity.ERROR, rule, message, reason, hint)
