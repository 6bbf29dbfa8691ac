"""Write what a pull request to SchemaStore needs: ``python -m docs_tools.schema_store FOLDER``.

Its rules: draft-07, valid in ajv's strict mode, which allows neither keywords that it does not know nor several types
in one schema; an ``$id``; a file name that no other program has; files that fit and files that do not.
https://github.com/SchemaStore/schemastore/blob/master/CONTRIBUTING.md
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from persync.cli.init.settings_file import settings_text
from persync.editor.schemas import editor_schema
from persync.editor.walk import with_inner

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

URL = "https://www.schemastore.org/persync.json"
SCHEMA = "src/schemas/json/persync.json"
ENTRY = "catalog-entry.json"
_PRAGMA = "# yaml-language-server: $schema=../../schemas/json/persync.json\n"
_NUMERIC = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
_OF_TYPE: Mapping[str, frozenset[str]] = {
    "string": frozenset({"pattern", "minLength", "maxLength"}),
    "integer": _NUMERIC,
    "number": _NUMERIC,
    "array": frozenset({"items", "minItems", "maxItems", "uniqueItems"}),
    "object": frozenset({"properties", "patternProperties", "additionalProperties", "propertyNames", "required"}),
}
"""The keywords that are about values of one type only."""
_OF_ONE_TYPE = frozenset().union(*_OF_TYPE.values()) | {"type"}
_OF_EDITORS = frozenset({"errorMessage", "deprecationMessage"})
_EXAMPLE = Path(__file__).parents[1] / "examples/quickstart/persync.yaml"
_INVALID = {
    "url.yaml": "version: 1\nenvironments:\n  production:\n    url: ftp://harvester.example.com\n",
    "misspelt.yaml": "version: 1\nenvironment: {}\n",
    "batch-size.yaml": "version: 1\ndefaults:\n  appConfig:\n    eventstore:\n      batchSize: many\n",
}


def store_schema() -> dict[str, Any]:
    """Return the schema of persync.yaml as SchemaStore wants it."""
    schema = editor_schema("settings")
    return {"$schema": schema["$schema"], "$id": URL, **_strict(schema)}


def catalog_entry() -> dict[str, Any]:
    """Return the entry in SchemaStore's catalog: for persync.yaml, as persisters have no file name of their own."""
    return {
        "name": "persync.yaml",
        "description": "Settings of persync, which keeps the persisters of a Granary installation as files in git",
        "fileMatch": ["persync.yaml"],
        "url": URL,
    }


def files() -> Iterator[tuple[str, str]]:
    """Yield the files, each with its path."""
    yield SCHEMA, _json(store_schema())
    yield ENTRY, _json(catalog_entry())
    example = _EXAMPLE.read_text(encoding="utf-8")
    environment = {"url": "https://harvester.example.com"}
    new = settings_text({"version": 1, "environments": {"production": environment}})
    yield "src/test/persync/example.yaml", _PRAGMA + example
    yield "src/test/persync/new.yaml", _PRAGMA + new.partition("\n")[2]
    for name, text in _INVALID.items():
        yield f"src/negative_test/persync/{name}", _PRAGMA + text


def _strict(schema: dict[str, Any]) -> dict[str, Any]:
    result = with_inner({key: value for key, value in schema.items() if key not in _OF_EDITORS}, _strict)
    if reason := schema.get("deprecationMessage"):
        result["description"] = f"DEPRECATED. {reason}.\n\n{schema['description']}"
    types = result.get("type")
    if not isinstance(types, list):
        return result
    forms = [
        {"type": each, **{key: value for key, value in result.items() if key in _OF_TYPE.get(each, ())}}
        for each in types
    ]
    common = {key: value for key, value in result.items() if key not in _OF_ONE_TYPE}
    return {**common, "allOf": [{"anyOf": forms}]} if "anyOf" in common else {**common, "anyOf": forms}


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name, text in files():
        path = Path(sys.argv[1], name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
