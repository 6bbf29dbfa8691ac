"""``--base``: what the base describes and the files do not any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.cli.progress import ReadProgress
from persync.cli.review.commands import Requests
from persync.plan.review.removed import find_removed, removed_in
from persync.plan.review.unmanaged import Scope

if TYPE_CHECKING:
    from persync.cli.base import BaseConfiguration
    from persync.cli.session import Session
    from persync.harvester.client import Harvester
    from persync.plan.parts.removed import Removed
    from persync.plan.plan import Selection


def removed_of(
    session: Session, client: Harvester, before: BaseConfiguration, selection: Selection | None, parallelism: int
) -> tuple[Removed, ...]:
    """Return the persisters that are no longer managed, and what they are now.

    Args:
        session: with valid files.
        client: of the environment's API.
        before: the configuration at the base.
        selection: which persisters the plan is about.
        parallelism: how many are read at a time.

    Raises:
        HarvesterError: the API cannot be used.
    """
    scope = Scope(include=selection.selectors, exclude=selection.excluded) if selection else Scope()
    now = session.configuration
    base, described = before.configuration.persisters, [persister.id for persister in now.persisters]
    removed = removed_in(base, before.projects, described, session.environment.projects, now.absent, scope)
    with ReadProgress(len(removed), client.throttling, "removed persister") as progress:
        commands, secrets = Requests.of(session.environment).stop_and_reset, session.environment.secrets
        return find_removed(client, removed, commands, secrets, parallelism, progress)
