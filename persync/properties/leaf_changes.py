"""How two values of a property differ, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from persync.properties.structures import differences
from persync.properties.values import is_masked, may_be, structure_of

if TYPE_CHECKING:
    from persync.model import Definition
    from persync.properties.structures import LeafChange, Structure

_MOST = 1_000
"""Parts of a property that are shown one by one; a property in which more differ is shown as one text."""


def leaf_changes(definition: Definition | None, before: str | None, after: str | None) -> list[LeafChange]:
    """Return the scalars that differ; none if the values have no parts, parts that cannot be read, or too many.

    Args:
        definition: the property; ``None``: the catalogue does not have it.
        before: its value; ``None`` where it has none.
        after: as ``before``.
    """
    if definition is None:
        return []
    old, new = (None if text is None else structure_of(definition, text) for text in (before, after))
    if (old is None and before is not None) or (new is None and after is not None):
        return []
    if old is None:
        old = _empty_like(new)
    if new is None:
        new = _empty_like(old)
    if _least(old, new) > _MOST:
        return []
    found = differences(old, new)
    return found if len(found) <= _MOST else []


def may_be_equal(definition: Definition | None, shown: str, text: str) -> bool:
    """Return whether a live value may be equal to this one, as far as the API shows it: it hides what may differ.

    Args:
        definition: the property; ``None``: the catalogue does not have it.
        shown: the live value.
        text: another value, which is not equal to what is shown.
    """
    if not is_masked(shown):
        return False
    leaves = leaf_changes(definition, shown, text)
    return all(map(is_hidden, leaves)) if leaves else may_be(shown, text)


def is_hidden(leaf: LeafChange) -> bool:
    """Return whether the API hides the value before a change, and it may be the one after it."""
    before, after = leaf.before, leaf.after
    return before is not None and after is not None and is_masked(before) and may_be(before, after)


def _least(old: Structure, new: Structure) -> int:
    """Return how many scalars differ at least: counting them takes longer."""
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        return 0
    return sum(old.get(name) != new.get(name) for name in {*old, *new})


def _empty_like(other: Structure | None) -> Structure:
    return {} if other is None else type(other)()
