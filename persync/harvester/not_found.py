"""What a 404 of a persister means: no such project, no such event type, or one without a persister.

The API answers all three alike. The list of the project's event types tells them apart, and has the name that was
probably meant.
"""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from persync.errors import HarvesterError, NotFound, UnknownPath
from persync.harvester.responses import event_type_kind
from persync.model import LIVE_SEGMENT, PG
from persync.similar import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from persync.harvester.client import Harvester
    from persync.harvester.responses import EventType
    from persync.model import PersisterId

_PAGE = 500
"""Entries per request. An installation with more event types in a project gets fewer suggestions."""
_MOST_PROJECTS = 10
"""How many projects are looked up."""
_CASE = "names are case-sensitive"


class NotFoundExplainer:
    """Explains the 404s of a run, with one request for each project, and one for the names of all projects.

    Args:
        client: of the API.
        existing: persisters that exist.
    """

    def __init__(self, client: Harvester, existing: Iterable[PersisterId]) -> None:
        self._client = client.with_live_names()
        self._names = client.projects
        self._projects = {self._names.live(pid).project for pid in existing}
        self._event_types: dict[str, Sequence[EventType] | HarvesterError] = {}

    def explain(self, pid: PersisterId, error: HarvesterError) -> HarvesterError:
        """Return an error that names what does not exist; the same error where that cannot be found out.

        The names are those of the installation: a wrong entry of ``projects`` is found by them.

        Args:
            pid: the persister.
            error: of reading it.

        Raises:
            Interrupted: the stop event was set, and another attempt was due.
        """
        if not isinstance(error, NotFound) or isinstance(error, UnknownPath):
            return error
        pid = self._names.live(pid)
        if pid.project not in self._event_types:
            if len(self._event_types) == _MOST_PROJECTS:
                return error
            self._event_types[pid.project] = _listed(self._client, pid.project)
        found = self._event_types[pid.project]
        if isinstance(found, UnknownPath):
            return error
        if isinstance(found, NotFound):
            message = f"project '{pid.project}' does not exist"
            return error.reworded(message, hint=_hint(pid.project, self._all_projects))
        return error if isinstance(found, HarvesterError) else _without_event_type(pid, error, found)

    @cached_property
    def _all_projects(self) -> set[str]:
        found = _listed(self._client, None)
        return self._projects | {entry.project for entry in (() if isinstance(found, HarvesterError) else found)}


def _listed(client: Harvester, project: str | None) -> Sequence[EventType] | HarvesterError:
    try:
        return list(islice(client.event_types(project, page_size=_PAGE), _PAGE))
    except HarvesterError as error:
        return error


def _without_event_type(pid: PersisterId, error: HarvesterError, listed: Sequence[EventType]) -> HarvesterError:
    kind = event_type_kind(pid.eventstore)
    name = f"event type '{pid.event_type}'"
    types = {entry.name: entry.type for entry in listed}
    if pid.event_type not in types:
        names = [entry.name for entry in listed if entry.type in {kind, ""}]
        hint = _hint(pid.event_type, names, "the event type has to be created first")
        return error.reworded(f"{name} does not exist in project '{pid.project}'", hint=hint)
    if (actual := types[pid.event_type]) not in {kind, ""}:
        stores = [store for store in (PG, LIVE_SEGMENT) if event_type_kind(store) == actual]
        hint = f"set 'eventstore: {stores[0]}'" if stores else "event types of this type have no persister"
        return error.reworded(f"{name} in project '{pid.project}' is of type {actual}", hint=hint)
    return error


def _hint(name: str, names: Iterable[str], otherwise: str = "") -> str:
    if meant := did_you_mean(name, names, "'"):
        return meant if _CASE in meant else f"{meant} {_CASE}"
    return f"{_CASE}; {otherwise}" if otherwise else _CASE
