"""Selectors: shell patterns over the names of persisters."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from persync.model import PersisterId


def selects(pattern: str, persister: PersisterId) -> bool:
    """Return whether a selector matches a persister.

    One with a slash matches ``project/event-type`` or ``project/event-type/eventstore``; one without matches the event
    type alone.
    """
    if "/" not in pattern:
        return fnmatchcase(persister.event_type, pattern)
    short = f"{persister.project}/{persister.event_type}"
    return fnmatchcase(short, pattern) or fnmatchcase(f"{short}/{persister.eventstore}", pattern)
