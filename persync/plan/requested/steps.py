"""The steps to a run state that is requested: those of the state table, without an update. Pure."""

from __future__ import annotations

from persync.model import RunState
from persync.plan.steps import reason_of, steps_for
from persync.plan.terms import StateRequest, Step


def target_of(request: StateRequest) -> RunState:
    """Return the run state that a request leads to."""
    return RunState.STOPPED if request is StateRequest.STOP else RunState.RUNNING


def requested_steps(live: RunState, request: StateRequest) -> tuple[Step, ...] | None:
    """Return the steps, in order, or ``None`` where no safe transition is defined.

    A restart takes the steps of a new configuration, without the update.

    Args:
        live: the run state of the API.
        request: what is requested.
    """
    steps = steps_for(live, target_of(request), differs=request is StateRequest.RESTART)
    return None if steps is None else tuple(step for step in steps if step is not Step.PUT)


def requested_reason(live: RunState, request: StateRequest) -> str:
    """Return in a few words why there are steps; empty where there are none."""
    if not requested_steps(live, request):
        return ""
    failed = " and it has failed" if live is RunState.FAILED else ""
    return f"{request} requested{failed}"


def requested_reason_of(step: Step, live: RunState, request: StateRequest) -> str:
    """Return in a few words why a step is needed."""
    if step is Step.WAIT or (step is Step.STOP and request is StateRequest.START):
        return reason_of(step, live, target_of(request))
    return f"{request} requested"
