"""What becomes of a value of a property: the pod that results, or a refusal."""

from __future__ import annotations

import re
from typing import Any

from persync.model import Definition, Kind, Section
from persync.properties.structures import parse_structure
from tests.conformance.judge import Judge, Refusal

# The types of the app's properties, in spring-cloud-stream 2.1, its Kafka binder and HikariCP.
_JAVA_TYPES = {Kind.BOOL: "boolean", Kind.INT: "int", Kind.NUMBER: "double", Kind.DURATION: "duration"}
_JAVA_TYPES_OF = {
    "spring.cloud.stream.kafka.binder.replicationFactor": "short",
    "spring.cloud.stream.kafka.bindings.input.consumer.startOffset": "startOffset",
    "spring.datasource.hikari.connectionTimeout": "long",
    "spring.datasource.hikari.idleTimeout": "long",
    "spring.datasource.hikari.maxLifetime": "long",
}
# Lists of the pod in which order means nothing, and the fields that order them here.
_SETS = {
    "volumes": ("name",),
    "volumeMounts": ("name", "mountPath", "subPath"),
    "env": ("name",),
    "tolerations": ("key", "operator", "value", "effect", "tolerationSeconds"),
    "ports": ("containerPort",),
}
_VOLUME = re.compile(r"[A-Za-z0-9-]+")
REFUSED = "refused"


def java_type(definition: Definition) -> str | None:
    """Return the type that Spring's binder reads a property of the app as; ``None`` for texts."""
    return _JAVA_TYPES_OF.get(definition.key) or _JAVA_TYPES.get(definition.kind)


def outcome(judge: Judge, section: Section, definition: Definition, text: str, *others: str) -> Any:
    """Return what becomes of a value that reaches the deployer or the app as it is; see ``deployed``."""
    if section is Section.APP:
        return bound(judge, definition, text)
    return deployed(judge, definition, text, others=others, skipper=False)


def bound(judge: Judge, definition: Definition, text: str) -> str | None:
    """Return what the app gets for a property."""
    found = java_type(definition)
    assert found is not None
    result = judge.bind(found, text)
    if isinstance(result, Refusal):
        return REFUSED
    return "0.0" if found == "double" and result == "-0.0" else result  # in Java too, they are the same number


def deployed(judge: Judge, definition: Definition, text: str, *, others: tuple[str, ...] = (), skipper: bool) -> Any:
    """Return the objects of a deployment with that value, or ``REFUSED``.

    Args:
        judge: the program that deploys.
        definition: the property.
        text: its value.
        others: what it will be compared with: the pod mounts the volumes of all of them.
        skipper: whether the value passes through Skipper first.
    """
    made = judge.deploy(
        {**_beside(definition, (text, *others)), definition.key: text}, {"app.key": "value"}, skipper=skipper
    )
    return REFUSED if isinstance(made, Refusal) else _normal(made)


def _beside(definition: Definition, texts: tuple[str, ...]) -> dict[str, str]:
    """Return what else a deployment needs for a value to have an effect."""
    if definition.key == "kubernetes.volumes":
        # only volumes that are mounted reach the pod
        names = [name for text in texts for name in volume_names(text) if _VOLUME.fullmatch(name)]
        mounts = ", ".join(f"{{name: '{name}', mountPath: '/{name}'}}" for name in names)
        return {"kubernetes.volumeMounts": f"[{mounts}]"}
    return {"indexed": "true"} if "statefulSet" in definition.key else {}


def volume_names(text: str) -> list[str]:
    """Return the name of each volume, empty where it has none; no names where the text cannot be read."""
    try:
        items = parse_structure(text)
    except ValueError:
        return []
    maps = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return [next((str(value) for key, value in item.items() if key.lower() == "name"), "") for item in maps]


def _normal(made: Any, key: str = "") -> Any:
    if isinstance(made, dict):
        return {name: _normal(value, name) for name, value in made.items()}
    if isinstance(made, list):
        items = [_normal(item) for item in made]
        if key in _SETS:
            items.sort(key=lambda item: [str(item.get(field)) for field in _SETS[key]])
        return items
    return made


def is_judged(section: Section, definition: Definition) -> bool:
    """Return whether a real program reads the value of this property here."""
    if definition.no_effect or definition.since:
        return False
    return section is Section.DEPLOYER or (section is Section.APP and java_type(definition) is not None)
