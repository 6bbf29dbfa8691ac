"""Apply the plans of many persisters."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from persync.concurrency import in_parallel
from persync.plan.result import Outcome, PersisterResult, Result
from persync.plan.stale import OTHER_FILES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from persync.apply.applier import Applier
    from persync.model import Persister
    from persync.plan.plan import PersisterPlan, Plan

# A conflict wrote nothing and says nothing about the others.
_HALTS = {Outcome.FAILED, Outcome.INTERRUPTED}


def roll_out(
    plan: Plan,
    desired: Sequence[Persister],
    applier: Applier,
    *,
    parallelism: int,
    keep_going: bool,
    ended: Callable[[PersisterResult], None] = lambda _: None,
) -> Result:
    """Apply everything that the plan has to do, ``parallelism`` persisters at a time; say what is blocked.

    Args:
        plan: what was shown and confirmed.
        desired: the persisters of the files; those of the plan are among them.
        applier: does one persister.
        parallelism: how many persisters are under way at a time.
        keep_going: begin with others even after one has failed.
        ended: told each result as it comes, from any thread.
    """
    wanted = {persister.id: persister for persister in desired}
    halted = threading.Event()

    def apply(planned: PersisterPlan) -> PersisterResult:
        if planned.blocked:
            return _blocked(planned)
        if halted.is_set() or applier.interruption.gracefully.is_set():
            return PersisterResult(plan=planned, outcome=Outcome.NOT_ATTEMPTED)
        desired = wanted.get(planned.id)
        result = applier.apply(desired, planned) if desired else _gone(planned)
        if result.outcome in _HALTS and not keep_going:
            halted.set()
        ended(result)
        return result

    results = tuple(in_parallel(apply, _concerned(plan), parallelism))
    return _result(plan, results, interrupted=applier.interruption.gracefully.is_set())


def refused(plan: Plan) -> Result:
    """Return what becomes of a plan that nothing is done about, because something in it is blocked."""
    return _result(
        plan,
        tuple(
            _blocked(planned) if planned.blocked else PersisterResult(plan=planned, outcome=Outcome.NOT_ATTEMPTED)
            for planned in _concerned(plan)
        ),
    )


def _result(plan: Plan, persisters: tuple[PersisterResult, ...], *, interrupted: bool = False) -> Result:
    return Result(environment=plan.environment, url=plan.url, persisters=persisters, interrupted=interrupted)


def _concerned(plan: Plan) -> list[PersisterPlan]:
    return [planned for planned in plan.persisters if planned.steps or planned.blocked]


def _blocked(planned: PersisterPlan) -> PersisterResult:
    return PersisterResult(plan=planned, outcome=Outcome.BLOCKED, problem=planned.blocked or "")


def _gone(planned: PersisterPlan) -> PersisterResult:
    return PersisterResult(plan=planned, outcome=Outcome.CONFLICT, problem=f"nothing was written: {OTHER_FILES}")
