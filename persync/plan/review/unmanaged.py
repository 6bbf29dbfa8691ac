"""The live persisters that no file describes. They change nothing of what an apply does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.errors import HarvesterError
from persync.harvester.address import GLOBAL
from persync.plan.events import ignore
from persync.plan.parts.unmanaged import NotListed, Unmanaged
from persync.plan.review.listing import list_persisters, list_projects
from persync.selectors import selects

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from persync.harvester.client import Harvester
    from persync.model import PersisterId
    from persync.plan.events import Observer
    from persync.plan.review.listing import Listing

_MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which live persisters are looked for.

    Attributes:
        managed: selectors of what the files describe completely; none for everything.
        include: the selectors of the plan; none for all.
        exclude: the patterns that the plan leaves out.
    """

    managed: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def contains(self, *names: PersisterId) -> bool:
        """Return whether a persister is looked for, by any of the names that it has."""
        return (
            _any(self.managed, names, otherwise=True)
            and _any(self.include, names, otherwise=True)
            and not _any(self.exclude, names, otherwise=False)
        )

    def projects(self) -> set[str] | None:
        """Return the only projects that can have such persisters; ``None`` if any project can."""
        named = [found for patterns in (self.managed, self.include) if (found := _projects(patterns)) is not None]
        return set.intersection(*named) if named else None


def find_unmanaged(
    client: Harvester,
    described: Collection[PersisterId],
    scope: Scope,
    *,
    has_projects: bool,
    parallelism: int = 1,
    observer: Observer = ignore,
) -> Unmanaged:
    """List the live persisters, and return those that no file describes.

    Args:
        client: of the API.
        described: all persisters of the files.
        scope: what is looked for.
        has_projects: the API's paths have projects; before release 1.2 there is only ``global``.
        parallelism: how many lists are read at a time.
        observer: receives ``EventTypeListed`` for each entry of a list, from any thread.
    """
    named, not_listed = scope.projects(), []
    all_projects = named is None and has_projects
    # before release 1.2 there is one live project
    projects = (set() if has_projects else set(client.projects.files_projects(GLOBAL))) if named is None else named
    unnamed: frozenset[PersisterId] = frozenset()
    if all_projects:
        projects = {pid.project for pid in described}
        try:
            found = list_projects(client, observer)
            projects |= found.projects
            unnamed = found.unnamed
        except HarvesterError as error:
            all_projects = False
            not_listed.append(_not_listed("", error))
    listing = list_persisters(client, projects, parallelism, observer)
    not_listed += [_not_listed(project, error) for project, error in listing.failed.items()]
    persisters = unmanaged_in(listing, described, scope)
    return Unmanaged(
        persisters=persisters,
        live_ids={str(pid): live for pid in persisters if (live := client.projects.differing(pid))},
        unnamed=tuple(sorted(unnamed.union(listing.unnamed))) if scope == Scope() else (),
        selectors=scope.managed,
        unmatched=() if not_listed else unmatched_in(listing, described, scope),
        projects=listing.projects,
        all_projects=all_projects,
        not_listed=tuple(not_listed),
    )


def unmanaged_in(listing: Listing, described: Collection[PersisterId], scope: Scope) -> tuple[PersisterId, ...]:
    """Return the persisters of a list that no file describes, as far as they are looked for."""
    known = frozenset(described)
    return tuple(pid for pid in listing.ids if pid not in known and scope.contains(pid))


def unmatched_in(listing: Listing, described: Collection[PersisterId], scope: Scope) -> tuple[str, ...]:
    """Return the selectors of what is managed that match nothing; a selection hides whether they do."""
    known = (*described, *listing.ids)
    return tuple(
        pattern for pattern in scope.managed if not scope.include and not any(selects(pattern, pid) for pid in known)
    )


def _any(patterns: Iterable[str], names: Sequence[PersisterId], *, otherwise: bool) -> bool:
    matched = [selects(pattern, name) for pattern in patterns for name in names]
    return any(matched) if matched else otherwise


def _projects(patterns: Sequence[str]) -> set[str] | None:
    """Return the projects that patterns name; ``None`` if there are none, or one may match in any project."""
    projects = {project if slash else "*" for project, slash, _ in (pattern.partition("/") for pattern in patterns)}
    return None if not projects or any(map(_MAGIC.search, projects)) else projects


def _not_listed(project: str, error: HarvesterError) -> NotListed:
    return NotListed(project=project, reason=error.message, hint=error.hint)
