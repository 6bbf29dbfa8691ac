"""The reference of persync.yaml, from its schema: a table for each map of settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from docs_tools import markdown
from persync.published import schema

if TYPE_CHECKING:
    from collections.abc import Iterator

_Schema = dict[str, Any]
# which the page "Properties" has
_CONFIG = ("appConfig", "deployerConfig", "config")
_WORDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a map",
}


class _Group(NamedTuple):
    """A map of settings: its name in headings, and its schema."""

    name: str
    schema: _Schema


def settings_reference() -> str:
    """Return the reference of all settings, in the order of the schema."""
    root = schema("settings")
    return "\n".join(_section(group, root) for group in _groups(_Group("", root), root))


def _groups(group: _Group, root: _Schema) -> Iterator[_Group]:
    """Yield a map of settings, then those that are in it."""
    yield group
    for name, found in group.schema["properties"].items():
        inner = _inner(name, found, root)
        if inner:
            path = f"{group.name}.{inner.name}" if group.name else inner.name
            yield from _groups(_Group(path, inner.schema), root)


def _inner(name: str, found: _Schema, root: _Schema) -> _Group | None:
    """Return the map of settings in a setting: alone, by any name (``NAME``), or as a list's item (``[]``)."""
    resolved = _resolved(found, root)
    if name in _CONFIG:
        return None
    if "properties" in resolved:
        return _Group(name, resolved)
    for keyword, suffix in (("additionalProperties", ".NAME"), ("items", "[]")):
        of_each = resolved.get(keyword)
        if isinstance(of_each, dict) and "properties" in (of_each := _resolved(of_each, root)):
            return _Group(f"{name}{suffix}", of_each)
    return None


def _resolved(found: _Schema, root: _Schema) -> _Schema:
    """Return a schema with what its ``$ref`` refers to; its own annotations win."""
    reference = found.get("$ref", "")
    node: Any = root
    for part in reference.split("/")[1:]:
        node = node[part]
    return {**_resolved(node, root), **found} if reference else found


def _section(group: _Group, root: _Schema) -> str:
    rows = [_row(group, name, found, root) for name, found in group.schema["properties"].items()]
    table = markdown.table(("setting", "meaning", "allowed", "default"), rows)
    if not group.name:
        return f"## The top of the file\n\n{table}"
    description = markdown.text(group.schema.get("description", ""))
    return f"## {markdown.code(group.name)}\n\n{description}\n\n{table}{_example(group)}"


def _row(group: _Group, name: str, found: _Schema, root: _Schema) -> tuple[str, str, str, str]:
    resolved = _resolved(found, root)
    inner = _inner(name, found, root)
    meaning = markdown.text(resolved.get("description", ""))
    if inner:
        path = f"{group.name}.{inner.name}" if group.name else inner.name
        meaning += f" See [{path.replace('[]', '')}](#{_anchor(path)})."
    elif name in _CONFIG:
        meaning += f" See [properties](properties.md#{'config' if name == 'config' else name.lower()})."
    elif examples := [each for each in resolved.get("examples", ()) if each != resolved.get("default")]:
        meaning += f" Example: {markdown.code(_flow(examples[0]))}" if "const" not in resolved else ""
    required = name in group.schema.get("required", ())
    default = markdown.value(resolved["default"]) if "default" in resolved else "required" if required else "–"
    return markdown.code(name), meaning, _allowed(resolved, root), default


def _allowed(found: _Schema, root: _Schema) -> str:
    """Return in words which values a setting takes."""
    if "const" in found:
        return markdown.value(found["const"])
    if choices := [choice for form in (found, *found.get("anyOf", ())) for choice in form.get("enum", ())]:
        return " or ".join(map(markdown.value, choices))
    if "x-allowed" in found:
        return markdown.text(found["x-allowed"])
    types = found.get("type", [])
    words = [_WORDS[each] for each in ([types] if isinstance(types, str) else types)]
    if "items" in found and (choice := _allowed(_resolved(found["items"], root), root)):
        words = [f"a list, each: {choice}"]
    return " or ".join(words) + _range(found)


def _range(found: _Schema) -> str:
    bounds = {"minimum": "at least", "exclusiveMinimum": "more than", "maximum": "at most"}
    return "".join(f", {words} {found[keyword]:,}" for keyword, words in bounds.items() if keyword in found)


def _example(group: _Group) -> str:
    """Return an example of a map of settings, with the maps around it; none for a list's items."""
    examples = group.schema.get("examples")
    if not examples or "[]" in group.name:
        return ""
    example = examples[0]
    for name in reversed(group.name.replace("NAME", "production").split(".")):
        example = {name: example}
    text = yaml.safe_dump(example, sort_keys=False, allow_unicode=True, width=100)
    return f"\n```yaml\n{text}```\n"


def _flow(example: Any) -> str:
    return (
        yaml.safe_dump(example, default_flow_style=True, allow_unicode=True, width=1000).removesuffix("...\n").strip()
    )


def _anchor(heading: str) -> str:
    """Return the anchor of a heading, as mkdocs and GitHub make it."""
    return "".join(char for char in heading.lower() if char.isalnum() or char in "-_")
