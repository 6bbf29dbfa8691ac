"""An event type, and its JSON in the responses of each release. Pure.

Source: the examples in the vendor's pages of the event type endpoints, one per release. Where an example is cut off or
missing: event types have one version; `expand=persisters` of releases up to 1.1 adds `persisters` to an entry, because
`outputs` came with release 1.2.
"""

import time
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from persync.sandbox.domain.config import Document
from persync.sandbox.domain.persister import Key
from persync.sandbox.domain.states import Release
from persync.sandbox.domain.views import links, persister_path

DATA_IN = "data_in"
VERSION = 1  # the only version: nothing here changes an event type

_ID_EXPRESSION = "#randomUUID()"
_TIMESTAMP_EXPRESSION = "#nowMillis()"  # the service's default
_RETENTION = 4 * 24 * 3600 * 1000  # milliseconds; the service's default
_USER = {"name": "sandbox", "email": "sandbox@example.com"}


@dataclass(frozen=True, slots=True)
class EventType:
    """An event type.

    `editor` and `consumer` are roles of releases up to 1.1 (`consumer` None: any user may read). `created` is in epoch
    milliseconds. `eventstores` are those of its persisters.
    """

    project: str
    name: str
    type: str
    display_name: str
    editor: str
    consumer: str | None
    created: int
    eventstores: tuple[str, ...]

    def persisters(self) -> list[Key]:
        """Return the keys of its persisters."""
        return [Key(self.project, self.name, eventstore) for eventstore in self.eventstores]


def default_editor(event_type: str) -> str:
    """Return the role that may edit the event types of the type `event_type`, unless they name another."""
    return f"event_type_{event_type}_edit"


def href(event_type: EventType, base: str, release: Release) -> str:
    """Return the link to the event type's version."""
    prefix = f"/projects/{event_type.project}" if release == "1.2" else ""
    return f"{base}{prefix}/event-types/{event_type.name}/{VERSION}"


def listed(
    event_type: EventType, base: str, release: Release, expand: AbstractSet[str], states: Mapping[Key, Document]
) -> Document:
    """Return an entry of the list of event types; `states` has the run states of its persisters."""
    entry: Document = {
        **_identity(event_type, release),
        "version": VERSION,
        "editor": event_type.editor,
        "consumer": event_type.consumer,
        "type": event_type.type,
        **_data(event_type, release),
    }
    if release != "1.2":
        if "persisters" in expand:
            entry["persisters"] = _persisters(event_type, base, release, {})
    else:
        if "inputs" in expand:
            entry["inputs"] = _INPUTS
        if expand & {"outputs", "persisters"}:
            shown_states = states if "persisters" in expand else {}
            entry["outputs"] = {"persisters": _persisters(event_type, base, release, shown_states), "belts": []}
    return {**entry, "_links": links(href(event_type, base, release))}


def limited(event_type: EventType, base: str) -> Document:
    """Return the event type with the limited body that release 1.2 shows below a path without a project."""
    return {
        "name": event_type.name,
        "displayName": event_type.display_name,
        "projectName": event_type.project,
        "version": VERSION,
        "type": event_type.type,
        "_links": links(href(event_type, base, "1.2")),
    }


def version(event_type: EventType, base: str, release: Release) -> Document:
    """Return the event type as GET of one version shows it."""
    entry: Document = {**_identity(event_type, release), "version": VERSION}
    if release == "1.2":
        entry["type"] = event_type.type
    if release != "0.8" and event_type.type == DATA_IN:
        entry["deletionExpression"] = ""
    entry |= _data(event_type, release)
    if release == "1.2":
        entry |= {"inputs": _INPUTS, "outputs": {"persisters": _persisters(event_type, base, release, {}), "belts": []}}
    return {**entry, "_links": links(href(event_type, base, release))}


def exported(event_type: EventType) -> Document:
    """Return the body of a POST that creates the event type: without default values and generated fields."""
    if event_type.type != DATA_IN:
        return {"displayName": event_type.display_name, "type": event_type.type}
    expressions = {"correlationIdExpression": _ID_EXPRESSION, "eventIdExpression": _ID_EXPRESSION}
    return {"displayName": event_type.display_name, **expressions}


def with_text_version(entry: Document) -> Document:
    """Return `entry` with its version as text, as GET of all versions shows it."""
    return {**entry, "version": str(VERSION)}


_INPUTS: Document = {"harvesters": [], "belts": []}


def _identity(event_type: EventType, release: Release) -> Document:
    names: Document = {"name": event_type.name, "displayName": event_type.display_name}
    if release != "1.2":
        return names
    seconds, milliseconds = divmod(event_type.created, 1000)
    moment = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{milliseconds:03}Z"
    changes = {"createdAt": moment, "createdBy": _USER, "modifiedAt": moment, "modifiedBy": _USER}
    return {**names, **changes, "projectName": event_type.project}


def _data(event_type: EventType, release: Release) -> Document:
    """Return the fields about the data: how it is read, and where it is."""
    fields: Document = {}
    if event_type.type == DATA_IN:
        fields["correlationIdExpression"] = fields["eventIdExpression"] = _ID_EXPRESSION
        fields["timestampExpression"] = _TIMESTAMP_EXPRESSION
    topic = f"grnry_{event_type.type}_{event_type.name}"
    fields |= {
        "topicName": topic,
        "retentionMs": _RETENTION,
        "partitionCount": 32,
        "replication": 3,
        "eventstoreTTL": "P100Y",
        "description": "",
    }
    if release == "1.2":
        table = f"{event_type.project}.eventstore_{event_type.name}"
        fields |= {
            "physicalLocations": [
                {"locationName": table, "source": "postgresql", "type": "database"},
                {"locationName": topic, "source": "kafka", "type": "stream"},
            ],
            "source": [
                {"postgres": _source("database", "jdbc:postgresql://grnry-pg:5432/postgres", "grnry-pg-credentials")},
                {"kafka": _source("stream", "http://grnry-kafka:9092", "grnry-kafka")},
            ],
            "schema": None,
        }
    return fields


def _source(kind: str, url: str, secret: str) -> Document:
    return {"type": kind, "connectionUrl": url, "connectionUser": "", "connectionSecretRef": secret}


def _persisters(event_type: EventType, base: str, release: Release, states: Mapping[Key, Document]) -> list[Document]:
    return [_persister(key, base, release, states.get(key)) for key in event_type.persisters()]


def _persister(key: Key, base: str, release: Release, state: Document | None) -> Document:
    shown_state: Document = {} if state is None else {"state": state}
    if release != "1.2":
        self_link = links(base + persister_path(key, release) + "?expand=")
        return {"eventTypeName": key.event_type, "eventstoreType": key.eventstore, "_links": self_link}
    return {
        "eventTypeName": key.event_type,
        "eventStoreType": key.eventstore,  # the vendor's spelling in this endpoint alone
        "projectName": key.project,
        **shown_state,
        "_links": links(base + persister_path(key, release) + "?expand=&export="),
    }


def matching(event_types: Iterable[EventType], search: str) -> list[EventType]:
    """Return those with a display name that contains `search`, ignoring case."""
    return [event_type for event_type in event_types if search.lower() in event_type.display_name.lower()]
