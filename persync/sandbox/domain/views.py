"""The JSON of the responses: persisters, run states, pages of event types. Pure."""

from collections.abc import Iterable, Sequence

from persync.sandbox.domain import defaults
from persync.sandbox.domain.config import LIVE_SEGMENT, Config, Document
from persync.sandbox.domain.persister import Key, Persister
from persync.sandbox.domain.states import Release


def persister_path(key: Key, release: Release) -> str:
    """Return the path of a persister's endpoint; releases before 1.2 have no projects."""
    prefix = f"/projects/{key.project}" if release == "1.2" else ""
    return f"{prefix}/event-types/{key.event_type}/eventstores/{key.eventstore}/persister"


def links(href: str) -> Document:
    """Return the `_links` of a response."""
    return {"self": {"href": href}}


def full(key: Key, config: Config, updated: int, href: str) -> Document:
    """Return a persister with the fields that the service generates."""
    shown: Document = {"projectName": key.project}
    if key.eventstore != LIVE_SEGMENT:
        shown["streamName"] = f"grnry-p-{key.eventstore}-{key.event_type}"
        shown["appName"] = defaults.APP_NAME
    return {
        **shown,
        **config.document(),
        "eventTypeName": key.event_type,
        "eventstoreType": key.eventstore,
        "lastUpdated": updated,
        "_links": links(href),
    }


def exported(key: Key, config: Config) -> Document:
    """Return a persister without generated fields: its names and `config`."""
    return {**config.document(), "eventTypeName": key.event_type, "eventstoreType": key.eventstore}


def state(persister: Persister) -> Document:
    """Return the run state that `expand=state` adds."""
    return {"status": persister.run.status}


def inspected(key: Key, persister: Persister) -> Document:
    """Return the complete state of a persister, with the config that its pod runs. Not part of the API."""
    run = persister.run
    return {
        "project": key.project,
        "eventType": key.event_type,
        "eventstore": key.eventstore,
        "state": run.status,
        "stored": persister.stored.document(),
        "running": run.config and run.config.document(),
        "fails": persister.fails,
    }


def event_types(
    project: str,
    found: Iterable[tuple[str, str, Sequence[str]]],
    base: str,
    release: Release,
    *,
    with_persisters: bool,
) -> list[Document]:
    """Return the entries of the list endpoint; `found` has name, type and event stores of each event type."""
    root = f"{base}/projects/{project}" if release == "1.2" else base
    entries: list[Document] = []
    for name, kind, stores in found:
        entry: Document = {"name": name, "version": 1, "_links": links(f"{root}/event-types/{name}/1")}
        if release != "0.8":
            entry |= {"displayName": name, "projectName": project, "type": kind}
        if with_persisters:
            keys = [Key(project, name, store) for store in stores]
            entry["outputs"] = {"persisters": [_listed(key, base, release) for key in keys], "belts": []}
        entries.append(entry)
    return entries


def _listed(key: Key, base: str, release: Release) -> Document:
    return {
        "eventTypeName": key.event_type,
        "eventStoreType": key.eventstore,  # the vendor's spelling in this endpoint alone
        "projectName": key.project,
        "_links": links(base + persister_path(key, release)),
    }
