"""``--unmanaged``: the plan lists the live persisters that no file describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.cli.progress import ReadProgress
from persync.cli.review.commands import CommandLine, import_unmanaged
from persync.cli.selectors import no_match
from persync.plan.review.unmanaged import Scope, find_unmanaged
from persync.selectors import selects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.cli.session import Session
    from persync.harvester.client import Harvester
    from persync.plan.parts.unmanaged import Unmanaged


def scope_of(
    session: Session, selectors: Sequence[str], excluded: Sequence[str], *, unmanaged: bool | None, fail: bool
) -> Scope | None:
    """Return which live persisters to look for; ``None`` for none, as where the selection has nothing that is managed.

    Args:
        session: its environment may say what is managed.
        selectors: of the plan.
        excluded: from the plan.
        unmanaged: the option; ``None`` if it was not given: then ``managed`` of the environment decides.
        fail: ``--fail-on-unmanaged``, which needs to know.

    Raises:
        click.UsageError: the options contradict each other.
    """
    managed = session.environment.managed
    if unmanaged is False and fail:
        raise click.UsageError("--fail-on-unmanaged needs what --no-unmanaged switches off: give one of them")
    if unmanaged is False or (unmanaged is None and not managed and not fail):
        return None
    scope = Scope(() if unmanaged else managed, tuple(selectors), tuple(excluded))
    return None if scope.projects() == set() else scope


def unmanaged_of(session: Session, client: Harvester, scope: Scope, parallelism: int) -> Unmanaged:
    """Return the live persisters that no file describes.

    Args:
        session: with valid files.
        client: of the environment's API.
        scope: which to look for.
        parallelism: how many lists are read at a time.

    Raises:
        ConfigError: a selector matches neither a persister of the files nor a live one.
    """
    described = frozenset(persister.id for persister in session.configuration.persisters)
    with ReadProgress(None, client.throttling, "listed event type") as progress:
        found = find_unmanaged(
            client,
            described,
            scope,
            has_projects=session.environment.project_prefix,
            parallelism=parallelism,
            observer=progress,
        )
    there = (*described, *found.persisters)
    for pattern in scope.include:
        if not any(selects(pattern, pid) for pid in there):
            raise no_match(
                pattern,
                there,
                "; ".join(each.reason for each in found.not_listed),
                projects=session.environment.projects,
            )
    return found.model_copy(update={"import_command": import_unmanaged(found, scope, CommandLine.of(session))})
