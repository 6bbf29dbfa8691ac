"""Apply the plans of many persisters."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from persync.concurrency import in_parallel
from persync.plan.events import PersisterFinished
from persync.plan.result import PersisterResult, Result
from persync.plan.stale import FILES_CHANGED
from persync.plan.terms import Outcome, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.apply.persister import Applier
    from persync.model import Persister
    from persync.plan.plan import PersisterPlan, Plan

_HALTS = {Outcome.FAILED, Outcome.CANCELLED}


def roll_out(
    plan: Plan,
    desired: Sequence[Persister],
    applier: Applier,
    *,
    parallelism: int,
    keep_going: bool,
) -> Result:
    """Apply the plan, ``parallelism`` persisters at a time; the result has the blocked ones too.

    Before it returns, every persister that was started is looked at once more: one may have failed since.

    Args:
        plan: what was shown and approved.
        desired: the persisters of the files; those of the plan are among them.
        applier: applies a persister; its observer receives ``PersisterFinished`` too.
        parallelism: how many persisters are under way at a time.
        keep_going: begin with other persisters even after one has failed.
    """
    by_id = {persister.id: persister for persister in desired}
    halted = threading.Event()

    def apply(planned: PersisterPlan) -> PersisterResult:
        if planned.blocked:
            return _blocked(planned)
        if halted.is_set() or applier.interruption.gracefully.is_set():
            return PersisterResult(plan=planned, outcome=Outcome.NOT_ATTEMPTED)
        found = by_id.get(planned.id)
        result = applier.apply(found, planned) if found else _removed(planned)
        if _halts(result) and not keep_going:
            halted.set()
        applier.observer(PersisterFinished(result))
        return result

    def look_again(result: PersisterResult) -> PersisterResult:
        found = by_id.get(result.plan.id)
        if found is None or applier.interruption.immediately.is_set():
            return result
        final = applier.look_again(found, result)
        if final.outcome is not result.outcome:
            applier.observer(PersisterFinished(final))
        return final

    results = tuple(in_parallel(apply, _concerned(plan), parallelism))
    results = tuple(in_parallel(look_again, results, parallelism))
    return _result(plan, results, interrupted=applier.interruption.gracefully.is_set())


def _halts(result: PersisterResult) -> bool:
    """Return whether no other persister is begun after this result.

    A conflict before the first step tells nothing about the others; after it, another user is at work right now.
    """
    begun = {*result.steps_taken, *result.steps_left} - {Step.WAIT}
    return result.outcome in _HALTS or (result.outcome is Outcome.CONFLICT and bool(begun))


def refused(plan: Plan) -> Result:
    """Return the result of a plan that is not applied: a persister in it is blocked, or it exceeds a limit."""
    return _result(
        plan,
        tuple(
            _blocked(planned) if planned.blocked else PersisterResult(plan=planned, outcome=Outcome.NOT_ATTEMPTED)
            for planned in _concerned(plan)
        ),
    )


def _result(plan: Plan, persisters: tuple[PersisterResult, ...], *, interrupted: bool = False) -> Result:
    return Result(
        environment=plan.environment,
        url=plan.url,
        persisters=persisters,
        interrupted=interrupted,
        breaches=plan.breaches,
    )


def _concerned(plan: Plan) -> list[PersisterPlan]:
    return [planned for planned in plan.persisters if planned.steps or planned.blocked]


def _blocked(planned: PersisterPlan) -> PersisterResult:
    return PersisterResult(plan=planned, outcome=Outcome.BLOCKED, problem=planned.blocked or "", hint=planned.hint)


def _removed(planned: PersisterPlan) -> PersisterResult:
    return PersisterResult(plan=planned, outcome=Outcome.CONFLICT, problem=f"nothing was written: {FILES_CHANGED}")
