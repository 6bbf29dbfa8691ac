"""The run states of many persisters, beside those that the files want."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.concurrency import in_parallel
from persync.plan.planner import OF_ONE_PERSISTER
from persync.plan.secrets import secrets_of
from persync.properties.secrets import HIDDEN, without

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from persync.harvester.client import Harvester
    from persync.model import Persister, PersisterId, RunState


@dataclass(frozen=True, slots=True)
class Status:
    """One persister's run state.

    Attributes:
        id: its name.
        live: as the API spells it; empty if it cannot be read.
        wanted: ``None`` where the files leave it alone.
        version: of its app; empty if the answer has none.
        problem: why it cannot be read; empty if it can.
    """

    id: PersisterId
    live: str
    wanted: RunState | None
    version: str
    problem: str = ""


def read_status(
    client: Harvester,
    desired: Sequence[Persister],
    *,
    sensitive: tuple[str, ...] = (),
    parallelism: int,
    progress: Callable[[], None] = lambda: None,
) -> tuple[Status, ...]:
    """Read the run states, ``parallelism`` at a time.

    Raises:
        HarvesterError: the API cannot be used. What is wrong with one persister is said in its row.
    """

    def read(persister: Persister) -> Status:
        try:
            live = client.read_full(persister.id)
        except OF_ONE_PERSISTER as error:
            return Status(
                persister.id, "", persister.state, "", without(error.message, secrets_of(persister, sensitive))
            )
        finally:
            progress()
        secret = persister.app_version is not None and persister.app_version.sensitive
        version = HIDDEN if secret and live.app_version else live.app_version or ""
        return Status(persister.id, live.reported_state, persister.state, version)

    return tuple(in_parallel(read, desired, parallelism))
