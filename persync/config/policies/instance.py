"""What a policy sees of a persister: the result of all layers, as JSON types, without secrets."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from persync.model import Kind, sections_of
from persync.properties.kinds.quantities import Duration
from persync.properties.secrets import HIDDEN
from persync.properties.structures import parse_structure
from persync.properties.values import canonical, structure_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from persync.model import Persister, Property, PropertyKey, Span
    from persync.properties.secrets import SecretPolicy

_MAPS = {Kind.ASSIGNMENTS, Kind.PAIRS, Kind.LABELS}


class Instance(NamedTuple):
    """A persister as JSON.

    Attributes:
        value: ``environment``, ``project``, ``eventType``, ``eventstore``, ``state``, ``appVersion``, each
            configuration map (values by the documented spelling of their properties), and ``ignoreChanges``.
        spans: where the values are, by their path in ``value``.
    """

    value: Mapping[str, Any]
    spans: Mapping[tuple[str, ...], Span]


def instance_of(persister: Persister, environment: str, secrets: SecretPolicy) -> Instance:
    """Return a persister as policies see it.

    A value that is or holds a secret is hidden: no policy of a branch can find it out by its findings.

    Args:
        persister: the result of all layers.
        environment: the name of the environment; empty where none is chosen.
        secrets: what is a secret.
    """
    value: dict[str, Any] = {"environment": environment or None}
    value["project"], value["eventType"], value["eventstore"] = persister.id
    spans: dict[tuple[str, ...], Span] = {}
    if persister.state is not None:
        value["state"] = persister.state.value
    if version := persister.app_version:
        value["appVersion"] = HIDDEN if version.sensitive else version.text
        spans["appVersion",] = version.span
    for section in sections_of(persister.id.eventstore):
        values = value.setdefault(section.value, {})
        for prop in persister.properties.get(section, ()):
            values[prop.key.spelling] = HIDDEN if _is_secret(prop, secrets) else _typed(prop.key, prop.text)
            spans[section.value, prop.key.spelling] = prop.span
    if persister.ignored:
        value["ignoreChanges"] = [glob.text for glob in persister.ignored]
        spans |= {("ignoreChanges", str(index)): glob.span for index, glob in enumerate(persister.ignored)}
    return Instance(value, spans)


def _is_secret(prop: Property, secrets: SecretPolicy) -> bool:
    return prop.sensitive or next(secrets.secrets_in(prop.key, prop.text), None) is not None


def _typed(key: PropertyKey, text: str) -> Any:
    """Return a value as JSON: a number in the unit of its kind, true or false, a list or a map, or else the text."""
    if key.definition is None:
        return text
    if key.kind is Kind.STRUCTURE:
        try:
            return parse_structure(text)
        except ValueError:
            return text
    if key.kind in _MAPS:
        parts = structure_of(key.definition, text)
        return text if parts is None else dict(cast("Mapping[str, Any]", parts))
    value = canonical(key.definition, text)
    if isinstance(value, Duration):
        value = None if value.months else value.seconds
    if isinstance(value, Fraction):
        value = int(value) if value.denominator == 1 else float(value)
    if isinstance(value, tuple):
        value = list(value)
    return text if value is None else value
