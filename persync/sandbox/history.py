"""The run states that the persisters had, and since when, and the writes that had an effect: a record for tests."""

import threading
from typing import NamedTuple

from persync.sandbox.domain.persister import Key
from persync.sandbox.domain.states import Run


class RunStateChange(NamedTuple):
    """A persister has the run state `status` from `since` on (seconds since the epoch)."""

    since: float
    key: Key
    status: str


class AcceptedWrite(NamedTuple):
    """A PUT, or a POST by its action, that the service accepted, whatever was answered.

    `changed` is false if it had no effect: the config was stored already, or the run state was reached already.
    """

    key: Key
    write: str
    changed: bool


class History:
    """Records changes of run states, and writes. Safe to use from several threads."""

    def __init__(self) -> None:
        """Create an empty record."""
        self._lock = threading.Lock()
        self._changes: dict[Key, list[RunStateChange]] = {}
        self._writes: list[AcceptedWrite] = []

    def record(self, key: Key, before: Run, after: Run, now: float) -> None:
        """Record that a run was replaced at `now`; what it would have become later did not happen."""
        if after == before:
            return
        with self._lock:
            changes = self._changes.setdefault(key, [RunStateChange(before.since, key, before.status)])
            changes[:] = [change for change in changes if change.since <= now]
            changes.append(RunStateChange(now, key, after.status))
            if after.due is not None and after.after is not None:
                changes.append(RunStateChange(after.due, key, after.after))

    def changes(self, now: float) -> list[RunStateChange]:
        """Return the changes until `now`, in the order of time."""
        with self._lock:
            return sorted(change for changes in self._changes.values() for change in changes if change.since <= now)

    def record_write(self, key: Key, write: str, *, changed: bool) -> None:
        """Record a write that the service accepted."""
        with self._lock:
            self._writes.append(AcceptedWrite(key, write, changed))

    def writes(self) -> list[AcceptedWrite]:
        """Return the writes so far, in the order in which they took effect."""
        with self._lock:
            return list(self._writes)
