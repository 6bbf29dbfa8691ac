"""The JSON Schemas of the files that people write, each as one document."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from persync.editor.draft07 import draft_07
from persync.editor.fields import with_words
from persync.editor.sections import ROOT, Names, section_schemas
from persync.model import Section
from persync.properties.catalogue import section_name
from persync.published import NAMES as NAMES_OF_FILES
from persync.published import schema

if TYPE_CHECKING:
    from persync.editor.walk import Schema

_BUNDLED = f"{ROOT}catalogue/$defs/"

OVERLAY = "overlay"
NAMES = (NAMES_OF_FILES[0], OVERLAY, *NAMES_OF_FILES[1:])


@cache
def editor_schema(name: str) -> Schema:
    """Return a published schema as one document for an editor.

    Args:
        name: one of ``NAMES``. Schemas without properties of the catalogue are returned as they are.

    Raises:
        FileNotFoundError: there is no schema of that name.
    """
    if name == OVERLAY:
        return draft_07(_overlay(_whole("persister")))
    published = schema(name)
    return draft_07(_whole(name)) if "catalogue" in published.get("$defs", {}) else published


def _whole(name: str) -> Schema:
    published = schema(name)
    whole: Schema = json.loads(json.dumps(published).replace(f'"{_BUNDLED}', f'"{ROOT}'))
    sections = whole["$defs"].pop("catalogue")["$defs"]
    whole = with_words(whole, whole["$defs"])
    whole["$defs"]["placeholder"] = sections.pop("placeholder")
    names = Names(whole["$defs"])
    for section in Section:
        whole["$defs"].update(section_schemas(section, sections[section_name(section)], names))
    return whole


def schema_text(name: str) -> str:
    """Return ``editor_schema`` as the text of a file."""
    return json.dumps(editor_schema(name), indent=2, ensure_ascii=False) + "\n"


def _overlay(persister: Schema) -> Schema:
    """Return the schema of overlays: ``null`` removes a field or a property, except the names of the persister."""
    kept = {"project", "eventType", "eventstore"}
    fields = {name: entry if name in kept else _or_null(entry) for name, entry in persister["properties"].items()}
    definitions = {
        name: entry if name == "placeholder" else _or_null(entry) for name, entry in persister["$defs"].items()
    }
    description = (
        "A partial document that changes a persister in an environment. null removes what has it as its value."
    )
    return {**persister, "title": "Overlay", "description": description, "properties": fields, "$defs": definitions}


def _or_null(entry: Schema) -> Schema:
    result = dict(entry)
    if types := entry.get("type"):
        result["type"] = [*([types] if isinstance(types, str) else types), "null"]
    if forms := entry.get("anyOf"):
        result["anyOf"] = [*forms, {"type": "null"}]
    return result
