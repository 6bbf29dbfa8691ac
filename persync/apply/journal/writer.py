"""Writes the journal of a run. Each intent is on the disk before its write is sent to the API."""

from __future__ import annotations

import logging
import os
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from persync.apply.journal.conceal import Concealer
from persync.apply.journal.files import new_file, unwritable
from persync.apply.journal.hashing import Hashing
from persync.apply.journal.lines import Answer, Before, End, Intent, PersisterEnd, RunOutcome
from persync.errors import PersyncError
from persync.plan.terms import Outcome, Step
from persync.projects import SAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from persync.apply.journal.lines import Head
    from persync.model import LivePersister, Persister, PersisterId
    from persync.plan.document import Frozen
    from persync.plan.result import PersisterResult, Result
    from persync.projects import Projects
    from persync.properties.secrets import SecretPolicy
    from persync.run_id import RunId

_log = logging.getLogger("persync.apply")


class Journal:
    """Records a run in a file; it is a ``Recorder``.

    Args:
        descriptor: of the open file, which is empty.
        path: for messages.
        hashing: of sensitive values.
        policy: the environment's policy for secrets.
        projects: the names of the installation.
    """

    def __init__(
        self, descriptor: int, path: Path, hashing: Hashing, policy: SecretPolicy, projects: Projects = SAME
    ) -> None:
        self._descriptor = descriptor
        self.path = path
        self._hashing = hashing
        self._policy = policy
        self._projects = projects
        self._lock = threading.Lock()
        self._size = 0
        self._begun: dict[PersisterId, Concealer] = {}
        self._results: dict[PersisterId, PersisterEnd] = {}
        self._warned = False

    def head(self, head: Head) -> None:
        """Write the first line.

        Raises:
            PersyncError: it cannot be written.
        """
        self._require(head)

    def before(self, desired: Persister, live: LivePersister, stored: LivePersister) -> None:
        """Record what a persister is before its first write; see ``Recorder``."""
        if desired.id in self._begun:
            return
        concealer = Concealer.of(desired, self._policy, self._hashing, live, stored)
        image = Before(
            time=now(),
            id=desired.id,
            live_id=self._projects.differing(desired.id),
            state=live.reported_state,
            configuration=concealer.live(live, stored),
        )
        self._require(image, sync=False)  # the intent that follows is synced
        self._begun[desired.id] = concealer

    @contextmanager
    def write(self, persister: PersisterId, step: Step, body: Mapping[str, Any] | None = None) -> Iterator[None]:
        """Record a write and its outcome; see ``Recorder``."""
        concealer = self._begun[persister]
        sent = None if body is None else concealer.body(body)
        intent = Intent(time=now(), id=persister, write=step, configuration=sent)
        if step is Step.START:  # what persync stops, persync starts, with or without a journal
            self._try(intent, sync=True)
        else:
            self._require(intent)
        try:
            yield
        except PersyncError as error:
            problem = concealer.text(error.message)
            self._try(Answer(time=now(), id=persister, write=step, accepted=False, problem=problem))
            raise
        self._try(Answer(time=now(), id=persister, write=step, accepted=True))

    def result(self, result: PersisterResult) -> None:
        """Record the result of a persister."""
        end = PersisterEnd(
            time=now(),
            id=result.plan.id,
            live_id=self._projects.differing(result.plan.id),
            outcome=result.outcome,
            problem=result.problem,
            hint=result.hint,
            left_stopped=result.left_stopped,
            restored=bool(result.rollback and result.rollback.succeeded),
        )
        last = self._results.get(end.id)
        if last is None or last.model_copy(update={"time": end.time}) != end:
            self._results[end.id] = end
            self._try(end)

    def end(self, result: Result) -> None:
        """Record the end of the run, and the results that are not recorded yet."""
        for each in result.persisters:
            self.result(each)
        self._try(End(time=now(), outcome=outcome_of(result), summary=result.summary), sync=True)

    def _require(self, line: Frozen, *, sync: bool = True) -> None:
        try:
            self._append(line, sync=sync)
        except OSError as error:
            failure = unwritable(self.path, error)
            raise PersyncError(f"nothing was sent: {failure.message}", hint=failure.hint) from error

    def _try(self, line: Frozen, *, sync: bool = False) -> None:
        try:
            self._append(line, sync=sync)
        except OSError as error:
            if not self._warned:
                self._warned = True
                _log.warning("%s; it is not complete", unwritable(self.path, error).message)

    def _append(self, line: Frozen, *, sync: bool) -> None:
        data = line.model_dump_json().encode() + b"\n"
        with self._lock:
            try:
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
            except OSError:
                with suppress(OSError):
                    os.ftruncate(self._descriptor, self._size)  # no line follows a part of one
                raise
            self._size += len(data)
            if sync:
                os.fsync(self._descriptor)


@contextmanager
def journal(folder: Path, run: RunId, head: Head, policy: SecretPolicy, projects: Projects = SAME) -> Iterator[Journal]:
    """Begin the journal of a run, and keep it open while the context lasts.

    Args:
        folder: of the journals; it is made where it is missing.
        run: the identity of the run.
        head: the first line.
        policy: the environment's policy for secrets.
        projects: the names of the installation.

    Raises:
        PersyncError: it cannot be written.
    """
    with new_file(folder, run) as (descriptor, path):
        written = Journal(descriptor, path, Hashing(head.url, head.salt), policy, projects)
        written.head(head)
        yield written


def outcome_of(result: Result) -> RunOutcome:
    """Return how a run ended."""
    if result.interrupted or result.count(Outcome.CANCELLED):
        return RunOutcome.CANCELLED
    return RunOutcome.FINISHED if result.succeeded else RunOutcome.FAILED


def now() -> str:
    """Return the time, UTC, ISO 8601, with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
