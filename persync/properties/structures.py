"""YAML in a string, as the Kubernetes deployer reads it: YAML 1.1, flattened to strings.

``readOnly : 'true'`` equals ``readOnly: true``; ``defaultMode: 0400`` is octal and equals ``256``, ``'0400'`` does
not. Sources: Spring Boot's YAML loader (SnakeYAML) and the property classes of spring-cloud-deployer-kubernetes 2.0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import yaml
from yaml.constructor import SafeConstructor

if TYPE_CHECKING:
    from collections.abc import Iterator

Structure: TypeAlias = "str | Sequence[Structure] | Mapping[str, Structure]"

_MOST_NODES = 10_000
_FAST_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# libyaml's composer is recursive without a limit of its own: text that could nest deeper than this goes to the Python
# one, where too deep is an exception and not a crash.
_FAST_DEPTH = 200


class Labelled(dict[str, Structure]):
    """A list whose items are matched by fields of theirs: the items by the values of these fields."""

    def __eq__(self, other: object) -> bool:
        """Equal only to another such list: a map with the same entries is something else."""
        return isinstance(other, Labelled) and super().__eq__(other)

    __hash__ = None


class Leaf(NamedTuple):
    """One scalar that differs between two structures; ``None`` where a side does not have it."""

    path: str
    before: str | None
    after: str | None


@lru_cache(maxsize=4096)
def parse_structure(text: str, identity: tuple[str, ...] = ()) -> Structure:
    """Return what the deployer makes of ``text``: maps, lists and strings.

    Args:
        text: one YAML 1.1 document.
        identity: fields that match the items of a list, whose order then does not matter. Where two items have the
            same values there, it stays a list.

    Raises:
        ValueError: not YAML, more than one document, a key that is no scalar or comes twice in its map, too large or
            nested too deeply.
    """
    depth_at_most = sum(text.count(opener) for opener in ("[", "{", "- ", "? ", "-\n", "?\n", "-\t"))
    loader = _FAST_LOADER if depth_at_most <= _FAST_DEPTH else yaml.SafeLoader
    try:
        structure = _flatten(yaml.compose(text, Loader=loader), iter(range(_MOST_NODES)))
    except yaml.YAMLError as error:
        raise ValueError(_words_of(error)) from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return _labelled(structure, identity) if identity else structure


def differences(before: Structure, after: Structure) -> list[Leaf]:
    """Return the scalars in which two structures differ, by path."""
    from deepdiff import DeepDiff  # noqa: PLC0415 - slow to import, and few plans hold a changed structure
    from deepdiff.helper import notpresent  # noqa: PLC0415

    found: list[Leaf] = []
    for levels in DeepDiff(before, after, view="tree", threshold_to_diff_deeper=0).values():
        for level in levels:
            path = _path_to(before if level.t1 is not notpresent else after, level.path(output_format="list"))
            old = {} if level.t1 is notpresent else dict(leaves(level.t1, path))
            new = {} if level.t2 is notpresent else dict(leaves(level.t2, path))
            found += [Leaf(at, old.get(at), new.get(at)) for at in old | new if old.get(at) != new.get(at)]
    return sorted(found, key=lambda leaf: leaf.path)


def leaves(structure: Structure, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield path and text of each scalar; an empty map or list counts as one, so that none goes unseen."""
    if isinstance(structure, str):
        yield path, structure
    elif not structure:
        yield path, "{}" if isinstance(structure, Mapping) else "[]"
    else:
        keys = structure if isinstance(structure, Mapping) else range(len(structure))
        for key in keys:
            yield from leaves(structure[key], path + _step(structure, key))  # type: ignore[index] # key is of it


def _flatten(node: yaml.Node | None, budget: Iterator[int]) -> Structure:
    if next(budget, None) is None:
        raise ValueError(f"more than {_MOST_NODES} values")
    if isinstance(node, yaml.MappingNode):
        if not all(isinstance(key, yaml.ScalarNode) for key, _ in node.value):
            raise ValueError("a key is not plain text")
        return _flatten_map(node, budget)
    if isinstance(node, yaml.SequenceNode):
        return [_flatten(item, budget) for item in node.value]
    return _scalar(node) if isinstance(node, yaml.ScalarNode) else ""


def _flatten_map(node: yaml.MappingNode, budget: Iterator[int]) -> dict[str, Structure]:
    flat: dict[str, Structure] = {}
    for key, value in node.value:
        if key.value in flat:  # the deployer refuses it, too, and which one another reader takes, nobody knows
            raise ValueError(f"a key stands in its map a second time, at character {key.start_mark.index + 1}")
        flat[key.value] = _flatten(value, budget)
    return flat


def _scalar(node: yaml.ScalarNode) -> str:
    """Return a scalar's value as the text that Java would make of it."""
    try:
        return _as_text(node)
    except (ValueError, LookupError):
        # the error's own text holds the value
        raise ValueError("a value does not fit its tag") from None


def _as_text(node: yaml.ScalarNode) -> str:
    constructor = SafeConstructor()
    match node.tag.rpartition(":")[2]:
        case "bool":
            return "true" if constructor.construct_yaml_bool(node) else "false"
        case "int":
            return str(constructor.construct_yaml_int(node))
        case "float":
            return str(constructor.construct_yaml_float(node))
        case "null":
            return ""
    return str(node.value)


def _labelled(structure: Structure, identity: tuple[str, ...]) -> Structure:
    if not isinstance(structure, list) or not all(isinstance(item, dict) for item in structure):
        return structure
    by_label = Labelled((":".join(str(item[name]) for name in identity if name in item), item) for item in structure)
    return by_label if len(by_label) == len(structure) and "" not in by_label else structure


def _path_to(structure: Any, keys: Sequence[str | int]) -> str:
    path = ""
    for key in keys:
        path += _step(structure, key)
        structure = structure[key]
    return path


def _step(structure: Any, key: str | int) -> str:
    if isinstance(structure, dict):
        return f"[{key}]" if isinstance(structure, Labelled) else f".{key}"
    # an item of a list is called by its name, if it has one: env[DB_HOST] says more than env[3]
    name = structure[key].get("name") if isinstance(structure[key], dict) else None
    return f"[{name if isinstance(name, str) and name else key}]"


def _words_of(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or "not YAML"
    mark = getattr(error, "problem_mark", None)
    return f"{problem}, at character {mark.index + 1}" if mark else problem
