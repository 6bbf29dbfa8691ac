"""Looks at run states, with progress on stderr."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.cli.progress import ReadProgress
from persync.plan.events import both
from persync.plan.status import read_status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.cli.session import Session
    from persync.harvester.client import Harvester
    from persync.model import Persister
    from persync.plan.status import Status


@dataclass(frozen=True, slots=True)
class Looks:
    """Reads run states.

    Attributes:
        session: of the environment.
        client: of its API.
        parallelism: how many persisters are read at a time.
        timeout: how long a look is retried, in seconds.
    """

    session: Session
    client: Harvester
    parallelism: int
    timeout: float

    def look(self, persisters: Sequence[Persister], timeout: float | None = None) -> tuple[Status, ...]:
        """Return the run states now.

        Args:
            persisters: of the files.
            timeout: how long the reads are retried, in seconds, if not as long as always.

        Raises:
            HarvesterError: the API cannot be used.
        """
        with ReadProgress(len(persisters), self.client.throttling) as progress:
            return read_status(
                self.client.within(self.timeout if timeout is None else timeout),
                persisters,
                secrets=self.session.environment.secrets,
                parallelism=self.parallelism,
                observer=both(progress, self.session.observers.event),
            )
