"""Where a property is in a document, and where a new one belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yaml.nodes import MappingNode, ScalarNode

from persync.config.fmt.edit import documents, entries_of
from persync.importing.nesting import may_be_a_map
from persync.properties.catalogue import identify
from persync.properties.keys import relaxed_form

if TYPE_CHECKING:
    import yaml

    from persync.config.fmt.edit import Entry
    from persync.importing.content import Place
    from persync.model import PersisterId, Section


def document_of(text: str, pid: PersisterId) -> yaml.MappingNode | None:
    """Return the document of a persister in a text."""
    names = {"project": pid.project, "eventType": pid.event_type, "eventstore": pid.eventstore}
    for root in documents(text):
        head = {key.value: value.value for key, value in root.value if isinstance(value, ScalarNode)}
        if "eventType" in head and all(head.get(field, name) == name for field, name in names.items()):
            return root
    return None


def entry_of(root: yaml.MappingNode, place: Place) -> Entry | None:
    """Return the entry of a property in a document."""
    for entry in entries_of(root):
        if place.section is None:
            if entry.path == (place.form,):
                return entry
        elif entry.path[0] == place.section.value and len(entry.path) > 1:
            key = ".".join(entry.path[1:]).replace(".[", "[")
            if identify(place.section, key).form == place.form and not _is_group(place.section, key, entry.value):
                return entry
    return None


def _is_group(section: Section, key: str, value: yaml.Node) -> bool:
    """Return whether a map at a key has properties in it, and is not the value of one."""
    return isinstance(value, MappingNode) and may_be_a_map(section, key)


def deepest(
    section: Section, node: yaml.MappingNode, elements: tuple[str, ...], above: str = ""
) -> tuple[yaml.MappingNode, tuple[str, ...]]:
    """Return the deepest map that a key can be added to, and what of the key is left."""
    for key, value in node.value:
        length = len(key.value.split(".")) if isinstance(key, ScalarNode) else 0
        path = f"{above}.{key.value}" if above else str(key.value)
        is_above = 0 < length < len(elements) and relaxed_form(key.value) == relaxed_form(".".join(elements[:length]))
        if is_above and _is_group(section, path, value) and value.value:
            return deepest(section, value, elements[length:], path)
    return node, elements


def value_of(root: yaml.MappingNode, name: str) -> yaml.Node | None:
    """Return the value of a field of a document."""
    return next((value for key, value in root.value if key.value == name), None)
