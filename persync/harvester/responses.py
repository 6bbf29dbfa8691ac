"""Reads successful answers: JSON of the API → the types of ``persync.model``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from persync.harvester.redaction import found_in, one_line, redact_credentials, without_control_characters
from persync.model import LIVE_SEGMENT, PG, LivePersister, LiveProperty, PersisterId, RunState, sections_of
from persync.properties.catalogue import identify

if TYPE_CHECKING:
    from collections.abc import Collection

    from pydantic import TypeAdapter

    from persync.model import Section

_T = TypeVar("_T")


class StateReport(NamedTuple):
    """A run state, and its name as the API spelled it."""

    state: RunState
    reported_state: str


@dataclass(frozen=True, slots=True)
class EventType:
    """An event type of a project's list.

    Attributes:
        name: its name.
        type: ``data_in``, ``live_segment``, or one that has no persister.
        persisters: the persisters that belong to it.
    """

    name: str
    type: str
    persisters: tuple[PersisterId, ...]


class WrongShape(ValueError):
    """The answer is not as the API reference describes it; the text names the field, never a value."""


def text_of(value: object) -> str:
    """Return a configuration value as text: text as it is, anything else as JSON writes it, and null as nothing."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def event_type_kind(eventstore: str) -> str:
    """Return the event type's type that has a persister of this event store (API reference, 404 of GET persister)."""
    return "data_in" if eventstore == PG else eventstore.replace("-", "_")


def persister(
    pid: PersisterId, body: bytes, credentials: Collection[str] = ()
) -> tuple[StateReport | None, LivePersister]:
    """Read the answer of GET persister.

    Args:
        pid: the persister.
        body: the answer, JSON.
        credentials: texts to hide, should the server send them back. A property keeps its value, because it may be
            sent again, and is marked.

    Returns:
        The state, or ``None`` where the server did not add it, and the persister, in state ``UNKNOWN`` in that case.

    Raises:
        WrongShape: the answer has another shape.
    """
    from persync.harvester.answer_models import PERSISTER

    answer = _parse(PERSISTER, body)
    report = None if answer.state is None else _report(answer.state, credentials)
    state, reported = report or StateReport(RunState.UNKNOWN, "")
    version = None if answer.app_version is None else redact_credentials(text_of(answer.app_version), credentials)
    properties = {
        section: tuple(
            [_property(section, key, text_of(value), credentials) for key, value in answer.section(section).items()]
        )
        for section in sections_of(pid.eventstore)
    }
    return report, LivePersister(pid, state, reported, version, properties)


def state(body: bytes, credentials: Collection[str] = ()) -> StateReport:
    """Read the answer of GET persister/state, without these credentials.

    Raises:
        WrongShape: the answer has another shape.
    """
    from persync.harvester.answer_models import STATE

    return _report(_parse(STATE, body), credentials)


def logs(body: bytes, credentials: Collection[str] = ()) -> list[str]:
    """Read the answer of GET persister/logs: the lines of the log, without control characters and these credentials.

    Raises:
        WrongShape: the answer has another shape.
    """
    from persync.harvester.answer_models import LOGS

    return [without_control_characters(redact_credentials(line, credentials)) for line in _parse(LOGS, body).logs]


def event_types(project: str, body: bytes) -> list[EventType]:
    """Read a page of GET event-types: an array, or an object with one array in it.

    Where a server omits the persisters, they follow from the event type's type.

    Raises:
        WrongShape: the answer has another shape.
    """
    from persync.harvester.answer_models import EVENT_TYPES

    found = []
    for entry in _parse(EVENT_TYPES, body):
        if entry.persisters is None:
            stores = [store for store in (PG, LIVE_SEGMENT) if event_type_kind(store) == entry.type]
        else:
            stores = [listed.eventstore for listed in entry.persisters]
        ids = tuple(PersisterId(project, entry.name, store) for store in stores)
        found.append(EventType(entry.name, entry.type, ids))
    return found


def acknowledgement(body: bytes) -> None:
    """Check the answer of a write: a JSON object, or nothing (POST state of live-segment).

    Raises:
        WrongShape: the answer has another shape: a login page, for instance. Then nothing was written.
    """
    from persync.harvester.answer_models import OBJECT

    if body.strip():
        _parse(OBJECT, body)


def _property(section: Section, key: str, text: str, credentials: Collection[str]) -> LiveProperty:
    return LiveProperty(identify(section, key), text, tuple(found_in(text, credentials)))


def _report(reported: str, credentials: Collection[str]) -> StateReport:
    shown = one_line(reported, credentials, limit=64)
    return StateReport(RunState.of(shown), shown)


def _parse(shape: TypeAdapter[_T], body: bytes) -> _T:
    from pydantic import ValidationError

    try:
        return shape.validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(map(str, first["loc"]))
        wrong = one_line(f"{field}: {first['msg']}" if field else first["msg"])
    # Raised outside of the handler: pydantic's error holds the values, which may be secret.
    raise WrongShape(f"JSON of another shape than the Harvester API's ({wrong})")
