"""What each layer does to a value of a persister: which gives it, and what is overridden by that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from persync.config.document import IDENTITY
from persync.config.flatten import Removal, Setting
from persync.config.layers.layered import LayerKind
from persync.config.layers.overlay import merged
from persync.config.yaml.nodes import Map, Scalar, values_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from persync.config.layers.layered import Layered
    from persync.config.yaml.nodes import Node
    from persync.model import PropertyKey, Section, SourceText, Span

_VARIABLE = re.compile(r"(?<!\$)\$\{\{\s*vars\.([A-Za-z0-9_.-]+)\s*\}\}")


class Step(NamedTuple):
    """What a layer does to a value.

    Attributes:
        kind: of the layer.
        span: where.
        given: the property, or the field of the head, that it sets; ``None``: it removes it.
        is_merged: it changes a part of a value with parts that lower layers give.
    """

    kind: LayerKind
    span: Span
    given: Setting | SourceText | None
    is_merged: bool = False


class Chain(NamedTuple):
    """What the layers do to a property, the lowest first, and what results.

    Attributes:
        key: in the spelling of the highest layer that has it.
        steps: of the layers that do something.
        result: ``None``: no value.
    """

    key: PropertyKey
    steps: tuple[Step, ...]
    result: Setting | None


def chains(layered: Layered, section: Section) -> Iterator[Chain]:
    """Yield the chain of each property of a section that some layer sets, also if a higher one removes it."""
    settings: Mapping[str, Setting] = {}
    keys: dict[str, PropertyKey] = {}
    steps: dict[str, list[Step]] = {}
    for layer in layered.layers:
        changes = layer.changes.get(section, ())
        before, settings = settings, merged(settings, changes)
        removals = [change for change in changes if isinstance(change, Removal)]
        for form in before.keys() - settings.keys():
            span = next(removal.span for removal in removals if removal.covers(form))
            steps[form].append(Step(layer.kind, span, None))
        for change in changes:
            if isinstance(change, Setting):
                form, lower = change.key.form, before.get(change.key.form)
                is_merged = lower is not None and isinstance(change.value, Map) and isinstance(lower.value, Map)
                keys[form] = change.key
                steps.setdefault(form, []).append(Step(layer.kind, change.value.span, change, is_merged))
    for form, key in keys.items():
        yield Chain(key, tuple(steps[form]), settings.get(form))


def field_steps(layered: Layered, name: str) -> tuple[Step, ...]:
    """Return what the layers do to a field of the head; an overlay does nothing to a name."""
    steps = []
    for layer in layered.layers:
        if name not in layer.head or (layer.kind is LayerKind.OVERLAY and name in IDENTITY):
            continue
        text = layer.head[name]
        if (span := text.span if text else layer.span) is not None:
            steps.append(Step(layer.kind, span, text))
    return tuple(steps)


def variables_of(node: Node) -> tuple[str, ...]:
    """Return the variables of the environment that a value refers to, in its order."""
    texts = (value.text for value in values_in(node) if isinstance(value, Scalar))
    return tuple(dict.fromkeys(name for text in texts for name in _VARIABLE.findall(text)))
