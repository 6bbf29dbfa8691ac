"""Rolls back everything that a run has changed, right after a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.apply.rollback.at_once import Scope
from persync.apply.schedule import gate_after
from persync.errors import PersyncError
from persync.plan.events import PersisterFinished
from persync.plan.terms import Outcome
from persync.plan.waves.down import is_to_run

if TYPE_CHECKING:
    from persync.apply.persister import Applier
    from persync.model import PersisterId
    from persync.plan.plan import Plan
    from persync.plan.result import PersisterResult, Result

_NOT = "it was not rolled back:"
_CHANGED = f"{_NOT} it is not as the run has left it"


def restore_all(applier: Applier, result: Result, plan: Plan) -> Result:
    """Roll back everything that a run has changed, if a persister has failed and that is requested.

    The persisters are rolled back one after the other, in the reverse order of their runs. One that is no longer as
    the run has left it stays as it is, and one that would take down more than maxUnavailable allows.

    Args:
        applier: which has applied them.
        result: of the run; what has failed was rolled back already.
        plan: what was applied.
    """
    request = applier.on_failure
    if request is None or request.scope is not Scope.ALL or not result.count(Outcome.FAILED):
        return result
    results = {each.plan.id: each for each in result.persisters}
    gate = gate_after(plan, results)
    for persister in reversed(request.begun):
        before = results[persister]
        if before.outcome is not Outcome.DONE or applier.interruption.immediately.is_set():
            continue
        if not gate.admits(persister, takes_down=is_to_run(before.plan)):
            verb = "is" if len(gate.down) == 1 else "are"
            problem = f"{_NOT} {len(gate.down):,} {verb} down, and maxUnavailable allows {gate.limit:,}"
            results[persister] = before.model_copy(update={"problem": problem})
        else:
            results[persister] = _restored(applier, persister, before)
            gate.finish(persister, is_up=results[persister].is_up or not is_to_run(before.plan))
        applier.recorder.result(results[persister])
        applier.observer(PersisterFinished(results[persister]))
    return result.model_copy(update={"persisters": tuple(results.values())})


def _restored(applier: Applier, persister: PersisterId, result: PersisterResult) -> PersisterResult:
    request = applier.on_failure
    run = request.begun[persister] if request else None
    try:
        as_left = run is not None and applier.planner.plan(run.desired).in_sync
    except PersyncError as error:
        return result.model_copy(update={"problem": f"{_NOT} {error.message}", "hint": error.hint})
    return applier.restored(result) if as_left else result.model_copy(update={"problem": _CHANGED})
