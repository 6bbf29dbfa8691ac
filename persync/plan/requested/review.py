"""What a plan of run states says beside its steps: where the files configure another run state. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.model import RunState
from persync.plan.requested.steps import target_of
from persync.plan.terms import Action, StateRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from persync.model import PersisterId
    from persync.plan.plan import Plan

_MOST_NAMED = 5
_NEXT = {RunState.RUNNING: "starts", RunState.STOPPED: "stops"}


def left_stopped(plan: Plan, configured: Mapping[PersisterId, RunState | None]) -> tuple[Plan, tuple[PersisterId, ...]]:
    """Leave persisters stopped that a restart would start although their files do not configure RUNNING.

    A stopped persister with RUNNING in its file is started: a restart that was interrupted can be run again.

    Args:
        plan: of a request.
        configured: the run states in the files; ``None`` where they leave it alone.

    Returns:
        The plan without them, and which they are.
    """
    if plan.request is not StateRequest.RESTART:
        return plan, ()
    left = tuple(
        planned.id
        for planned in plan.persisters
        if planned.action is Action.START and configured[planned.id] is not RunState.RUNNING
    )
    persisters = tuple(planned for planned in plan.persisters if planned.id not in left)
    return plan.model_copy(update={"persisters": persisters, "in_sync": plan.in_sync + len(left)}), left


def warnings_of(
    plan: Plan, configured: Mapping[PersisterId, RunState | None], left: Sequence[PersisterId]
) -> Iterator[str]:
    """Yield the warnings of a plan of a request.

    Args:
        plan: the plan.
        configured: the run states in the files.
        left: the persisters that a restart leaves stopped.
    """
    if plan.request is None:
        return
    target = target_of(plan.request)
    others = [planned.id for planned in plan.to_do if configured[planned.id] not in {None, target}]
    if others:
        state = RunState.RUNNING if target is RunState.STOPPED else RunState.STOPPED
        files, them = ("its file says", "it") if len(others) == 1 else ("their files say", "them")
        yield (
            f"the next apply {_NEXT[state]} {_named(others)} again, because {files} {state};"
            f" write 'state: {target}' there to keep {them} so"
        )
    if left:
        are, files, them = ("is", "its file does", "it") if len(left) == 1 else ("are", "their files do", "them")
        yield (
            f"{_named(left)} {are} stopped and left so, because {files} not say RUNNING; 'persync start' starts {them}"
        )


def _named(persisters: Sequence[PersisterId]) -> str:
    more = f" and {len(persisters) - _MOST_NAMED:,} more" if len(persisters) > _MOST_NAMED else ""
    return ", ".join(map(str, persisters[:_MOST_NAMED])) + more
