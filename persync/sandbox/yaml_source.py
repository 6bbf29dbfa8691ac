"""YAML read as text with positions: every scalar is its source text, every error has a line and a column."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import yaml

from persync.sandbox.errors import SandboxError

# A tree of dict, list and str only: `1.10` stays "1.10"; pydantic converts the text of number fields.
Plain = dict[str, "Plain"] | list["Plain"] | str


def read(path: Path) -> yaml.MappingNode:
    """Return the root of the YAML document in `path`; an empty file is an empty mapping.

    Raises:
        SandboxError: the file cannot be read, is not one YAML document, or is not a mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SandboxError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SandboxError(f"{path}: cannot be read: not UTF-8 text ({error.reason})") from error
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise SandboxError(f"{path}:{_position(error.problem_mark)}: not valid YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise SandboxError(f"{path}:1:1: not valid YAML: {error}") from error
    if node is None:
        return yaml.MappingNode("tag:yaml.org,2002:map", [])
    if not isinstance(node, yaml.MappingNode):
        raise SandboxError(f"{path}:1:1: must be a mapping", hint="begin the file with fields, such as release: '1.2'")
    return node


def plain(node: yaml.Node, path: Path) -> Plain:
    """Return the values below `node`.

    Raises:
        SandboxError: a key is not text or is duplicated, or an alias is inside the node that it refers to.
    """
    return _Builder(path).build(node)


class _Builder:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._built: dict[yaml.Node, Plain] = {}
        self._open: set[yaml.Node] = set()

    def build(self, node: yaml.Node) -> Plain:
        if node in self._built:  # an alias: the value is shared, so nested aliases cannot exhaust the memory
            return self._built[node]
        if node in self._open:
            raise self._error(node, "the alias is inside the node that it refers to")
        self._open.add(node)
        value = self._value(node)
        self._open.remove(node)
        self._built[node] = value
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
                raise self._error(key, f"{key.value}: duplicate key", hint="remove one of the two")
            values[key.value] = self.build(value)
        return values

    def _error(self, node: yaml.Node, what: str, hint: str = "") -> SandboxError:
        return SandboxError(f"{self._path}:{_position(node.start_mark)}: {what}", hint)


def position(node: yaml.Node, location: Sequence[str | int]) -> str:
    """Return line:column (from 1) of the deepest part of `location` that exists below `node`.

    It is the position of a key, or of an item of a list.
    """
    mark = node.start_mark
    for step in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == step), None)
            if found is None:
                break
            mark, node = found[0].start_mark, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            mark = node.start_mark
    return _position(mark)


def _position(mark: yaml.Mark | None) -> str:
    return f"{mark.line + 1}:{mark.column + 1}" if mark else "1:1"
