"""What a PUT sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from persync.model import LIVE_SEGMENT, Property, Section, sections_of
from persync.properties.catalogue import Kind, identify
from persync.properties.values import canonical

if TYPE_CHECKING:
    from persync.model import Persister


def put_body(desired: Persister) -> dict[str, Any]:
    """Return the body of the PUT that stores the wanted configuration.

    A known property is sent in its documented spelling, whatever the file's: the deployer looks its keys up
    case-sensitively, and the server merges its defaults under them just so. Values are sent as text; a live-segment
    persister's numbers and booleans as such (API reference, PUT persister).
    """
    body: dict[str, Any] = {
        section: {
            identify(section, prop.key).canonical or prop.key: _value(section, prop)
            for prop in desired.properties.get(section, ())
        }
        for section in sections_of(desired.id.eventstore)
    }
    if desired.app_version and desired.id.eventstore != LIVE_SEGMENT:
        body["appVersion"] = desired.app_version.text
    return body


def _value(section: Section, prop: Property) -> str | int | bool:
    known = identify(section, prop.key).known
    if section is Section.LIVE_SEGMENT and known and known.kind in {Kind.INT, Kind.BOOL}:
        typed: int | bool | None = canonical(known, prop.text)
        return prop.text if typed is None else typed
    return prop.text
