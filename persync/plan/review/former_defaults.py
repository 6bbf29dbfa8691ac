"""Finds the traces of a change of the installation's defaults. Pure.

A PUT with ``imported=true`` stores the defaults of its day. After an upgrade that changes them, they are in every
export as if they had been set by hand: mass drift without an author.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from persync.plan.parts.former_defaults import FormerDefault, FormerDefaults
from persync.plan.terms import Attribution

if TYPE_CHECKING:
    from persync.model import PersisterId
    from persync.plan.change import PropertyChange
    from persync.plan.plan import Plan

_LEAST = 3
"""Persisters; in fewer, equal drift may be a coincidence."""


def former_defaults(plan: Plan) -> FormerDefaults | None:
    """Return what more than half of the persisters have live with the same value, and no file; ``None`` if nothing.

    Args:
        plan: of the files. What this branch removes from them is not meant, nor what is pending; without a base, that
            is not known.
    """
    compared = len(plan.persisters) + plan.in_sync
    counts = Counter(
        (change.path, change.before.display or "")
        for planned in plan.persisters
        if not planned.resets  # its file configures nothing at all, which has a notice of its own
        for change in planned.changes
        if _is_drift_from_default(change)
    )
    found = [
        FormerDefault(path=path, value=value, persisters=count)
        for (path, value), count in sorted(counts.items())
        if count >= _LEAST and count * 2 > compared
    ]
    return FormerDefaults(properties=tuple(found), compared=compared) if found else None


def persisters_with(plan: Plan, found: FormerDefaults) -> set[PersisterId]:
    """Return the persisters that have one of these properties."""
    values = {(each.path, each.value) for each in found.properties}
    return {
        planned.id
        for planned in plan.persisters
        for change in planned.changes
        if _is_drift_from_default(change) and (change.path, change.before.display or "") in values
    }


def _is_drift_from_default(change: PropertyChange) -> bool:
    return change.after_default and change.attribution in {None, Attribution.DRIFT} and not change.before.is_hidden
