"""Rolls back everything that a run has changed, right after a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.apply.rollback.at_once import Scope
from persync.errors import PersyncError
from persync.plan.terms import Outcome

if TYPE_CHECKING:
    from persync.apply.persister import Applier
    from persync.model import PersisterId
    from persync.plan.result import PersisterResult, Result

_CHANGED = "it was not rolled back: it is not as the run has left it"


def restore_all(applier: Applier, result: Result) -> Result:
    """Roll back everything that a run has changed, if a persister has failed and that is requested.

    The persisters are rolled back one after the other, in the reverse order of their runs. One that is no longer as
    the run has left it stays as it is.

    Args:
        applier: which has applied them.
        result: of the run; what has failed was rolled back already.
    """
    request = applier.on_failure
    if request is None or request.scope is not Scope.ALL or not result.count(Outcome.FAILED):
        return result
    results = {each.plan.id: each for each in result.persisters}
    for persister in reversed(request.begun):
        if results[persister].outcome is Outcome.DONE and not applier.interruption.immediately.is_set():
            results[persister] = _restored(applier, persister, results[persister])
            applier.recorder.result(results[persister])
    return result.model_copy(update={"persisters": tuple(results.values())})


def _restored(applier: Applier, persister: PersisterId, result: PersisterResult) -> PersisterResult:
    request = applier.on_failure
    run = request.begun[persister] if request else None
    try:
        as_left = run is not None and applier.planner.plan(run.desired).in_sync
    except PersyncError as error:
        return result.model_copy(update={"problem": f"it was not rolled back: {error.message}", "hint": error.hint})
    return applier.restored(result) if as_left else result.model_copy(update={"problem": _CHANGED})
