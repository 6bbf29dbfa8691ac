"""The persisters that the base describes and the files do not any more, and what they are now.

Persisters are known by their live identities: the files may name one otherwise than the base does, and a name of the
base may be another persister's now (``projects`` of the environment).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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
    from persync.projects import Projects
    from persync.properties.secrets import SecretPolicy


class Left(NamedTuple):
    """A persister of the base that no file describes any more.

    Attributes:
        persister: as the base has it.
        live: its live identity.
        shown: the live identity to show beside its name in the base; ``None`` where the name is enough.
    """

    persister: Persister
    live: PersisterId
    shown: PersisterId | None


def removed_in(
    base: Iterable[Persister],
    then: Projects,
    described: Iterable[PersisterId],
    now: Projects,
    absent: Collection[str],
    scope: Scope,
) -> tuple[Left, ...]:
    """Return the persisters of the base that no file describes any more.

    Args:
        base: the persisters at the base.
        then: the names of the installation at the base.
        described: all persisters of the files.
        now: the names of the installation in the files.
        absent: files that the checkout leaves out although they are in git: what they describe is not removed.
        scope: which are looked for, by the name in the base or by the one that the files would have.
    """
    described_live = {now.live(pid) for pid in described}

    def is_left(persister: Persister, live: PersisterId) -> bool:
        names = [name for name in (persister.id, now.files(live)) if name]
        return live not in described_live and persister.span.file not in absent and scope.contains(*names)

    found = ((persister, then.live(persister.id)) for persister in base)
    return tuple(
        Left(persister, live, now.beside(persister.id, live)) for persister, live in found if is_left(persister, live)
    )


def find_removed(
    client: Harvester,
    persisters: Sequence[Left],
    commands: Callable[[LivePersister], tuple[str, str]],
    secrets: SecretPolicy,
    parallelism: int,
    observer: Observer = ignore,
) -> tuple[Removed, ...]:
    """Read what persisters are now, and leave out those that do not exist any more.

    Args:
        client: of the API.
        persisters: which.
        commands: returns the requests that stop and that reset a persister, of its live identity.
        secrets: the policy for secrets.
        parallelism: how many are read at a time.
        observer: receives ``PersisterRead`` for each, from any thread.

    Raises:
        HarvesterError: the API cannot be used. An error about one persister is in its entry.
    """
    named = client.with_live_names()

    def read(left: Left) -> LivePersister | PersisterError:
        found = result_or_error(named.read, left.live)
        observer(PersisterRead(left.persister.id))
        return found

    found = []
    for left, live in zip(persisters, in_parallel(read, persisters, parallelism), strict=True):
        if isinstance(live, NotFound):
            continue
        removed = Removed(id=left.persister.id, span=left.persister.span, live_state=None, live_id=left.shown)
        if isinstance(live, PersisterError):
            update = {"problem": secrets.redact(live.summary, left.persister)}
        else:
            stop, reset = commands(live)
            update = {"live_state": live.reported_state, "stop_command": stop, "reset_command": reset}
        found.append(removed.model_copy(update=update))
    return tuple(found)
