"""JSON Schemas of draft 2020-12 in draft-07, the draft that all editors read.

IntelliJ reads later drafts in part, and SchemaStore asks for this one. It has no ``dependentRequired``, and a ``$ref``
hides the keywords beside it; ``$defs`` is a name like any other.
https://www.jetbrains.com/help/idea/json.html, https://github.com/SchemaStore/schemastore/blob/master/CONTRIBUTING.md
"""

from __future__ import annotations

from persync.editor.walk import Schema, resolved, with_inner

DIALECT = "http://json-schema.org/draft-07/schema#"
_RENAMED = {"dependentRequired": "dependencies"}


def draft_07(schema: Schema) -> Schema:
    """Return a schema of draft 2020-12 that refers to nothing but its own ``$defs`` in draft-07."""
    return {**_converted(schema, schema["$defs"]), "$schema": DIALECT}


def _converted(schema: Schema, definitions: Schema) -> Schema:
    inner = with_inner(resolved(schema, definitions), lambda each: _converted(each, definitions))
    result = {_RENAMED.get(keyword, keyword): value for keyword, value in inner.items()}
    if "required" in result and "properties" not in result:  # ajv takes a name without a schema for a misspelling
        result["properties"] = dict.fromkeys(result["required"], True)
    return result
