"""Reads successful answers: JSON of the API → the types of ``persync.model``."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import unquote

from persync.harvester.address import GLOBAL
from persync.harvester.redaction import found_in, one_line, redact_credentials, without_control_characters
from persync.model import LIVE_SEGMENT, PG, LivePersister, LiveProperty, PersisterId, RunState, sections_of
from persync.properties.catalogue import identify

if TYPE_CHECKING:
    from collections.abc import Collection

    from pydantic import TypeAdapter

    from persync.harvester.answer_models import Names
    from persync.harvester.answer_models import Persister as PersisterAnswer
    from persync.model import Section

_T = TypeVar("_T")

_MOST_PROPERTIES = 10_000
_LATEST = 253_402_300_800_000  # ms: the year 10000, which no calendar here has
_LONGEST_KEY = 1_000  # characters
_LINK = re.compile(r"(?:/projects/([^/?#]+))?/event-types/([^/?#]+)/eventstores/([^/?#]+)/persister(?:[/?#]|$)")
_MIXED_UP = "a cache or a proxy in front of the API, or the API itself, mixes up answers: tell its operator"
TOO_OLD = (
    "upgrade Granary: an older release ignores 'imported' too, so a PUT of the files would drop every default;"
    " 'persync status' and 'persync logs' work"
)


class StateReport(NamedTuple):
    """A run state, and its name as the API spelled it."""

    state: RunState
    reported_state: str


@dataclass(frozen=True, slots=True)
class EventType:
    """An event type of a list.

    Attributes:
        project: the project it belongs to.
        name: its name.
        type: ``data_in``, ``live_segment``, or one that has no persister.
        persisters: the persisters that belong to it.
        is_named: the names are those of the files; else they have none for it, and these are the installation's.
    """

    project: str
    name: str
    type: str
    persisters: tuple[PersisterId, ...]
    is_named: bool = True


class WrongShape(ValueError):
    """The answer is not as the API reference describes it; the text names the field, never a value."""


class NotTheAnswer(ValueError):
    """The answer has the right shape, but is not the one to the request.

    The text has names as the server sent them: make it safe to show before it is shown.

    Attributes:
        hint: what to do about it.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def text_of(value: object) -> str:
    """Return a configuration value as text: text as it is, anything else as JSON writes it, and null as nothing."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def event_type_kind(eventstore: str) -> str:
    """Return the event type's type that has a persister of this event store (API reference, 404 of GET persister)."""
    return "data_in" if eventstore == PG else eventstore.replace("-", "_")


def persister(
    pid: PersisterId, body: bytes, credentials: Collection[str] = (), *, export: bool = False
) -> tuple[StateReport | None, LivePersister]:
    """Read the answer of GET persister.

    Args:
        pid: the persister.
        body: the answer, JSON.
        credentials: texts to hide, should the server send them back. A property and a version keep their value, because
            it is compared and sent, and are marked.
        export: it was requested with ``export=true``. Releases before 1.0 ignore that and answer in full.

    Returns:
        The state, or ``None`` where the server did not add it, and the persister, in state ``UNKNOWN`` in that case.

    Raises:
        WrongShape: the answer has another shape.
        NotTheAnswer: it is about another persister, or a full answer in place of an export.
    """
    from persync.harvester.answer_models import PERSISTER

    answer = _parse(PERSISTER, body)
    _check_names(pid, answer)
    if foreign := ", ".join(section for section in answer.sections if section not in sections_of(pid.eventstore)):
        raise NotTheAnswer(f"it has {foreign}, which no {pid.eventstore} persister has", _MIXED_UP)
    if export and answer.generated:
        fields = ", ".join(answer.generated)
        raise NotTheAnswer(
            f"a full answer, with {fields}, in place of an export: the server's release is older than 1.0", TOO_OLD
        )
    # An export leaves out what has its default, and so, maybe, everything; an error's JSON has nothing of a persister.
    if not (answer.sections or (export and (answer.state or any(_named(answer))))):
        raise _wrong_shape(f"no {' and no '.join(sections_of(pid.eventstore))}")
    if too_large := _excess(answer):
        raise WrongShape(too_large)
    report = None if answer.state is None else _report(answer.state, credentials)
    state, reported = report or StateReport(RunState.UNKNOWN, "")
    version = None if answer.app_version is None else text_of(answer.app_version)
    properties = {
        section: tuple(
            [_property(section, key, text_of(value), credentials) for key, value in answer.section(section).items()]
        )
        for section in sections_of(pid.eventstore)
    }
    secrets = tuple(found_in(version or "", credentials))
    return report, LivePersister(pid, state, reported, version, properties, secrets, _seconds(answer.last_updated))


def state(pid: PersisterId, body: bytes, credentials: Collection[str] = ()) -> StateReport:
    """Read the answer of GET persister/state, without these credentials.

    Raises:
        WrongShape: the answer has another shape.
        NotTheAnswer: it is about another persister.
    """
    from persync.harvester.answer_models import STATE

    answer = _parse(STATE, body)
    _check_names(pid, answer)
    return _report(answer.status, credentials)


def logs(body: bytes, credentials: Collection[str] = ()) -> list[str]:
    """Read the answer of GET persister/logs: the lines of the log, without control characters and these credentials.

    Raises:
        WrongShape: the answer has another shape.
    """
    from persync.harvester.answer_models import LOGS

    return [without_control_characters(redact_credentials(line, credentials)) for line in _parse(LOGS, body).logs]


def event_types(project: str | None, body: bytes, *, scoped: bool) -> list[EventType]:
    """Read a page of GET event-types: an array, or an object with one array in it.

    Where a server omits the persisters, they follow from the event type's type. Where an entry names its project, it is
    that: in release 1.2 a path without a project leads to the event types of all projects, with limited bodies.

    Args:
        project: the project of entries that name none: releases before 1.2 have only one.
        body: the answer, JSON.
        scoped: the request was for this project alone.

    Raises:
        WrongShape: the answer has another shape.
        NotTheAnswer: it lists event types of a project that was not requested, or a persister under another's event
            type.
    """
    from persync.harvester.answer_models import EVENT_TYPES

    found = []
    for entry in _parse(EVENT_TYPES, body):
        of = entry.project or project or GLOBAL
        if scoped and of != project:
            raise NotTheAnswer(f"it lists event types of project '{of}'", _MIXED_UP)
        for listed in entry.persisters or ():
            _check_names(PersisterId(of, entry.name, listed.eventstore), listed)
        if entry.persisters is None:
            stores = [store for store in (PG, LIVE_SEGMENT) if event_type_kind(store) == entry.type]
        else:
            stores = [listed.eventstore for listed in entry.persisters]
        ids = tuple(PersisterId(of, entry.name, store) for store in stores)
        found.append(EventType(of, entry.name, entry.type, ids))
    return found


def acknowledgement(body: bytes) -> None:
    """Check the answer of a write: a JSON object, or nothing (POST state of live-segment).

    The run state in it is not believed: it is read until it is the desired one.

    Raises:
        WrongShape: the answer has another shape: a login page, for instance. Then nothing was written.
    """
    from persync.harvester.answer_models import OBJECT

    if body.strip():
        _parse(OBJECT, body)


def stored(pid: PersisterId, body: bytes) -> None:
    """Check the answer of PUT persister: the persister as it is stored now, or nothing.

    Raises:
        WrongShape: as ``acknowledgement``.
        NotTheAnswer: it is about another persister. What was written is unknown.
    """
    from persync.harvester.answer_models import NAMES

    if body.strip():
        _check_names(pid, _parse(NAMES, body))


def _check_names(pid: PersisterId, answer: Names) -> None:
    """Check that an answer is about the persister, by those names that it has: releases differ in them.

    Raises:
        NotTheAnswer: it is about another persister.
    """
    for field, name, expected in zip(("project", "event type", "event store"), _named(answer), pid, strict=True):
        # Projects apart, no two names differ in case alone (vendor's guide); the event type's type has an underscore.
        same = name == expected if field == "project" else _relaxed(name) == _relaxed(expected)
        if name and not same:
            raise NotTheAnswer(f"it is about another persister: its {field} is '{name}', not '{expected}'", _MIXED_UP)


def _named(answer: Names) -> PersisterId:
    """Return the names of an answer, empty where it has none; a run state has them in its link only."""
    named = PersisterId(answer.project, answer.event_type, answer.eventstore)
    link = None if any(named) else _LINK.search(answer.link)
    return PersisterId(*(unquote(part or "") for part in link.groups())) if link else named


def _relaxed(name: str) -> str:
    return name.casefold().replace("_", "-")


def _excess(answer: PersisterAnswer) -> str | None:
    """Return which limit an answer exceeds that no configuration comes near."""
    if sum(map(len, answer.sections.values())) > _MOST_PROPERTIES:
        return f"it has more than {_MOST_PROPERTIES} properties"
    if any(len(key) > _LONGEST_KEY for section in answer.sections.values() for key in section):
        return f"it has a property with a name of more than {_LONGEST_KEY} characters"
    return None


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
    raise _wrong_shape(wrong)


def _wrong_shape(wrong: str) -> WrongShape:
    return WrongShape(f"JSON of another shape than the Harvester API's ({wrong})")


def _seconds(milliseconds: object) -> float | None:
    """Return a time in seconds; ``None`` for what is no time of this age: it is for people only."""
    return milliseconds / 1000 if isinstance(milliseconds, int) and 0 < milliseconds < _LATEST else None
