"""Defaults, a document and its overlays to the persister that they add up to."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from persync.config.findings import error
from persync.config.flow import InexpressibleError, text_of
from persync.config.overlay import laid_over
from persync.config.variables import OPENING, Values, substitute
from persync.config.yaml.nodes import Entry, List, Map, Scalar
from persync.model import PG, Persister, PersisterId, Property, RunState, Section, sections_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from persync.config.document import Partial
    from persync.config.flatten import Setting
    from persync.config.yaml.nodes import Node
    from persync.errors import Finding
    from persync.model import SourceText

GLOBAL = "global"
_DESIRED_STATES = {"RUNNING": RunState.RUNNING, "STOPPED": RunState.STOPPED}


@dataclass(frozen=True, slots=True)
class Defaults:
    """What lies under every persister: ``defaults`` of persync.yaml, laid out once."""

    head: Mapping[str, SourceText | None]
    settings: Mapping[Section, Mapping[str, Setting]]

    @classmethod
    def of(cls, partial: Partial | None) -> Defaults:
        """Return the defaults that a document states, or none."""
        if partial is None:
            return cls({}, {})
        return cls(partial.head, {section: laid_over({}, changes) for section, changes in partial.changes.items()})

    def text(self, field: str) -> str | None:
        """Return what the head says by default."""
        written = self.head.get(field)
        return written.text if written else None


def identity(partial: Partial, defaults: Defaults) -> PersisterId:
    """Return which persister a document is about; the event type is empty where it does not say it."""
    event_type = partial.head.get("eventType")
    project, eventstore = partial.head.get("project"), partial.head.get("eventstore")
    return PersisterId(
        project.text if project else defaults.text("project") or GLOBAL,
        event_type.text if event_type else "",
        eventstore.text if eventstore else defaults.text("eventstore") or PG,
    )


def build(
    name: PersisterId, layers: Sequence[Partial], defaults: Defaults, values: Values, findings: list[Finding]
) -> Persister:
    """Return the persister that its layers add up to.

    Args:
        name: its identity.
        layers: its document, then its overlays in their order.
        defaults: what lies under them.
        values: what references stand for.
        findings: is added to: ``variable``, ``unset-variable``, ``inexpressible-value``.
    """
    head = dict(defaults.head)
    for layer in layers:
        head.update(layer.head)
    state, version = head.get("state"), head.get("appVersion")
    properties: dict[Section, tuple[Property, ...]] = {}
    for section in sections_of(name.eventstore):
        settings = defaults.settings.get(section, {})
        for layer in layers:
            settings = laid_over(settings, layer.changes.get(section, ()))
        written = (_property(setting, values, findings) for setting in settings.values())
        properties[section] = tuple([one for one in written if one is not None])
    return Persister(
        id=name,
        span=layers[0].span,
        state=_DESIRED_STATES.get(state.text) if state else None,
        app_version=version if Section.APP in properties else None,
        properties=MappingProxyType(properties),
    )


def _property(setting: Setting, values: Values, findings: list[Finding]) -> Property | None:
    value = setting.value
    if isinstance(value, Scalar) and OPENING not in value.text:
        return Property(value.text, value.span, key=setting.key)
    substitution = _Substitution(values, findings)
    value = substitution.of(value)
    if isinstance(value, Scalar):
        return Property(value.text, value.span, tuple(substitution.secrets), key=setting.key)
    if isinstance(value, Map) and not value.entries:
        return None  # overlays removed all of it
    text = _text(setting, value, findings)
    if text is None:
        return None
    return Property(text, value.span, tuple(substitution.secrets), key=setting.key)


def _text(setting: Setting, value: Map | List, findings: list[Finding]) -> str | None:
    """Return the text of a value with parts, without those parts that cannot be written in it: these are findings."""
    try:
        return text_of(setting.key.kind, value)
    except InexpressibleError:  # is about one part; there may be more
        texts = []
    for part in _parts(value):
        try:
            texts.append(text_of(setting.key.kind, part))
        except InexpressibleError as failure:
            findings.append(error("inexpressible-value", f"{setting.key.source}: {failure}", failure.span))
    return ",".join(texts) or None


def _parts(value: Map | List) -> list[Map | List]:
    """Return a map or list for each entry or item."""
    if isinstance(value, Map):
        return [Map((entry,), value.span) for entry in value.entries]
    return [List((item,), value.span) for item in value.items]


class _Substitution:
    """Replaces the references in a tree, and notes the secrets that came in.

    A text whose references stand for nothing is kept: with a hole in it, it would be another value, and judged as such.
    """

    def __init__(self, values: Values, findings: list[Finding]) -> None:
        self._values = values
        self._findings = findings
        self.secrets: list[str] = []

    def of(self, node: Node) -> Node:
        if isinstance(node, Map):
            return Map(tuple([Entry(key, self.of(value)) for key, value in node.entries]), node.span)
        if isinstance(node, List):
            return List(tuple([self.of(item) for item in node.items]), node.span)
        if OPENING not in node.text:
            return node
        text, secrets, problems = substitute(node, self._values)
        self._findings += problems
        self.secrets += secrets
        return node if problems else node._replace(text=text)
