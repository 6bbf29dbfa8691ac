"""The state table: the steps, by live run state, desired run state and whether the configuration differs.

One rule makes the table: where anything must change, be STOPPED first; PUT if the configuration differs; START if the
desired state is RUNNING. STOP comes before PUT, because release 1.2 shows RUNNING both before and after the restart
that a PUT needs: an apply that died in between would look converged for ever. Stopped first, every half-way state
shows in the next plan.
"""

from __future__ import annotations

from persync.model import RunState
from persync.plan.terms import Step

STOP, PUT, START, WAIT = Step.STOP, Step.PUT, Step.START, Step.WAIT

_DIFFERS = "the configuration differs"
_FAILED = "it has failed"
_OUTDATED = "it runs an older configuration than the stored one"
_NEEDS_RESTART = "a new configuration takes effect at the next start"
_DESIRED_RUNNING = "desired state is RUNNING"
_DESIRED_STOPPED = "desired state is STOPPED"
_UNDER_WAY = "a change of its run state is under way"

_Steps = tuple[Step, ...]

# fmt: off
_TABLE: dict[RunState, tuple[_Steps, _Steps, _Steps, _Steps]] = {
    # live                         desired RUNNING                       desired STOPPED
    #                              config equal   config differs         config equal  config differs
    RunState.RUNNING:              ((),           (STOP, PUT, START),    (STOP,),      (STOP, PUT)),
    RunState.RUNNING_BUT_OUTDATED: ((STOP, START), (STOP, PUT, START),   (STOP,),      (STOP, PUT)),
    RunState.STOPPED:              ((START,),     (PUT, START),          (),           (PUT,)),
    RunState.DEPLOYING:            ((WAIT,),      (STOP, PUT, START),    (STOP,),      (STOP, PUT)),
    RunState.STOPPING:             ((WAIT, START), (WAIT, PUT, START),   (WAIT,),      (WAIT, PUT)),
    RunState.FAILED:               ((STOP, START), (STOP, PUT, START),   (STOP,),      (STOP, PUT)),
}
# fmt: on


def steps_for(live: RunState, desired: RunState | None, *, differs: bool) -> tuple[Step, ...] | None:
    """Return the steps, in order, or ``None`` where no safe transition is defined.

    Args:
        live: the run state of the API.
        desired: ``RUNNING``, ``STOPPED``, or ``None`` to leave the run state alone, whatever it is.
        differs: whether the configuration differs.
    """
    if desired is None:
        return (PUT,) if differs else ()
    row = _TABLE.get(live)
    if row is None:
        return None
    return row[(0 if desired is RunState.RUNNING else 2) + differs]


def reason_for(live: RunState, desired: RunState | None, *, differs: bool) -> str:
    """Return in a few words why there are steps; empty where there are none."""
    steps = steps_for(live, desired, differs=differs)
    if not steps:
        return ""
    why = [_DIFFERS] if differs else []
    if live is RunState.FAILED:
        why.append(_FAILED)
    if live is RunState.RUNNING_BUT_OUTDATED and desired is RunState.RUNNING and not differs:
        why.append(_OUTDATED)
    if live.is_down and desired is RunState.RUNNING:
        why.append(_DESIRED_RUNNING)
    if not live.is_down and desired is RunState.STOPPED:
        why.append(_DESIRED_STOPPED)
    if steps == (WAIT,):
        why.append(_UNDER_WAY)
    return " and ".join(why)


def reason_of(step: Step, live: RunState, desired: RunState | None) -> str:
    """Return in a few words why a step is needed."""
    match step:
        case Step.WAIT:
            return _UNDER_WAY
        case Step.PUT:
            return _DIFFERS
        case Step.START:
            return _DESIRED_RUNNING
    if desired is RunState.STOPPED:
        return _DESIRED_STOPPED
    return {RunState.FAILED: _FAILED, RunState.RUNNING_BUT_OUTDATED: _OUTDATED}.get(live, _NEEDS_RESTART)
