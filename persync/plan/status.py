"""The run states of many persisters, beside the desired ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.concurrency import in_parallel
from persync.errors import PersisterError, result_or_error
from persync.harvester.not_found import NotFoundExplainer
from persync.plan.events import PersisterRead, ignore
from persync.projects import with_live
from persync.properties.secrets import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.harvester.client import Harvester
    from persync.model import LivePersister, Persister, PersisterId, RunState, Span
    from persync.plan.events import Observer
    from persync.properties.secrets import SecretPolicy


@dataclass(frozen=True, slots=True)
class Status:
    """The run state of a persister.

    Attributes:
        id: its identity.
        live_id: its identity in the installation; ``None`` where that is the same.
        live: as the API spells it; empty if it cannot be read.
        desired: ``None`` where the files leave it alone.
        version: of its app; empty if the answer has none.
        span: where its document begins.
        problem: why it cannot be read; empty if it can.
        updated: when it was last updated, in seconds since 1970; ``None`` if the answer does not say.
    """

    id: PersisterId
    live: str
    desired: RunState | None
    version: str
    span: Span
    problem: str = ""
    updated: float | None = None
    live_id: PersisterId | None = None

    @property
    def differs(self) -> bool:
        """Whether the live state is another one than the desired one; not known where it cannot be read."""
        return not self.problem and self.desired is not None and self.live != self.desired

    @property
    def deviates(self) -> bool:
        """Whether it differs or cannot be read."""
        return self.differs or bool(self.problem)

    @property
    def name(self) -> str:
        """Its identity as it is shown, with the live one where that differs."""
        return with_live(self.id, self.live_id)


def read_status(
    client: Harvester,
    desired: Sequence[Persister],
    *,
    secrets: SecretPolicy,
    parallelism: int,
    observer: Observer = ignore,
) -> tuple[Status, ...]:
    """Read the run states, ``parallelism`` at a time.

    Raises:
        HarvesterError: the API cannot be used. An error about one persister is in its row.
    """

    def read(persister: Persister) -> LivePersister | PersisterError:
        live = result_or_error(client.read_full, persister.id)
        observer(PersisterRead(persister.id, None if isinstance(live, PersisterError) else live.reported_state))
        return live

    found = list(zip(desired, in_parallel(read, desired, parallelism), strict=True))
    existing = [persister.id for persister, live in found if not isinstance(live, PersisterError)]
    explainer = NotFoundExplainer(client, existing)
    rows = []
    for persister, live in found:
        live_id = client.projects.differing(persister.id)
        if isinstance(live, PersisterError):
            problem = secrets.redact(explainer.explain(persister.id, live).message, persister)
            rows.append(Status(persister.id, "", persister.state, "", persister.span, problem, live_id=live_id))
        else:
            rows.append(_status(persister, live, live_id))
    return tuple(rows)


def _status(persister: Persister, live: LivePersister, live_id: PersisterId | None) -> Status:
    secret = persister.version_is_secret or live.version_is_secret
    version = HIDDEN if secret and live.app_version else live.app_version or ""
    return Status(
        persister.id,
        live.reported_state,
        persister.state,
        version,
        persister.span,
        updated=live.updated,
        live_id=live_id,
    )
