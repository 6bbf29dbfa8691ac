"""A persister with its layers, for those who show where a value comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from persync.config.document import IDENTITY
from persync.config.layers.overlay import merged
from persync.model import sections_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from persync.config.document import Partial
    from persync.config.flatten import Change, Setting
    from persync.config.layers.build import Defaults
    from persync.config.variables import Values
    from persync.model import Persister, PropertyGlob, Section, SourceText, Span


class LayerKind(StrEnum):
    """What a layer is."""

    SETTINGS = "settings"
    """persync.yaml: its ``defaults``, and ``ignoreChanges`` of an environment."""
    DOCUMENT = "document"
    OVERLAY = "overlay"


class Layer(NamedTuple):
    """What one layer says of a persister; fields as in ``Partial``, ``span`` is ``None`` for the defaults."""

    kind: LayerKind
    span: Span | None
    head: Mapping[str, SourceText | None]
    changes: Mapping[Section, Sequence[Change]]
    ignored: tuple[PropertyGlob, ...] | None


@dataclass(frozen=True, slots=True)
class Layered:
    """A persister and its layers, before references are replaced.

    Attributes:
        persister: the result.
        layers: the lowest first.
        values: of the references.
        files: the kinds of the layers in its files, all but persync.yaml.
    """

    persister: Persister
    layers: tuple[Layer, ...]
    values: Values
    files: Mapping[str, LayerKind]

    @classmethod
    def of(cls, persister: Persister, defaults: Defaults, documents: Sequence[Partial], values: Values) -> Layered:
        """Return a persister with its layers: the defaults, its document, then its overlays."""
        below = {section: tuple(settings.values()) for section, settings in defaults.settings.items()}
        kinds = (LayerKind.DOCUMENT, *(LayerKind.OVERLAY for _ in documents[1:]))
        layers = (
            Layer(kind, each.span, each.head, each.changes, each.ignored)
            for kind, each in zip(kinds, documents, strict=True)
        )
        lowest = Layer(LayerKind.SETTINGS, None, defaults.head, below, defaults.ignored)
        files = {each.span.file: kind for kind, each in zip(kinds, documents, strict=True)}
        return cls(persister, (lowest, *layers), values, files)

    def settings(self, section: Section) -> Sequence[Setting]:
        """Return the settings of a section that the layers result in."""
        settings: Mapping[str, Setting] = {}
        for layer in self.layers:
            settings = merged(settings, layer.changes.get(section, ()))
        return tuple(settings.values())

    def head(self) -> Mapping[str, SourceText]:
        """Return the fields outside of the config maps that the layers result in."""
        head: dict[str, SourceText | None] = {}
        for layer in self.layers:  # an overlay names its persister, and changes no name
            kept = IDENTITY if layer.kind is LayerKind.OVERLAY else ()
            head.update({name: text for name, text in layer.head.items() if name not in kept})
        return {name: text for name, text in head.items() if text is not None}

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections that it has."""
        return sections_of(self.persister.id.eventstore)

    def kind_of(self, span: Span) -> LayerKind:
        """Return the kind of the layer that a position is in."""
        return self.files.get(span.file, LayerKind.SETTINGS)
