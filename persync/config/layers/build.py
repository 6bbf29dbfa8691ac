"""Defaults, a document and its overlays to a persister."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from sys import intern
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from persync.config.flow import InexpressibleError, text_of
from persync.config.layers.overlay import merged
from persync.config.variables import OPENING, Values, substitute
from persync.config.yaml.nodes import Entry, List, Map, Scalar, find, key_span
from persync.model import PG, Persister, PersisterId, Property, RunState, Section, sections_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from persync.config.document import Partial
    from persync.config.findings import Findings
    from persync.config.flatten import Setting
    from persync.config.yaml.nodes import Node
    from persync.model import Kind, PropertyGlob, PropertyKey, SourceText, Span

GLOBAL = "global"
_DESIRED_STATES = {"RUNNING": RunState.RUNNING, "STOPPED": RunState.STOPPED}


@dataclass(frozen=True, slots=True)
class Defaults:
    """The lowest layer of every persister: ``defaults`` of persync.yaml, flattened once."""

    head: Mapping[str, SourceText | None]
    settings: Mapping[Section, Mapping[str, Setting]]
    ignored: tuple[PropertyGlob, ...] = ()

    @classmethod
    def of(cls, partial: Partial | None) -> Defaults:
        """Return the defaults in a document; none for ``None``."""
        if partial is None:
            return cls({}, {})
        settings = {section: merged({}, changes) for section, changes in partial.changes.items()}
        return cls(partial.head, settings, partial.ignored or ())

    def text(self, field: str) -> str | None:
        """Return the default of a field outside of the config maps."""
        default = self.head.get(field)
        return default.text if default else None


class Built(NamedTuple):
    """A persister, and the settings that it was made of, by section and relaxed form."""

    persister: Persister
    settings: Mapping[Section, Mapping[str, Setting]]

    def locate(self, prop: Property, field: Sequence[str | int]) -> Span:
        """Return where a property's key is or, with the path to it, a field of its value as far as it has positions."""
        setting = self.settings[prop.key.section][prop.key.form]
        if not field:
            return setting.key_span
        *path, last = field
        node = find(setting.value, *path)
        return key_span(node, str(last)) if node else prop.span


def identity(head: Mapping[str, SourceText | None], defaults: Defaults) -> PersisterId:
    """Return which persister a document is about; the event type is empty where its head has none."""
    event_type, project, eventstore = head.get("eventType"), head.get("project"), head.get("eventstore")
    return PersisterId(
        project.text if project else defaults.text("project") or GLOBAL,
        event_type.text if event_type else "",
        eventstore.text if eventstore else defaults.text("eventstore") or PG,
    )


def build(
    name: PersisterId, layers: Sequence[Partial], defaults: Defaults, values: Values, findings: Findings
) -> Built:
    """Return the persister that results from its layers, and its settings.

    Args:
        name: its identity.
        layers: its document, then its overlays in their order.
        defaults: the layer below them.
        values: the values of references.
        findings: is added to: ``variable``, ``unset-variable``, ``inexpressible-value``.
    """
    head, ignored = dict(defaults.head), defaults.ignored
    for layer in layers:
        head.update(layer.head)
        ignored = ignored if layer.ignored is None else layer.ignored
    state, version = head.get("state"), head.get("appVersion")
    properties: dict[Section, tuple[Property, ...]] = {}
    all_settings: dict[Section, Mapping[str, Setting]] = {}
    for section in sections_of(name.eventstore):
        settings = defaults.settings.get(section, {})
        for layer in layers:
            settings = merged(settings, layer.changes.get(section, ()))
        all_settings[section] = settings
        found = [_property(setting, values, findings) for setting in settings.values()]
        properties[section] = tuple([prop for prop in found if prop is not None])
    persister = Persister(
        id=name,
        span=layers[0].span,
        state=_DESIRED_STATES.get(state.text) if state else None,
        app_version=version if Section.APP in properties else None,
        properties=MappingProxyType(properties),
        ignored=ignored,
    )
    return Built(persister, all_settings)


def _property(setting: Setting, values: Values, findings: Findings) -> Property | None:
    key, value, _ = setting
    if isinstance(value, Scalar):
        if OPENING not in value.text:
            # persisters share most of their values: equal texts are stored once
            return Property(intern(value.text), value.span, key=key)
        text, secrets, _ = substitute(value, values, findings)
        return Property(text, value.span, secrets, key=key)
    if isinstance(value, Map) and not value.entries:
        return None  # overlays removed all of it
    secrets_in_parts: list[str] = []
    joined = _without_references(key.kind, value)
    if joined is None:
        joined = _text(key, _substituted(value, values, findings, secrets_in_parts), findings)
    return Property(intern(joined), value.span, tuple(secrets_in_parts), key=key)


def _without_references(kind: Kind, value: Map | List) -> str | None:
    """Return the text of a value with parts; ``None`` where it holds a reference, or cannot be a text."""
    try:
        text = text_of(kind, value)
    except InexpressibleError:
        return None
    return None if OPENING in text else text


def _text(key: PropertyKey, value: Map | List, findings: Findings) -> str:
    """Return the text of a value with parts; parts that its form cannot express are findings.

    The text is then one that no rule judges, like a text with a reference that could not be replaced.
    """
    with suppress(InexpressibleError):  # which is about one part; there may be more
        return text_of(key.kind, value)
    for part in _parts(value):
        try:
            text_of(key.kind, part)
        except InexpressibleError as failure:
            findings.error("inexpressible-value", f"{key.source}: {failure}", failure.span)
    return OPENING


def _parts(value: Map | List) -> list[Map | List]:
    """Return a map or list for each entry or item."""
    if isinstance(value, Map):
        return [Map((entry,), value.span) for entry in value.entries]
    return [List((item,), value.span) for item in value.items]


def _substituted(node: Map | List, values: Values, findings: Findings, secrets: list[str]) -> Map | List:
    """Return a tree with its references replaced; ``secrets`` receives the values of secret references."""

    def replaced(part: Node) -> Node:
        if not isinstance(part, Scalar):
            return _substituted(part, values, findings, secrets)
        text, found, _ = substitute(part, values, findings)
        secrets.extend(found)
        return part._replace(text=text)

    if isinstance(node, Map):
        return Map(tuple([Entry(key, replaced(value)) for key, value in node.entries]), node.span)
    return List(tuple([replaced(item) for item in node.items]), node.span)
