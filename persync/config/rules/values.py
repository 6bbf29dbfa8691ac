"""Rules about one value. No message repeats the value: it may be a secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from persync.config.findings import Advice
from persync.config.rules.addresses import address_advice
from persync.config.rules.skipper import arrives, delivery_advice, ends_with_line_break
from persync.config.rules.structures import structure_advice
from persync.config.variables import OPENING
from persync.errors import Severity
from persync.model import Kind, Section
from persync.properties.corrections import corrected
from persync.properties.values import problem, structure_of
from persync.properties.yaml_limits import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.model import Definition, PropertyKey
    from persync.properties.kinds.problem import Problem
    from persync.properties.secrets import SecretPolicy
    from persync.properties.structures import Structure

_SINGLE_BRACES = re.compile(r"(?<!\$)\$\{ *(vars|secrets?)\.([A-Za-z0-9_.-]+) *\}")


def value_advice(key: PropertyKey, text: str, secrets: SecretPolicy, *, sensitive: bool) -> tuple[Advice, ...]:
    """Return what is wrong with a value.

    Args:
        key: the property's key.
        text: the value.
        secrets: the policy for secrets.
        sensitive: whether a part of the value came from a secret reference.

    Rules: ``value-too-long``, ``single-braces``, ``invalid-value`` (syntax, range, choice), those of
    ``structure_advice``, ``delivery_advice`` and ``address_advice``, and ``plain-secret``.
    """
    if OPENING in text:
        return ()  # a reference that could not be replaced: the value is not known
    if len(text) > LONGEST:
        message = f"{key.source} is longer than {LONGEST // 1024} KiB"
        return (Advice(Severity.ERROR, "value-too-long", message),)
    hidden = sensitive or secrets.covers(key)
    of_its_kind = tuple(_of_its_kind(key, text, secrets, hidden=hidden))
    # of a structure with mistakes, such as secretNam, it is not sure what its parts are
    is_unsure = key.kind is Kind.STRUCTURE and (bool(of_its_kind) or _parts(key, text) is None)
    return (
        *_single_braces(key, text),
        *delivery_advice(key, text),
        *address_advice(key, text),
        *of_its_kind,
        *(() if sensitive or is_unsure else _plain_secret(key, text, secrets)),
    )


def _parts(key: PropertyKey, text: str) -> Structure | None:
    return structure_of(key.definition, text) if key.definition else None


def _single_braces(key: PropertyKey, text: str) -> Iterator[Advice]:
    """Find references with one brace, as a shell would write them: they look like placeholders of Spring."""
    if "${" in text and (found := _SINGLE_BRACES.search(text)):
        source, name = found[1].lower().removesuffix("s"), found[2]
        meant = f"${{{{ {'vars' if source == 'var' else source}.{name} }}}}"
        message = f"{key.source} has {found[0]}, which persync does not replace"
        reason = "it is a placeholder of Spring, which looks for a property of this name"
        yield Advice(Severity.WARNING, "single-braces", message, reason, f"write {meant}")


def _of_its_kind(key: PropertyKey, text: str, secrets: SecretPolicy, *, hidden: bool) -> Iterator[Advice]:
    definition = key.definition
    if definition is None or definition.no_effect or (definition.kind is Kind.TEXT and not definition.not_empty):
        return
    if definition.kind is Kind.STRUCTURE:
        yield from structure_advice(key, definition, text, hidden=hidden)
        return
    if "${" not in text and (found := _problem(definition, text)):
        meant = None if hidden else corrected(definition, text)
        hint = f"write {meant}" if meant is not None and secrets.may_quote(meant) else ""
        if definition.kind.has_parts:
            hint = found.hint or "write a map of names and values: persync makes the text"
        yield _invalid(key, definition, found, hint)


def _problem(definition: Definition, text: str) -> Problem | None:
    arrived = arrives(text)
    if arrived is None:
        return None  # that is a finding already, as is a line break at the end
    if definition.kind not in {Kind.PAIRS, Kind.LABELS}:
        arrived = text.rstrip() if ends_with_line_break(text) else arrived
    return problem(definition, arrived)


def _invalid(key: PropertyKey, definition: Definition, found: Problem, hint: str) -> Advice:
    message = f"{key.source} {found.why}"
    # The deployer silently falls back from a choice that it does not have; everywhere else the start fails.
    if key.section is Section.DEPLOYER and definition.kind is Kind.ENUM:
        reason = "the deployer silently uses its default instead"
        return Advice(Severity.WARNING, "invalid-value", message, reason, hint or found.hint)
    return Advice(found.severity, "invalid-value", message, hint=hint or found.hint)


def _plain_secret(key: PropertyKey, text: str, secrets: SecretPolicy) -> Iterator[Advice]:
    reference = key.definition is not None and key.definition.reference
    if reference or not any(secrets.secrets_in(key, text)):
        return
    if secrets.covers(key):
        message = f"{key.source} holds a secret in plain text"
    else:
        message = f"the text of {key.source} contains a secret"
    reason = "everyone who can read the files or their history can read the secret"
    hint = "use a Spring placeholder or ${{ secret.NAME }}"
    yield Advice(Severity.WARNING, "plain-secret", message, reason, hint)
