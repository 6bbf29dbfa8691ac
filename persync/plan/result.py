"""The result of an apply.

Its JSON form is published as ``schemas/result.schema.json``.
"""

from __future__ import annotations

from typing import Literal

from pydantic import computed_field

from persync.model import RunState
from persync.plan.document import FORMAT_VERSION, Frozen, Id
from persync.plan.parts.breach import Breach
from persync.plan.parts.rollout import LimitReached
from persync.plan.parts.timing import RunWave, TimedPart
from persync.plan.plan import PersisterPlan, RollbackOf
from persync.plan.terms import Command, Outcome, StateRequest, Step


class Restored(Frozen):
    """What became of a rollback right after a failure.

    Attributes:
        outcome: how it ended; ``done`` and ``already``: the persister is as it was before the run.
        steps_taken: the steps that are finished.
        left_stopped: it does not run, as far as is known, although it did before the run.
        problem: what went wrong; empty where nothing did.
        hint: what to do about it.
    """

    outcome: Outcome
    steps_taken: tuple[Step, ...] = ()
    left_stopped: bool = False
    problem: str = ""
    hint: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether the persister is as it was before the run."""
        return self.outcome in {Outcome.DONE, Outcome.ALREADY}


class PersisterResult(Frozen):
    """The result of a persister.

    Attributes:
        plan: its plan.
        outcome: how its run ended.
        steps_taken: the steps that are finished.
        steps_left: the steps that are not, of those that were to be taken when the run began.
        left_stopped: it was stopped for its restart and, as far as is known, does not run now: events queue.
        problem: what went wrong; empty where nothing did.
        hint: what to do about it; may be empty.
        logs: the last lines of the persister's log, where they may explain the problem.
        difference: what differs now: after a conflict, or where a change did not stick.
        rollback: what became of its rollback after a failure; ``None``: it was not rolled back.
        downtime: seconds from before its STOP until it was seen RUNNING, or until the end of its run if it was not;
            ``None`` if this run did not take it down, or it is to stay stopped.
        last_state: its run state as the API spelled it, when it was last read; ``None`` if it was not, or a write was
            sent since.
        parts: when each part of the work on it began and how long it took, in order; empty if it was not begun.
    """

    plan: PersisterPlan
    outcome: Outcome
    steps_taken: tuple[Step, ...] = ()
    steps_left: tuple[Step, ...] = ()
    left_stopped: bool = False
    problem: str = ""
    hint: str = ""
    logs: tuple[str, ...] = ()
    difference: PersisterPlan | None = None
    rollback: Restored | None = None
    downtime: float | None = None
    last_state: str | None = None
    parts: tuple[TimedPart, ...] = ()

    @property
    def is_up(self) -> bool:
        """Whether it was RUNNING when it was last read."""
        return RunState.of(self.last_state or "").is_up


class ResultSummary(Frozen):
    """Counts of persisters by outcome.

    ``done`` includes ``already``, which were in sync before anything was written. ``rolled_back`` counts those that
    are as they were before the run, ``in_sync`` those that no step was planned for.
    """

    done: int
    failed: int
    cancelled: int
    not_attempted: int
    blocked: int
    rolled_back: int = 0
    conflict: int = 0
    in_sync: int = 0
    already: int = 0


class Result(Frozen):
    """The result of an apply.

    Attributes:
        format_version: of this model.
        kind: the kind of document.
        environment: the name of the environment.
        url: the API's address as the settings have it.
        persisters: those with steps and the blocked ones, in the order of the plan.
        in_sync_persisters: those that were in sync when the plan was made.
        interrupted: a signal ended the run early.
        breaches: the limits that the plan exceeds, because of which nothing was done.
        run_id: which run of persync it is of, as in its log and its requests; empty if it is not known.
        request: the run state that its user requested; ``None`` for an apply of files, and for a rollback.
        rollback_of: the run that it rolled back; ``None`` if it did not.
        limit_reached: why persisters were not restarted although nothing failed; ``None`` if all had their turn.
        began: when the run began, UTC, ISO 8601; empty if nothing was to be done, or the plan was refused.
        seconds: how long it took; ``None`` as for ``began``.
        waves: its waves, in order.
    """

    format_version: str = FORMAT_VERSION
    kind: Literal["result"] = "result"
    environment: str
    url: str
    persisters: tuple[PersisterResult, ...]
    in_sync_persisters: tuple[Id, ...] = ()
    interrupted: bool = False
    breaches: tuple[Breach, ...] = ()
    run_id: str = ""
    request: StateRequest | None = None
    rollback_of: RollbackOf | None = None
    limit_reached: LimitReached | None = None
    began: str = ""
    seconds: float | None = None
    waves: tuple[RunWave, ...] = ()

    @property
    def command(self) -> Command:
        """The command that it is the result of."""
        return Command.of(self.request, is_rollback=self.rollback_of is not None)

    def count(self, *outcomes: Outcome) -> int:
        """Return how many persisters have one of these outcomes."""
        return sum(result.outcome in outcomes for result in self.persisters)

    @computed_field  # type: ignore[prop-decorator] # mypy does not support decorated properties
    @property
    def summary(self) -> ResultSummary:
        """The counts that every report shows."""
        return ResultSummary(
            done=self.count(Outcome.DONE, Outcome.ALREADY),
            failed=self.count(Outcome.FAILED),
            cancelled=self.count(Outcome.CANCELLED),
            not_attempted=self.count(Outcome.NOT_ATTEMPTED),
            blocked=self.count(Outcome.BLOCKED),
            rolled_back=sum(bool(each.rollback and each.rollback.succeeded) for each in self.persisters),
            conflict=self.count(Outcome.CONFLICT),
            in_sync=len(self.in_sync_persisters),
            already=self.count(Outcome.ALREADY),
        )

    @computed_field  # type: ignore[prop-decorator] # mypy does not support decorated properties
    @property
    def succeeded(self) -> bool:
        """Whether every persister is in sync now."""
        return self.count(Outcome.DONE, Outcome.ALREADY) == len(self.persisters)
