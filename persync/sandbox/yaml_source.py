"""YAML read as text with positions: every plain scalar is its source text, every problem has a line."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import yaml

from persync.sandbox.errors import SandboxError

# A tree of dict, list and str only: `1.10` stays "1.10", and pydantic turns text into numbers where numbers belong.
Plain = dict[str, "Plain"] | list["Plain"] | str


def read(path: Path) -> yaml.Node:
    """Return the node graph of the one YAML document in `path`; an empty file is an empty mapping.

    Raises SandboxError where the file cannot be read, is not YAML, or is not a mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SandboxError(f"{path}: cannot be read: {error}") from error
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SandboxError(f"{path}:{line}: not valid YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise SandboxError(f"{path}:1: not valid YAML: {error}") from error
    if node is None:
        return yaml.MappingNode("tag:yaml.org,2002:map", [])
    if not isinstance(node, yaml.MappingNode):
        raise SandboxError(f"{path}:1: a mapping is wanted here, such as `release: '1.2'`")
    return node


def plain(node: yaml.Node, path: Path) -> Plain:
    """Return the values below `node`; raises SandboxError for a key written twice or an alias to its own parent."""
    return _Builder(path).build(node)


class _Builder:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._done: dict[yaml.Node, Plain] = {}
        self._open: set[yaml.Node] = set()

    def build(self, node: yaml.Node) -> Plain:
        if node in self._done:  # an alias: the value is shared, so that aliases cannot blow the tree up
            return self._done[node]
        if node in self._open:
            raise self._error(node, "an alias to something it is itself a part of")
        self._open.add(node)
        value = self._value(node)
        self._open.remove(node)
        self._done[node] = value
        return value

    def _value(self, node: yaml.Node) -> Plain:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item) for item in node.value]
        return cast("str", node.value)

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Plain]:
        values: dict[str, Plain] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._error(key, "a key must be text")
            if key.value in values:
                raise self._error(key, f"{key.value}: written twice")
            values[key.value] = self.build(value)
        return values

    def _error(self, node: yaml.Node, what: str) -> SandboxError:
        return SandboxError(f"{self._path}:{node.start_mark.line + 1}: {what}")


def line_of(node: yaml.Node, location: Sequence[str | int]) -> int:
    """Return the line (from 1) of the deepest part of `location` that exists below `node`."""
    line = node.start_mark.line + 1 if node.start_mark else 1
    for step in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == step), None)
            if found is None:
                continue  # pydantic names the members of a union too: they are not in the file
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line
