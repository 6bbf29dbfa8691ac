"""The body of the PUT that updates a persister, and what to do where it is refused."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from persync.model import LIVE_SEGMENT, Kind, LiveProperty, Property, Section, sections_of
from persync.properties.values import canonical

if TYPE_CHECKING:
    from persync.errors import HarvesterError
    from persync.model import Persister
    from persync.plan.ignoring.update import Update


def put_body(update: Update) -> dict[str, Any]:
    """Return the body of the PUT that stores the desired configuration.

    A known property is sent in its documented spelling, whatever the file's: the deployer looks its keys up
    case-sensitively, and the server merges its defaults under them just so. Values are sent as text; a live-segment
    persister's numbers and booleans as such (API reference, PUT persister).
    """
    desired = update.configured
    body: dict[str, Any] = {
        section: {prop.key.spelling: _value(prop) for prop in desired.properties.get(section, ())}
        | {key: _value(prop) for key, prop in update.carried.get(section, {}).items()}
        for section in sections_of(desired.id.eventstore)
    }
    if desired.app_version and desired.id.eventstore != LIVE_SEGMENT:
        body["appVersion"] = desired.app_version.text
    return body


def _value(prop: Property | LiveProperty) -> str | int | bool:
    definition = prop.key.definition
    if prop.key.section is Section.LIVE_SEGMENT and definition and definition.kind in {Kind.INT, Kind.FLAG}:
        typed: int | bool | None = canonical(definition, prop.text)
        return prop.text if typed is None else typed
    return prop.text


def version_hint(desired: Persister, error: HarvesterError) -> str:
    """Return the hint for a refused PUT with an app version: the API answers 500 to one that is not registered."""
    version = desired.app_version
    if version is None or error.status != HTTPStatus.INTERNAL_SERVER_ERROR:
        return ""
    shown = "its appVersion" if version.sensitive else f"appVersion {version.text}"
    return f"check that {shown} ({version.span.file}:{version.span.line}) is registered in Spring Cloud Data Flow"
