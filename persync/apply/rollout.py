"""Apply the plans of many persisters."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from persync.plan.concurrent import in_parallel
from persync.plan.result import Outcome, PersisterResult, Result
from persync.plan.validity import OTHER_FILES

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
    """Apply everything that the plan has to do, ``parallelism`` persisters at a time.

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
        if halted.is_set() or applier.interruption.gently.is_set():
            return PersisterResult(plan=planned, outcome=Outcome.NOT_ATTEMPTED)
        desired = wanted.get(planned.id)
        result = applier.apply(desired, planned) if desired else _gone(planned)
        if result.outcome in _HALTS and not keep_going:
            halted.set()
        ended(result)
        return result

    results = tuple(in_parallel(apply, plan.to_do, parallelism))
    return Result(
        environment=plan.environment,
        url=plan.url,
        persisters=results,
        interrupted=applier.interruption.gently.is_set(),
    )


def _gone(planned: PersisterPlan) -> PersisterResult:
    return PersisterResult(plan=planned, outcome=Outcome.CONFLICT, problem=f"nothing was written: {OTHER_FILES}")
