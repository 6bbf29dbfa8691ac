"""The persisters that the base describes and the files do not any more, and what they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.concurrency import in_parallel
from persync.errors import NotFound, PersisterError, result_or_error
from persync.plan.events import PersisterRead, ignore
from persync.plan.parts.removed import Removed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from persync.harvester.client import Harvester
    from persync.model import LivePersister, Persister, PersisterId
    from persync.plan.events import Observer
    from persync.plan.review.unmanaged import Scope
    from persync.properties.secrets import SecretPolicy


def removed_in(
    base: Iterable[Persister], described: Collection[PersisterId], absent: Collection[str], scope: Scope
) -> tuple[Persister, ...]:
    """Return the persisters of the base that no file describes any more.

    Args:
        base: the persisters at the base.
        described: all persisters of the files.
        absent: files that the checkout leaves out although they are in git: what they describe is not removed.
        scope: which are looked for.
    """
    return tuple(
        persister
        for persister in base
        if persister.id not in described and persister.span.file not in absent and scope.contains(persister.id)
    )


def find_removed(
    client: Harvester,
    persisters: Sequence[Persister],
    commands: Callable[[LivePersister], tuple[str, str]],
    secrets: SecretPolicy,
    parallelism: int,
    observer: Observer = ignore,
) -> tuple[Removed, ...]:
    """Read what persisters are now, and leave out those that do not exist any more.

    Args:
        client: of the API.
        persisters: as the base has them.
        commands: returns the requests that stop and that reset a persister.
        secrets: the policy for secrets.
        parallelism: how many are read at a time.
        observer: receives ``PersisterRead`` for each, from any thread.

    Raises:
        HarvesterError: the API cannot be used. An error about one persister is in its entry.
    """

    def read(persister: Persister) -> LivePersister | PersisterError:
        found = result_or_error(client.read, persister.id)
        observer(PersisterRead(persister.id))
        return found

    found = []
    for persister, live in zip(persisters, in_parallel(read, persisters, parallelism), strict=True):
        if isinstance(live, NotFound):
            continue
        live_id = client.projects.differing(persister.id)
        if isinstance(live, PersisterError):
            problem = secrets.redact(live.summary, persister)
            found.append(
                Removed(id=persister.id, span=persister.span, live_state=None, problem=problem, live_id=live_id)
            )
        else:
            stop, reset = commands(live)
            found.append(
                Removed(
                    id=persister.id,
                    span=persister.span,
                    live_state=live.reported_state,
                    stop_command=stop,
                    reset_command=reset,
                    live_id=live_id,
                )
            )
    return tuple(found)
