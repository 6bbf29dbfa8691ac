"""The JSON of the responses: persisters and run states. Pure."""

from persync.sandbox.domain import defaults
from persync.sandbox.domain.config import LIVE_SEGMENT, Config, Document
from persync.sandbox.domain.persister import Key, Persister
from persync.sandbox.domain.states import Release


def persister_path(key: Key, release: Release) -> str:
    """Return the path of a persister's endpoint; releases before 1.2 have no projects."""
    prefix = f"/projects/{key.project}" if release == "1.2" else ""
    return f"{prefix}/event-types/{key.event_type}/eventstores/{key.eventstore}/persister"


def put_link(eventstore: str) -> str:
    """Return the query of the link in the response to a PUT; a GET of a live-segment persister has it, too."""
    return "?expand=&export=" if eventstore == LIVE_SEGMENT else "?expand="


def links(href: str) -> Document:
    """Return the `_links` of a response."""
    return {"self": {"href": href}}


def full(key: Key, config: Config, updated: int, href: str, release: Release) -> Document:
    """Return a persister with the fields that the service generates."""
    project: Document = {"projectName": key.project} if release == "1.2" else {}
    if key.eventstore == LIVE_SEGMENT:
        return {**project, **exported(key, config), "_links": links(href)}
    generated = {"streamName": f"grnry-p-{key.eventstore}-{key.event_type}", "appName": defaults.APP_NAME}
    return {**project, **generated, **exported(key, config), "lastUpdated": updated, "_links": links(href)}


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
