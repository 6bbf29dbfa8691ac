"""Which persisters there are: the lists of event types (GET event-types)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from persync.concurrency import in_parallel
from persync.errors import HarvesterError
from persync.plan.events import EventTypeListed, ignore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from persync.harvester.client import Harvester
    from persync.harvester.responses import EventType
    from persync.model import PersisterId
    from persync.plan.events import Observer

_PAGE = 100
"""Entries per request; a server may return fewer."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What the lists of projects hold.

    Attributes:
        ids: the persisters, sorted; of a list that failed, those before the failure.
        without: how many event types have no persister.
        projects: those with lists that were read to their end, sorted.
        failed: why the others were not, by project, sorted.
        unnamed: the live persisters that the files cannot name, by their live identities, sorted.
    """

    ids: tuple[PersisterId, ...]
    without: int = 0
    projects: tuple[str, ...] = ()
    failed: Mapping[str, HarvesterError] = field(default_factory=dict)
    unnamed: tuple[PersisterId, ...] = ()


class Found(NamedTuple):
    """What the list over all projects holds.

    Attributes:
        projects: the projects.
        unnamed: the live persisters that the files cannot name, by their live identities.
    """

    projects: frozenset[str]
    unnamed: frozenset[PersisterId]


def list_projects(client: Harvester, observer: Observer = ignore) -> Found:
    """Return the projects that the token may see. Release 1.2 lists the event types of all projects.

    Args:
        client: of the API.
        observer: receives ``EventTypeListed`` for each entry.

    Raises:
        HarvesterError: the list cannot be read.
    """
    entries = tuple(_observed(client.event_types(None, page_size=_PAGE, may_be_capped=True), observer))
    return Found(
        frozenset(entry.project for entry in entries if entry.is_named),
        frozenset(pid for entry in entries if not entry.is_named for pid in entry.persisters),
    )


def list_persisters(
    client: Harvester, projects: Iterable[str], parallelism: int = 1, observer: Observer = ignore
) -> Listing:
    """List the persisters of projects. A list that fails, at its first page or later, hides no other.

    Args:
        client: of the API.
        projects: which.
        parallelism: how many lists are read at a time.
        observer: receives ``EventTypeListed`` for each entry, from any thread.
    """
    names = sorted(set(projects))
    lists = list(in_parallel(lambda project: _list(client, project, observer), names, parallelism))
    return Listing(
        ids=tuple(sorted({pid for found in lists for pid in found.ids})),
        without=sum(found.without for found in lists),
        projects=tuple(project for found in lists for project in found.projects),
        failed={project: error for found in lists for project, error in found.failed.items()},
        unnamed=tuple(sorted({pid for found in lists for pid in found.unnamed})),
    )


def _list(client: Harvester, project: str, observer: Observer) -> Listing:
    ids: set[PersisterId] = set()
    unnamed: set[PersisterId] = set()
    without = 0
    failed: dict[str, HarvesterError] = {}
    try:
        for entry in _observed(client.event_types(project, page_size=_PAGE, may_be_capped=True), observer):
            (ids if entry.is_named else unnamed).update(entry.persisters)
            without += not entry.persisters
    except HarvesterError as error:
        failed = {project: error}
    return Listing(tuple(ids), without, () if failed else (project,), failed, tuple(unnamed))


def _observed(entries: Iterable[EventType], observer: Observer) -> Iterator[EventType]:
    for entry in entries:
        observer(EventTypeListed())
        yield entry
