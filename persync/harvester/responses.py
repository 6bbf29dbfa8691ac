"""Answers of the API → the nouns of ``persync.model``.

Lenient where releases differ (API reference and its examples), strict where a guess could do harm.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import AliasChoices, AliasPath, BaseModel, BeforeValidator, Field, TypeAdapter, ValidationError

from persync.harvester.exchange import event_type_kind
from persync.harvester.redaction import one_line, printable
from persync.model import LIVE_SEGMENT, PG, LivePersister, LiveProperty, PersisterId, RunState, Section, sections_of
from persync.properties.catalogue import identify

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
    """The answer is not what the API reference describes; the text names the place, never a value."""


def text_of(value: object) -> str:
    """Return a configuration value as text: text as it is, anything else as JSON writes it, and null as nothing."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _status_of(value: object) -> object:
    # Documented as an object; a bare string is accepted too, the shape under expand=state is in no example.
    return value.get("status") if isinstance(value, dict) else value


def _only_list_in(value: object) -> object:
    lists = [member for member in value.values() if isinstance(member, list)] if isinstance(value, dict) else []
    return lists[0] if len(lists) == 1 else value


_Text = Annotated[str, BeforeValidator(text_of)]
_Map = Annotated[dict[str, _Text], BeforeValidator(lambda value: {} if value is None else value)]


class _Persister(BaseModel):
    app_version: _Text | None = Field(None, alias="appVersion")
    app_config: _Map = Field({}, alias="appConfig")
    deployer_config: _Map = Field({}, alias="deployerConfig")
    config: _Map = {}
    state: Annotated[str | None, BeforeValidator(_status_of)] = None

    def section(self, section: Section) -> dict[str, str]:
        maps = {Section.APP: self.app_config, Section.DEPLOYER: self.deployer_config, Section.LIVE_SEGMENT: self.config}
        return maps[section]


class _Logs(BaseModel):
    logs: list[str]


class _ListedPersister(BaseModel):
    # One reference page writes eventstoreType, the list's eventStoreType.
    eventstore: str = Field(validation_alias=AliasChoices("eventstoreType", "eventStoreType"))


class _EventType(BaseModel):
    name: str = Field(validation_alias=AliasChoices("name", "eventTypeName"))
    type: str = ""
    # The reference's list puts them under the event type's outputs.
    persisters: list[_ListedPersister] | None = Field(
        None, validation_alias=AliasChoices("persisters", AliasPath("outputs", "persisters"))
    )


_PERSISTER = TypeAdapter(_Persister)
_STATE = TypeAdapter(Annotated[str, BeforeValidator(_status_of)])
_LOGS = TypeAdapter(_Logs)
_EVENT_TYPES = TypeAdapter(Annotated[list[_EventType], BeforeValidator(_only_list_in)])
_ANYTHING = TypeAdapter(dict[str, Any])


def persister(pid: PersisterId, body: bytes) -> tuple[StateReport | None, LivePersister]:
    """Read the answer of GET persister.

    Args:
        pid: whose it is.
        body: the answer, JSON.

    Returns:
        The state, or ``None`` where the server did not add it, and the persister, in state ``UNKNOWN`` in that case.

    Raises:
        WrongShape: the answer is something else.
    """
    answer = _parse(_PERSISTER, body)
    report = None if answer.state is None else _report(answer.state)
    state, reported = report or StateReport(RunState.UNKNOWN, "")
    properties = {
        section: tuple([LiveProperty(identify(section, key), text) for key, text in answer.section(section).items()])
        for section in sections_of(pid.eventstore)
    }
    return report, LivePersister(pid, state, reported, answer.app_version, properties)


def state(body: bytes) -> StateReport:
    """Read the answer of GET persister/state.

    Raises:
        WrongShape: the answer is something else.
    """
    return _report(_parse(_STATE, body))


def logs(body: bytes) -> list[str]:
    """Read the answer of GET persister/logs; the lines are the persister's, minus what a terminal would obey.

    Raises:
        WrongShape: the answer is something else.
    """
    return [printable(line) for line in _parse(_LOGS, body).logs]


def event_types(project: str, body: bytes) -> list[EventType]:
    """Read a page of GET event-types: an array, or an object with one array in it.

    Where a server leaves the persisters out, they follow from the event type's type.

    Raises:
        WrongShape: the answer is something else.
    """
    found = []
    for entry in _parse(_EVENT_TYPES, body):
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
        WrongShape: the answer is something else, a login page for instance: nothing was written then.
    """
    if body.strip():
        _parse(_ANYTHING, body)


def _report(reported: str) -> StateReport:
    shown = one_line(reported, limit=64)
    return StateReport(RunState.of(shown), shown)


def _parse(shape: TypeAdapter[_T], body: bytes) -> _T:
    try:
        return shape.validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"]))
        wrong = one_line(f"{place}: {first['msg']}" if place else first["msg"])
    # Raised outside of the handler: pydantic's error holds the values, which may be secret.
    raise WrongShape(f"JSON of another shape than the Harvester API's ({wrong})")
