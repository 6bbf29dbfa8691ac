"""What an editor shows of the fields of a file: what they take, their defaults, and what is wrong with a value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from persync.editor.walk import Schema, resolved, with_inner

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS: Mapping[str, str] = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "array": "a list",
    "object": "a map",
}


def with_words(schema: Schema, definitions: Schema) -> Schema:
    """Return a schema with fields that describe in words what they take; ``x-allowed`` is used up.

    Args:
        schema: of a file.
        definitions: what it refers to. What they lack stays as it is.
    """
    return _with_words(schema, "", definitions)


def _with_words(schema: Schema, name: str, definitions: Schema) -> Schema:
    if name:
        schema = resolved(schema, definitions)
    result = with_inner(schema, lambda each: _with_words(each, "", definitions))
    if properties := schema.get("properties"):
        result["properties"] = {key: _with_words(each, key, definitions) for key, each in properties.items()}
    if name and "description" in schema and "$ref" not in schema:  # a condition is about a field, and describes none
        result["description"] = f"{schema['description']}\n\nTakes {_taken(schema)}{_default(schema)}."
    allowed = result.pop("x-allowed", None)
    if allowed and "pattern" in schema:
        result["errorMessage"] = f"{name or 'the value'} must be {allowed}"
    return result


def _taken(schema: Schema) -> str:
    """Return in words which values a field takes."""
    if "x-allowed" in schema:
        return str(schema["x-allowed"])
    if "const" in schema:
        return _shown(schema["const"])
    for choice in (schema, *schema.get("anyOf", ())):
        if "enum" in choice:
            return "one of " + ", ".join(map(_shown, choice["enum"]))
    types = schema["type"]
    words = " or ".join(_WORDS[each] for each in ([types] if isinstance(types, str) else types))
    lowest, highest = schema.get("minimum"), schema.get("maximum")
    if "exclusiveMinimum" in schema:
        words += f" above {schema['exclusiveMinimum']}"
    if lowest is not None and highest is not None:
        return f"{words} from {lowest} to {highest}"
    if lowest is not None:
        return f"{words}, at least {lowest}"
    return words if highest is None else f"{words}, at most {highest}"


def _default(schema: Schema) -> str:
    return f"; default {_shown(schema['default'])}" if "default" in schema else ""


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
