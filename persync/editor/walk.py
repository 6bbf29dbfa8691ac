"""The schemas in a schema. A property may be called like a keyword, so that only a walk by keyword finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Schema = dict[str, Any]

_NAMED = frozenset({"properties", "patternProperties", "$defs"})
"""The keywords with schemas by name."""
_LISTED = frozenset({"anyOf", "oneOf", "allOf"})
_SINGLE = frozenset({"items", "additionalProperties", "propertyNames", "not", "if", "then", "else"})


def with_inner(schema: Schema, change: Callable[[Schema], Schema]) -> Schema:
    """Return a schema with each schema directly in it changed, but for true and false."""

    def changed(inner: Any) -> Any:
        return change(inner) if isinstance(inner, dict) else inner

    result = dict(schema)
    for keyword, value in schema.items():
        if keyword in _NAMED:
            result[keyword] = {name: changed(inner) for name, inner in value.items()}
        elif keyword in _LISTED:
            result[keyword] = [changed(inner) for inner in value]
        elif keyword in _SINGLE:
            result[keyword] = changed(value)
    return result


def resolved(schema: Schema, definitions: Schema) -> Schema:
    """Return a schema in which what ``$ref`` names stands beside the other keywords, which come first.

    Args:
        schema: the schema; one that has nothing but ``$ref``, or refers to what is not there, is returned as it is.
        definitions: the schemas of ``$defs``.
    """
    while "$ref" in schema and len(schema) > 1:
        target = definitions.get(schema["$ref"].rpartition("/")[2])
        if target is None:
            return schema
        schema = {**target, **{keyword: value for keyword, value in schema.items() if keyword != "$ref"}}
    return schema
