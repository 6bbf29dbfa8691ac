"""How long the readiness probe of a persister waits: a part of every start (vendor's guide). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.model import LIVE_SEGMENT, Section
from persync.properties.catalogue import identify

if TYPE_CHECKING:
    from persync.model import LivePersister, Persister

_PROBE_DELAY = "kubernetes.readinessProbeDelay"


def probe_delay(desired: Persister, stored: LivePersister) -> float:
    """Return the seconds that the readiness probe of a persister waits.

    The first number counts: of the files, of the stored configuration, the deployer's default. Placeholders do not.

    Args:
        desired: from the files.
        stored: the live side, with its defaults.
    """
    found = configured_delay(desired, stored)
    return default_delay(desired.id.eventstore) if found is None else found


def configured_delay(*sides: Persister | LivePersister) -> float | None:
    """Return the first number of seconds in these configurations; ``None`` if none has one."""
    form = identify(Section.DEPLOYER, _PROBE_DELAY).form
    found = [prop.text for side in sides for prop in side.properties.get(Section.DEPLOYER, ()) if prop.key.form == form]
    return next((float(text) for text in found if text.isdecimal()), None)


def default_delay(eventstore: str) -> float:
    """Return the deployer's default; a live-segment persister has no probe."""
    definition = identify(Section.DEPLOYER, _PROBE_DELAY).definition
    has_probe = eventstore != LIVE_SEGMENT and definition is not None
    return float((definition.default if has_probe and definition else None) or 0)
