"""Which persisters there are, and what they are: the live side of an import."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from persync.concurrency import in_parallel
from persync.errors import AccessDenied, HarvesterError, NotFound, PersisterError, result_or_error
from persync.harvester.address import GLOBAL
from persync.importing.content import Note
from persync.plan.events import PersisterRead, ignore
from persync.plan.review.listing import list_persisters, list_projects

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from persync.harvester.client import Harvester
    from persync.model import LivePersister, PersisterId
    from persync.plan.events import Observer
    from persync.plan.review.listing import Listing


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


def discover(client: Harvester, projects: Sequence[str], *, has_projects: bool, observer: Observer = ignore) -> Listing:
    """List the persisters (GET event-types).

    Args:
        client: of the API.
        projects: to list; none for all that the token may see: release 1.2 lists the event types of all projects.
        has_projects: the API's paths have projects; before release 1.2 there is only ``global``.
        observer: receives ``EventTypeListed`` for each entry of a list, from any thread.

    Raises:
        HarvesterError: a list cannot be read. A project that was not named and is denied is left out.
    """
    by_name = projects or not has_projects
    unnamed: frozenset[PersisterId] = frozenset()
    if by_name:
        chosen = frozenset(projects or client.projects.files_projects(GLOBAL))
    else:
        chosen, unnamed = list_projects(client, observer)
    listing = list_persisters(client, chosen, observer=observer)
    for error in listing.failed.values():
        if by_name or not isinstance(error, AccessDenied):
            raise error
    return replace(listing, unnamed=tuple(sorted(unnamed.union(listing.unnamed))))


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
    def read(pid: PersisterId) -> LivePersister | PersisterError:
        live = result_or_error(read_one, pid)
        observer(PersisterRead(pid))
        return live

    live: list[LivePersister] = []
    failed: dict[PersisterId, HarvesterError] = {}
    for pid, result in zip(ids, in_parallel(read, ids, parallelism), strict=True):
        if isinstance(result, HarvesterError):
            failed[pid] = result
        else:
            live.append(result)
    return Reading(tuple(live), failed)
