"""Reads logs; secrets in them are hidden."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from persync.errors import HarvesterError, NotFound, PersisterError
from persync.harvester.not_found import NotFoundExplainer
from persync.properties.secrets import redact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.harvester.client import Harvester
    from persync.model import Persister, PersisterId
    from persync.properties.secrets import SecretPolicy


class Log(NamedTuple):
    """The last lines of a persister's log, or why there are none.

    Attributes:
        lines: with secrets hidden.
        error: about this persister; ``None`` if its log was read.
        is_missing: it has no log, because it does not run.
    """

    lines: Sequence[str] = ()
    error: HarvesterError | None = None
    is_missing: bool = False


@dataclass(slots=True)
class LogReader:
    """Reads the logs of persisters, from any thread.

    Attributes:
        client: of the API.
        policy: the environment's policy for secrets.
    """

    client: Harvester
    policy: SecretPolicy
    _secrets: dict[PersisterId, frozenset[str]] = field(default_factory=dict)

    def read(self, persister: Persister, lines: int) -> Log:
        """Return the last lines of a persister's log.

        Raises:
            HarvesterError: the API cannot be used. An error about this persister is in the result.
        """
        try:
            secrets = self._secrets_of(persister)
            return Log([redact(line, secrets) for line in self.client.logs(persister.id, lines)])
        except PersisterError as error:
            return self._failed(persister, error)

    def _secrets_of(self, persister: Persister) -> frozenset[str]:
        """Return the secrets of the files and of live, with which its pod runs; read once.

        Where live cannot be read, those of the files count: the log may be what tells why.
        """
        if persister.id not in self._secrets:
            try:
                live = self.client.read_full(persister.id)
            except PersisterError:
                return self.policy.secrets_of(persister)
            self._secrets[persister.id] = self.policy.secrets_of(persister, live)
        return self._secrets[persister.id]

    def _failed(self, persister: Persister, error: HarvesterError) -> Log:
        """Return why a log cannot be read: mostly because the persister does not run, which its run state shows."""
        is_missing = False
        if isinstance(error, NotFound):
            try:
                state = self.client.state(persister.id).reported_state
            except PersisterError as unreadable:
                error = NotFoundExplainer(self.client, ()).explain(persister.id, unreadable)
            else:
                is_missing = True
                start = f"'persync start {persister.id}' starts it" if state == "STOPPED" else ""
                error = NotFound(f"{persister.id} has no log: it is {state}", hint=start)
        # it may run again with other secrets
        secrets = self._secrets.pop(persister.id, None) or self.policy.secrets_of(persister)
        return Log(error=error.redacted(lambda text: redact(text, secrets)), is_missing=is_missing)
