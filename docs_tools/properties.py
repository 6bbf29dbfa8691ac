"""The reference of a persister's fields and known properties, from the schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docs_tools import markdown
from persync.model import Kind, Section
from persync.properties.catalogue import section_name
from persync.properties.kinds.table import KINDS
from persync.published import catalogue, schema

if TYPE_CHECKING:
    from collections.abc import Mapping

_LARGEST_LONG = 2**63 - 1
"""Java's; as a limit it says nothing to a reader."""


def persister_fields() -> str:
    """Return the fields of a persister's document."""
    published = schema("persister")
    rows = [
        (
            markdown.code(name),
            markdown.text(field.get("description", "")),
            _allowed_in_field(field),
            markdown.value(field["default"])
            if "default" in field
            else "required"
            if name in published["required"]
            else "–",
        )
        for name, field in published["properties"].items()
    ]
    return markdown.table(("field", "meaning", "allowed", "default"), rows)


def _allowed_in_field(field: Mapping[str, Any]) -> str:
    choices = [choice for form in field.get("anyOf", ()) for choice in form.get("enum", ())]
    if choices:
        return " or ".join(map(markdown.value, choices))
    return markdown.text(field["x-allowed"]) if "x-allowed" in field else "a list" if "items" in field else "a map"


def properties_of(section: Section) -> str:
    """Return the known properties of a section, in the catalogue's order."""
    found = catalogue()["$defs"][section_name(section)]
    entries = [*found["properties"].items()]
    entries += [(f"{entry['x-prefix']}*", entry) for entry in found.get("patternProperties", {}).values()]
    rows = [
        (
            markdown.code(key),
            _meaning(entry),
            _allowed(entry),
            markdown.value(entry["default"]) if "default" in entry else "–",
        )
        for key, entry in entries
    ]
    return markdown.table(("property", "meaning", "value", "default"), rows)


def _meaning(entry: Mapping[str, Any]) -> str:
    text = markdown.text(entry["description"])
    if "x-no-effect" in entry:
        text += f" **No effect**: {markdown.text(entry['x-no-effect'])}."
    if "x-since" in entry:
        text += f" **No effect before {markdown.text(entry['x-since'])}.**"
    return text


def _allowed(entry: Mapping[str, Any]) -> str:
    kind = Kind(entry["x-kind"])
    if kind is Kind.ENUM:
        return " or ".join(markdown.value(choice) for form in entry["anyOf"] for choice in form.get("enum", ()))
    words = markdown.text(KINDS[kind].words)
    least, most = entry.get("minimum"), entry.get("maximum")
    bounds = [f"at least {least:,}"] if least is not None else []
    bounds += [f"at most {most:,}"] if most is not None and most < _LARGEST_LONG else []
    return ", ".join([words, *bounds])
