"""What became of a plan."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import computed_field

from persync.plan.document import FORMAT_VERSION, Frozen
from persync.plan.plan import PersisterPlan, Step


class Outcome(StrEnum):
    """What became of one persister."""

    DONE = "done"
    """All steps taken, and a new look shows no difference."""
    ALREADY = "already"
    """It had become what the files say before anything was written."""
    FAILED = "failed"
    CONFLICT = "conflict"
    """Live is not what was planned on; nothing was written."""
    INTERRUPTED = "interrupted"
    """Stopped half-way by a signal."""
    NOT_ATTEMPTED = "not attempted"
    BLOCKED = "blocked"
    """Nothing can be done about it, though something should."""


class PersisterResult(Frozen):
    """What became of one persister.

    Attributes:
        plan: what was to be done.
        outcome: what became of it.
        steps_taken: the steps that came to their end.
        steps_left: the steps that did not, of those that were to be done when it began.
        left_stopped: it was stopped for its restart and, as far as is known, does not run now: events wait.
        problem: what went wrong, and what to do; empty where nothing did.
        logs: the last lines of the persister's log, where they may explain the problem.
        difference: what a new look showed: after a conflict, or where something did not stick.
    """

    plan: PersisterPlan
    outcome: Outcome
    steps_taken: tuple[Step, ...] = ()
    steps_left: tuple[Step, ...] = ()
    left_stopped: bool = False
    problem: str = ""
    logs: tuple[str, ...] = ()
    difference: PersisterPlan | None = None


class ResultSummary(Frozen):
    """How many persisters ended how."""

    done: int
    failed: int
    not_attempted: int
    blocked: int


class Result(Frozen):
    """What became of a plan.

    Attributes:
        format_version: of this model; a minor version adds, a major one breaks.
        kind: what the document is.
        environment: the name of the environment.
        url: the API's address as the settings say it.
        persisters: those that something was to be done about, blocked ones too, in the order of the plan.
        interrupted: a signal cut the run short.
    """

    format_version: str = FORMAT_VERSION
    kind: Literal["result"] = "result"
    environment: str
    url: str
    persisters: tuple[PersisterResult, ...]
    interrupted: bool = False

    def count(self, *outcomes: Outcome) -> int:
        """Return how many persisters ended so."""
        return sum(result.outcome in outcomes for result in self.persisters)

    @computed_field  # type: ignore[prop-decorator] # mypy knows no decorated properties
    @property
    def summary(self) -> ResultSummary:
        """The counts that every report shows."""
        return ResultSummary(
            done=self.count(Outcome.DONE, Outcome.ALREADY),
            failed=self.count(Outcome.FAILED, Outcome.CONFLICT, Outcome.INTERRUPTED),
            not_attempted=self.count(Outcome.NOT_ATTEMPTED),
            blocked=self.count(Outcome.BLOCKED),
        )

    @computed_field  # type: ignore[prop-decorator] # mypy knows no decorated properties
    @property
    def succeeded(self) -> bool:
        """Whether every persister is as the files want it."""
        return self.count(Outcome.DONE, Outcome.ALREADY) == len(self.persisters)
