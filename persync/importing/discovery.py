"""Which persisters there are, and what they are: the live side of an import."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from persync.concurrency import in_parallel
from persync.errors import AccessDenied, HarvesterError, NotFound
from persync.importing.content import Note
from persync.plan.events import PersisterRead, ignore
from persync.plan.planner import OF_ONE_PERSISTER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from persync.harvester.client import Harvester
    from persync.model import LivePersister, PersisterId
    from persync.plan.events import Observer

_PAGE = 100
"""Entries per request; a server may return fewer."""


@dataclass(frozen=True, slots=True)
class Discovered:
    """What the lists of event types hold.

    Attributes:
        ids: the persisters, sorted.
        without: how many event types have no persister.
        denied: the projects that the token may not see.
    """

    ids: tuple[PersisterId, ...]
    without: int = 0
    denied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read.

    Attributes:
        live: the persisters, sorted by identity.
        failed: the errors about those that could not be read.
    """

    live: tuple[LivePersister, ...]
    failed: dict[PersisterId, HarvesterError] = field(default_factory=dict)

    @property
    def by_id(self) -> dict[PersisterId, LivePersister]:
        """The persisters by identity."""
        return {each.id: each for each in self.live}

    @property
    def notes(self) -> list[Note]:
        """Notes about those that could not be read."""
        return [Note(pid, f"it is passed over: {error.message}") for pid, error in self.failed.items()]


def discover(client: Harvester, projects: Sequence[str], *, has_projects: bool) -> Discovered:
    """List the persisters (GET event-types).

    Args:
        client: of the API.
        projects: to list; none for all that the token may see: release 1.2 lists the event types of all projects.
        has_projects: the API's paths have projects; before release 1.2 there is only ``global``.

    Raises:
        HarvesterError: a list cannot be read. A project that was not named and is denied is left out.
    """
    if projects or not has_projects:
        return _listed(client, sorted(set(projects)) or ["global"], strict=True)
    found = client.event_types(None, page_size=_PAGE, may_be_capped=True)
    return _listed(client, sorted({entry.project for entry in found}), strict=False)


def _listed(client: Harvester, projects: Sequence[str], *, strict: bool) -> Discovered:
    ids: set[PersisterId] = set()
    denied: list[str] = []
    without = 0
    for project in projects:
        try:
            for entry in client.event_types(project, page_size=_PAGE, may_be_capped=True):
                ids.update(entry.persisters)
                without += not entry.persisters
        except AccessDenied:
            if strict:
                raise
            denied.append(project)
    return Discovered(tuple(sorted(ids)), without, tuple(denied))


def read_all(client: Harvester, ids: Sequence[PersisterId], parallelism: int, observer: Observer = ignore) -> Reading:
    """Read the exports and run states of persisters.

    Args:
        client: of the API.
        ids: which.
        parallelism: how many at a time.
        observer: receives ``PersisterRead`` for each, from any thread.

    Raises:
        HarvesterError: the API cannot be used, or none of the persisters could be read.
    """
    reading = _read_each(client.read, ids, parallelism, observer)
    if reading.failed and not reading.live:
        errors = list(reading.failed.values())
        raise next((error for error in errors if not isinstance(error, NotFound)), errors[0])
    return reading


def read_all_in_full(
    client: Harvester, ids: Sequence[PersisterId], parallelism: int, observer: Observer = ignore
) -> Reading:
    """Read the answers with the server's defaults; the arguments are those of ``read_all``.

    Raises:
        HarvesterError: the API cannot be used.
    """
    return _read_each(client.read_full, ids, parallelism, observer)


def _read_each(
    read_one: Callable[[PersisterId], LivePersister], ids: Sequence[PersisterId], parallelism: int, observer: Observer
) -> Reading:
    def read(pid: PersisterId) -> LivePersister | HarvesterError:
        try:
            return read_one(pid)
        except OF_ONE_PERSISTER as error:
            return error
        finally:
            observer(PersisterRead(pid))

    live: list[LivePersister] = []
    failed: dict[PersisterId, HarvesterError] = {}
    for pid, result in zip(ids, in_parallel(read, ids, parallelism), strict=True):
        if isinstance(result, HarvesterError):
            failed[pid] = result
        else:
            live.append(result)
    return Reading(tuple(live), failed)
