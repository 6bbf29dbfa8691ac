"""Whether a persister falls back to the defaults in every property. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.properties.catalogue import identify

if TYPE_CHECKING:
    from persync.model import LivePersister, Persister
    from persync.plan.compare import Comparison


def falls_back(desired: Persister, live: LivePersister, comparison: Comparison) -> bool:
    """Return whether a PUT resets every property that live has: the files configure no property at all.

    Args:
        desired: from the files, after defaults and overlays.
        live: the answer with ``export=true``.
        comparison: of both.
    """
    if any(desired.properties.values()):
        return False
    reset = {
        (change.section, identify(change.section, change.key).form)
        for change in comparison.changes
        if change.section and change.after_default
    }
    return bool(reset) and reset.issuperset(
        (section, prop.key.form) for section, props in live.properties.items() for prop in props
    )
