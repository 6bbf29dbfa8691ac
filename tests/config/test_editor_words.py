"""What the schemas for editors say of the fields of a file: their types and defaults, for hover, and what is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from persync.editor.draft07 import draft_07
from persync.editor.fields import with_words
from persync.editor.schemas import editor_schema

DEFINITIONS = {"share": {"description": "A share.", "type": "string", "pattern": "%$", "x-allowed": "a percentage"}}


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ({"type": "boolean", "default": False}, "Takes true or false; default false."),
        ({"type": "integer", "minimum": 1, "maximum": 9}, "Takes a whole number from 1 to 9."),
        ({"type": "integer", "minimum": 1}, "Takes a whole number, at least 1."),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 9}, "Takes a number above 0, at most 9."),
        ({"type": ["string", "number"]}, "Takes a text or a number."),
        ({"anyOf": [{"enum": ["RUNNING", "STOPPED"]}, {"type": "string"}]}, "Takes one of RUNNING, STOPPED."),
        ({"const": 1}, "Takes 1."),
        ({"type": "array", "default": ["persisters"]}, 'Takes a list; default ["persisters"].'),
        ({"$ref": "#/$defs/share", "default": "5%"}, "Takes a percentage; default 5%."),
    ],
)
def test_what_a_field_takes(field: dict[str, Any], expected: str) -> None:
    schema = {"type": "object", "properties": {"f": {"description": "A field.", **field}}}
    shown = with_words(schema, DEFINITIONS)["properties"]["f"]
    assert shown["description"] == f"A field.\n\n{expected}"


def test_what_is_wrong_names_the_field() -> None:
    items = {"type": "string", "pattern": "a", "x-allowed": "a word"}
    batch = {"description": "A batch.", "$ref": "#/$defs/share"}
    schema = {"properties": {"batch": batch, "list": {"description": "A list.", "type": "array", "items": items}}}
    shown = with_words(schema, DEFINITIONS)["properties"]
    assert shown["batch"]["errorMessage"] == "batch must be a percentage"
    assert shown["list"]["items"]["errorMessage"] == "the value must be a word"


@pytest.mark.parametrize("name", ["persister", "overlay", "settings"])
def test_every_field_says_what_it_takes(name: str) -> None:
    schema = editor_schema(name)
    fields = dict(_fields(name, schema))
    fields |= dict(_fields("environment", schema["$defs"].get("environment", {})))
    assert len(fields) > 5
    silent = {path for path, field in fields.items() if "\n\nTakes " not in field["description"]}
    sections = {"appConfig", "deployerConfig", "config"}
    assert {path.rpartition(".")[2] for path in silent} == sections


def _fields(path: str, schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return the fields of a file, by path; not the properties of persisters, which are schemas of their own."""
    found = []
    for key, field in schema.get("properties", {}).items():
        if isinstance(field, dict) and "description" in field:
            found += [(f"{path}.{key}", field), *_fields(f"{path}.{key}", field)]
    return found


@pytest.mark.parametrize("value", [{"a": 1}, {"a": 1, "b": 1}, {"b": 1}, {"c": "5%"}, {"c": "5"}, {}])
def test_draft_07_accepts_the_same(value: dict[str, Any]) -> None:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "properties": {"c": {"$ref": "#/$defs/share", "title": "C"}},
        "oneOf": [{"required": ["a"]}, {"required": ["c"]}],
        "dependentRequired": {"b": ["a"]},
        "$defs": DEFINITIONS,
    }
    assert Draft7Validator(draft_07(schema)).is_valid(value) == Draft202012Validator(schema).is_valid(value)


def test_what_is_beside_a_reference_comes_first() -> None:
    schema = {"properties": {"c": {"$ref": "#/$defs/share", "description": "C."}}, "$defs": DEFINITIONS}
    assert draft_07(schema)["properties"]["c"] == {**DEFINITIONS["share"], "description": "C."}
