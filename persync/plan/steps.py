"""The state table: what has to be done, by run state, wanted state and whether the configuration differs.

One rule makes the table: where anything must change, be STOPPED first; PUT if the configuration differs; START if it
is wanted running. STOP comes before PUT, because a release 1.2 shows RUNNING both before and after the restart that a
PUT needs: an apply that died in between would look converged for ever. Stopped first, every half-way state shows in
the next plan.
"""

from __future__ import annotations

from persync.model import RunState
from persync.plan.plan import Step

STOP, PUT, START, WAIT = Step.STOP, Step.PUT, Step.START, Step.WAIT

_DOWN = {RunState.STOPPED, RunState.STOPPING}
_DIFFERS = "the configuration differs"
_FAILED = "it has failed"
_OUTDATED = "it runs an older configuration than the stored one"
_NEEDS_RESTART = "a new configuration takes effect at the next start"
_WANTED_RUNNING = "it is wanted running"
_WANTED_STOPPED = "it is wanted stopped"
_UNDER_WAY = "a change of its run state is under way"

_Steps = tuple[Step, ...]

# fmt: off
_TABLE: dict[RunState, tuple[_Steps, _Steps, _Steps, _Steps]] = {
    # live                         wanted RUNNING                        wanted STOPPED
    #                              config equal   config differs         config equal  config differs
    RunState.RUNNING:              ((),           (STOP, PUT, START),    (STOP,),      (STOP, PUT)),
    RunState.RUNNING_BUT_OUTDATED: ((STOP, START), (STOP, PUT, START),   (STOP,),      (STOP, PUT)),
    RunState.STOPPED:              ((START,),     (PUT, START),          (),           (PUT,)),
    RunState.DEPLOYING:            ((WAIT,),      (STOP, PUT, START),    (STOP,),      (STOP, PUT)),
    RunState.STOPPING:             ((WAIT, START), (WAIT, PUT, START),   (WAIT,),      (WAIT, PUT)),
    RunState.FAILED:               ((STOP, START), (STOP, PUT, START),   (STOP,),      (STOP, PUT)),
}
# fmt: on


def steps_for(live: RunState, wanted: RunState | None, *, differs: bool) -> tuple[Step, ...] | None:
    """Return what has to be done, in order, or ``None`` where nothing safe can be done.

    Args:
        live: the run state of the API.
        wanted: ``RUNNING``, ``STOPPED``, or ``None`` to leave the run state alone, whatever it is.
        differs: whether the configuration does.
    """
    if wanted is None:
        return (PUT,) if differs else ()
    row = _TABLE.get(live)
    if row is None:
        return None
    return row[(0 if wanted is RunState.RUNNING else 2) + differs]


def reason_for(live: RunState, wanted: RunState | None, *, differs: bool) -> str:
    """Return in a few words why the steps for this case have to be done; empty where there are none."""
    steps = steps_for(live, wanted, differs=differs)
    if not steps:
        return ""
    why = [_DIFFERS] if differs else []
    if live is RunState.FAILED:
        why.append(_FAILED)
    if live is RunState.RUNNING_BUT_OUTDATED and wanted is RunState.RUNNING and not differs:
        why.append(_OUTDATED)
    if live in _DOWN and wanted is RunState.RUNNING:
        why.append(_WANTED_RUNNING)
    if live not in _DOWN and wanted is RunState.STOPPED:
        why.append(_WANTED_STOPPED)
    if steps == (WAIT,):
        why.append(_UNDER_WAY)
    return " and ".join(why)


def reason_of(step: Step, live: RunState, wanted: RunState | None) -> str:
    """Return in a few words why one step of the table has to be taken."""
    match step:
        case Step.WAIT:
            return _UNDER_WAY
        case Step.PUT:
            return _DIFFERS
        case Step.START:
            return _WANTED_RUNNING
    if wanted is RunState.STOPPED:
        return _WANTED_STOPPED
    return {RunState.FAILED: _FAILED, RunState.RUNNING_BUT_OUTDATED: _OUTDATED}.get(live, _NEEDS_RESTART)
