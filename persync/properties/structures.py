"""Structures: maps, lists and texts, and how two of them differ.

Lists of named items become maps by name, so that what is shown under a name is that name's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from persync.properties.yaml11 import read, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Structure: TypeAlias = "str | Sequence[Structure] | Mapping[str, Structure]"

_NAME = ("name",)
_VALUE = "value"


class Keyed(dict[str, Structure]):
    """A list as a map: its items by name, so that each meets its counterpart wherever that is in the other list.

    Attributes:
        ordered: the order of the items counts.
    """

    def __init__(self, items: Iterable[tuple[str, Structure]] = (), *, ordered: bool = False) -> None:
        super().__init__(items)
        self.ordered = ordered

    def __eq__(self, other: object) -> bool:
        """Equal only to another list: a map with the same entries is something else."""
        if not isinstance(other, Keyed) or not super().__eq__(other):
            return False
        return not (self.ordered or other.ordered) or list(self) == list(other)

    __hash__ = None


class PathStep(NamedTuple):
    """A step into a structure: a key of a map, or the name or index of an item of a list."""

    name: str
    is_item: bool

    def __str__(self) -> str:
        return f"[{self.name}]" if self.is_item else f".{self.name}"


class Leaf(NamedTuple):
    """A scalar of a structure, and where it is."""

    path: tuple[PathStep, ...]
    text: str
    option: str = ""
    """In a list of arguments, the option in front of it, such as ``--token``."""


class SubpathPart(NamedTuple):
    """A part of the path of a scalar that differs.

    Attributes:
        name: of a key of a map, or of an item of a list: its own name, or its index.
        is_item: it is an item of a list.
        in_both: both structures have it; else it is added or removed as a whole.
    """

    name: str
    is_item: bool
    in_both: bool


class LeafChange(NamedTuple):
    """A scalar that differs between two structures; ``None`` where a side does not have it.

    ``common`` is how many steps of its path both structures have; the others are added or removed with it.
    """

    path: tuple[PathStep, ...]
    before: str | None
    after: str | None
    common: int = 0

    @property
    def parts(self) -> tuple[SubpathPart, ...]:
        """The steps of the path, each with whether both structures have it."""
        return tuple(SubpathPart(*step, index < self.common) for index, step in enumerate(self.path))


@lru_cache(maxsize=4096)
def parse_structure(text: str) -> Structure:
    """Return what the deployer makes of ``text``: maps, lists and strings.

    Args:
        text: a YAML 1.1 document in flow style.

    Raises:
        ValueError: it cannot be read (``yaml11.read``).
    """
    return texts(read(text))


@lru_cache(maxsize=4096)
def parse_keyed(text: str, identity: tuple[str, ...] = ()) -> Structure:
    """Return what the deployer makes of ``text``, with its lists keyed as by ``keyed``.

    Raises:
        ValueError: as for ``parse_structure``.
    """
    return keyed(parse_structure(text), identity)


def keyed(structure: Structure, identity: tuple[str, ...] = ()) -> Structure:
    """Return a structure with the lists of named items keyed by name, at every depth.

    Args:
        structure: maps, lists and strings.
        identity: the fields that name the items of the outermost list; their order then does not count. The items of
            other lists are named by their field ``name``, and their order counts.
    """
    return _keyed(structure, identity, ordered=False) if identity else _keyed(structure, _NAME, ordered=True)


def differences(before: Structure, after: Structure) -> list[LeafChange]:
    """Return the scalars in which two keyed structures differ, by path; where only the order differs, the orders."""
    from deepdiff import DeepDiff  # noqa: PLC0415 - slow to import, and few plans hold a changed structure
    from deepdiff.helper import notpresent  # noqa: PLC0415 - likewise

    found: list[LeafChange] = []
    for levels in DeepDiff(before, after, view="tree", threshold_to_diff_deeper=0).values():
        for level in levels:
            path = _path_to(before if level.t1 is not notpresent else after, level.path(output_format="list"))
            old = {} if level.t1 is notpresent else {leaf.path: leaf.text for leaf in leaves(level.t1, path)}
            new = {} if level.t2 is notpresent else {leaf.path: leaf.text for leaf in leaves(level.t2, path)}
            common = len(path) - (level.t1 is notpresent or level.t2 is notpresent)
            found += [
                LeafChange(at, old.get(at), new.get(at), common) for at in old | new if old.get(at) != new.get(at)
            ]
    found += _reordered(before, after, ())
    return sorted(found, key=lambda leaf: subpath(leaf.path))


def leaves(structure: Structure, path: tuple[PathStep, ...] = (), option: str = "") -> Iterator[Leaf]:
    """Yield the scalars with their paths; an empty map or list counts as a scalar, so that none is overlooked."""
    if isinstance(structure, str):
        yield Leaf(path, structure, option)
    elif not structure:
        yield Leaf(path, "[]" if isinstance(structure, Keyed | list) else "{}")
    elif isinstance(structure, Mapping):
        for key, part in structure.items():
            yield from leaves(part, (*path, _step(structure, key)))
    else:
        options = options_before(part if isinstance(part, str) else "" for part in structure)
        for index, (part, before) in enumerate(zip(structure, options, strict=True)):
            yield from leaves(part, (*path, _step(structure, index)), before)


def options_before(arguments: Iterable[str]) -> Iterator[str]:
    """Yield the option in front of each item of a list, such as ``--token``; for all other items an empty text."""
    last = ""
    for argument in arguments:
        is_option = argument.startswith("-")
        yield "" if is_option else last
        last = argument if is_option else ""


def subpath(path: Iterable[PathStep]) -> str:
    """Return a path as text: ``[db-secret].secret.secretName``."""
    return "".join(map(str, path))


def naming_keys(path: Sequence[PathStep]) -> tuple[str, ...]:
    """Return the names that say what the scalar at ``path`` is.

    That is the nearest key above it or, for an entry of a list of pairs, its name. In an item with ``name`` and
    ``value``, such as an environment variable of a container, the item's name says what ``value`` is. A scalar called
    ``value`` is also named by every key above it, up to the item of a list that it is in.
    """
    named = [item.name for item, step in pairwise(path) if item.is_item and _is_value(step)]
    if path and _is_value(path[-1]):
        item = max((index for index, step in enumerate(path) if step.is_item), default=0)
        named += [step.name for step in path[item:]]
    nearest = next((step.name for step in reversed(path) if not step.is_item), path[0].name if path else "")
    return (*named, nearest)


def _is_value(step: PathStep) -> bool:
    return not step.is_item and step.name.lower() == _VALUE


def _keyed(structure: Structure, identity: tuple[str, ...], *, ordered: bool) -> Structure:
    if isinstance(structure, str):
        return structure
    if isinstance(structure, Mapping):
        return {key: _keyed(value, _NAME, ordered=True) for key, value in structure.items()}
    items = [_keyed(item, _NAME, ordered=True) for item in structure]
    names = [_name(item, identity) for item in items]
    if not any(names):
        return items
    # without a name of its own, an item is known by its position, and of several with a name, by their order
    is_sure = all(names) and len(set(names)) == len(names)
    return Keyed(zip(_unique(names), items, strict=True), ordered=ordered or not is_sure)


def _unique(names: Sequence[str]) -> Iterator[str]:
    """Yield a name for each item: its own, or its index if it has none, and a number where that name is taken."""
    counts = Counter[str]()
    used, taken = set[str](), set(filter(None, names))
    for index, own in enumerate(names):
        unique = base = own or str(index)
        if not own or own in used:
            while unique in taken:
                counts[base] += 1
                unique = f"{base}#{counts[base] + 1}"
            taken.add(unique)
        used.add(unique)
        yield unique


def _name(item: Structure, identity: tuple[str, ...]) -> str:
    if not isinstance(item, Mapping):
        return ""
    fields = (item.get(field) for field in identity)
    return ":".join(field for field in fields if isinstance(field, str))


def _reordered(before: Structure, after: Structure, path: tuple[PathStep, ...]) -> Iterator[LeafChange]:
    if not isinstance(before, Mapping) or type(before) is not type(after):
        return
    assert isinstance(after, Mapping)  # noqa: S101 - for the type checker: they are of one type
    common = [key for key in before if key in after]
    if isinstance(before, Keyed) and isinstance(after, Keyed) and (before.ordered or after.ordered):
        now = [key for key in after if key in before]
        if common != now:
            yield LeafChange(path, f"[{', '.join(common)}]", f"[{', '.join(now)}]", len(path))
    for key in common:
        yield from _reordered(before[key], after[key], (*path, _step(before, key)))


def _path_to(structure: Any, keys: Iterable[str | int]) -> tuple[PathStep, ...]:
    path: tuple[PathStep, ...] = ()
    for key in keys:
        path = (*path, _step(structure, key))
        structure = structure[key]
    return path


def _step(structure: Structure, key: str | int) -> PathStep:
    return PathStep(str(key), is_item=isinstance(structure, Keyed) or not isinstance(structure, Mapping))
