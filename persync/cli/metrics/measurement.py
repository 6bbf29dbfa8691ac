"""Collects the figures of a run, and writes them to a file when it ends, however it ends."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Self

import click

from persync.atomic import is_stream, write_in_one_piece
from persync.cli.errors import report_error, warn
from persync.cli.files import check_output
from persync.cli.metrics.exposition import NO_ANSWER, UNREADABLE, Figures, LastRun, Projects, exposition, last_run
from persync.errors import PersyncError
from persync.model import RunState
from persync.plan.events import PersisterRead
from persync.plan.terms import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from persync.cli.session import Session
    from persync.harvester.exchange import Exchange
    from persync.model import Persister, PersisterId
    from persync.plan.events import Event
    from persync.plan.plan import Plan
    from persync.plan.result import Result

_SUCCESS = frozenset({0, 2})
"""Exit codes; with 2 there are changes."""


class Measurement:
    """The figures of a run; nothing is written without a file.

    Args:
        file: where they are written.
        command: such as ``plan``.
        environment: the option ``-e``, for a run that fails before the settings are read.
    """

    def __init__(self, file: Path | None, command: str, environment: str | None) -> None:
        self.file = file
        self._command = command
        self._environment = environment
        self._start = time.monotonic()
        self._lock = threading.Lock()
        self._requests: Counter[str] = Counter()
        self._retries = 0
        self._states: Counter[tuple[str, str]] | None = None
        self._projects: Projects | None = None
        self._unmanaged: int | None = None
        self._outcomes: Counter[str] | None = None

    def __enter__(self) -> Self:
        if self.file:
            check_output(self.file)
        return self

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        if not self.file:
            return
        success = error is None or (isinstance(error, click.exceptions.Exit) and error.exit_code in _SUCCESS)
        try:
            write_in_one_piece(self.file, exposition(self._figures(self.file, success=success)))
        except PersyncError as unwritable:
            if success:
                raise
            report_error(unwritable)  # the error of the run is reported too

    def of(self, session: Session) -> None:
        """Measure what happens in a session."""
        self._environment = session.environment.name
        if self.file:
            session.observers.exchanges.append(self._count_request)

    def count_states(self, session: Session, desired: Iterable[Persister]) -> None:
        """Count the run states that are read of these persisters from now on; until then they are unreadable."""
        self._states = Counter((persister.id.project, UNREADABLE) for persister in desired)
        session.observers.events.append(self._count_state)

    def plan(self, plan: Plan, desired: Sequence[Persister]) -> None:
        """Measure a plan of these persisters."""
        differing, blocked = _by_project(each.id for each in plan.to_do), _by_project(each.id for each in plan.blocked)
        total = _by_project(persister.id for persister in desired)
        in_sync = {project: count - differing[project] - blocked[project] for project, count in total.items()}
        self._projects = Projects(
            in_sync, *({project: found[project] for project in total} for found in (differing, blocked))
        )
        if plan.unmanaged:
            self._unmanaged = len(plan.unmanaged.persisters)

    def result(self, result: Result) -> None:
        """Measure the result of an apply."""
        self._outcomes = Counter({str(outcome): 0 for outcome in Outcome})
        self._outcomes.update(str(persister.outcome) for persister in result.persisters)

    def _count_request(self, exchange: Exchange) -> None:
        from persync.harvester.exchange import Answer  # noqa: PLC0415 - commands start without it

        outcome = exchange.outcome
        with self._lock:
            self._requests[str(outcome.status) if isinstance(outcome, Answer) else NO_ANSWER] += 1
            self._retries += exchange.attempt > 1

    def _count_state(self, event: Event) -> None:
        if isinstance(event, PersisterRead) and event.state is not None and self._states is not None:
            project = event.id.project
            with self._lock:
                self._states[project, UNREADABLE] -= 1
                self._states[project, event.state if event.state in set(RunState) else RunState.UNKNOWN] += 1

    def _figures(self, file: Path, *, success: bool) -> Figures:
        earlier, now = self._earlier(file), time.time()
        environment = self._environment or (earlier.environment if earlier else "")
        is_same = earlier is not None and earlier.environment == environment
        with self._lock:
            return Figures(
                environment=environment,
                command=self._command,
                success=success,
                end=now,
                last_success=now if success else earlier.last_success if earlier and is_same else 0,
                seconds=time.monotonic() - self._start,
                requests=dict(self._requests),
                retries=self._retries,
                states=dict(self._states) if self._states is not None else None,
                projects=self._projects,
                unmanaged=self._unmanaged,
                outcomes=self._outcomes,
            )

    def _earlier(self, file: Path) -> LastRun | None:
        """Return what the file has so far."""
        if is_stream(file) or not file.exists():
            return None
        try:
            return last_run(file.read_text(encoding="utf-8"), self._command)
        except (OSError, UnicodeError, PersyncError) as error:
            warn(f"the time of the last success is lost: {file} could not be read: {error}")
            return None


def _by_project(ids: Iterable[PersisterId]) -> Counter[str]:
    return Counter(persister.project for persister in ids)
