"""The path of a scalar inside a structure, in parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from persync.properties.structures import LeafChange


class SubpathPart(NamedTuple):
    """A part of the path inside a structure.

    Attributes:
        name: of a key of a map, or of an item of a list: its own name, or its index.
        is_item: it is an item of a list.
        in_both: live and the files have it; else it is added or removed as a whole.
    """

    name: str
    is_item: bool
    in_both: bool


def subpath_parts(leaf: LeafChange) -> tuple[SubpathPart, ...]:
    """Return the parts of the path of a scalar that differs."""
    return tuple(SubpathPart(*step, index < leaf.common) for index, step in enumerate(leaf.path))
