"""The text of a new persync.yaml: every setting of the published schema once, with its description.

A setting that is not used is a comment: ``#key: value``, with its default or an example. A comment for people has a
space behind its ``#``.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import yaml

from persync.published import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HEAD = """\
# yaml-language-server: $schema=settings.schema.json
#
# The settings of persync, every one of them. "#" without a space behind it is before a setting that is not in use, with
# its default where nothing else is written: remove the "#" to use it, and those before the settings that it is in.
"""
_INDENT = "  "
_WIDTH = 110  # characters of a comment
_CATALOGUE = "#/$defs/catalogue/"
_Schema = dict[str, Any]


def settings_text(used: Mapping[str, Any]) -> str:
    """Return a persync.yaml.

    Args:
        used: the settings in use, as in the file; ``environments`` has one environment. All others are comments.
    """
    published = schema("settings")
    names = list(used["environments"])
    return "\n".join((_HEAD, *_lines(_Template(published, names[0]), published, used, ""))) + "\n"


class _Template:
    """The schema with its references resolved.

    Args:
        published: the schema of persync.yaml.
        environment: the name of the environment, the only name in it that is not in the schema.
    """

    def __init__(self, published: _Schema, environment: str) -> None:
        self._published = published
        self._environment = environment

    def members(self, entry: _Schema) -> Mapping[str, _Schema]:
        """Return the settings inside a setting; none if it has a value instead."""
        named = entry.get("additionalProperties")
        if isinstance(named, dict) and named.get("$ref", "").endswith("/environment"):
            return {self._environment: self.resolved(named)}
        return {name: self.resolved(member) for name, member in entry.get("properties", {}).items()}

    def resolved(self, entry: _Schema) -> _Schema:
        """Return a schema with what it refers to, but for the properties of persisters, which are no settings."""
        reference = entry.get("$ref", _CATALOGUE)
        if reference.startswith(_CATALOGUE):
            return entry
        found: Any = self._published
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        return {**self.resolved(found), **{key: value for key, value in entry.items() if key != "$ref"}}


def _lines(template: _Template, entry: _Schema, used: Mapping[str, Any] | None, indent: str) -> Iterator[str]:
    for name, member in template.members(entry).items():
        value = None if used is None else used.get(name)
        mark = "#" if value is None else ""
        members = template.members(member)
        is_example = not members and value is None and "default" not in member
        text = f"{member['description']}{' For example:' if is_example else ''}"
        yield from textwrap.wrap(text, _WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ")
        if members:
            yield f"{indent}{mark}{name}:"
            yield from _lines(template, member, value, indent + _INDENT)
        else:
            shown = value if value is not None else member.get("default", member["examples"][0])
            yield f"{indent}{mark}{name}: {_flow(shown)}"
        if not indent:
            yield ""


def _flow(value: Any) -> str:
    """Return a value as YAML in one line."""
    text: str = yaml.safe_dump(value, default_flow_style=True, width=float("inf"), allow_unicode=True)
    return text.removesuffix("\n").removesuffix("\n...")
