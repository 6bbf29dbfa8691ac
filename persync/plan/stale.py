"""Whether a plan is stale: have the files or the live system changed since it was made?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.plan.terms import Step

if TYPE_CHECKING:
    from persync.model import Persister
    from persync.plan.plan import PersisterPlan
    from persync.plan.planner import Planner

FILES_CHANGED = "stale plan: the files changed since it was saved"
LIVE_CHANGED = "stale plan: live changed since it was made"
NOT_SHOWN = "stale plan: it does not show what would be changed now"


def files_changed(planner: Planner, desired: Persister | None, planned: PersisterPlan) -> bool:
    """Return whether the desired side is not the one that was planned."""
    return desired is None or planner.fingerprint(desired) != planned.desired_fingerprint


def changed_since(now: PersisterPlan, planned: PersisterPlan) -> str:
    """Return why a plan of now is not the one that was approved; empty if it is, or if nothing is left to do.

    A wait that has finished since is dropped; no other step may be, and none may be added. What was shown is compared
    too: a saved plan can be edited, and an approver sees only what it shows.
    """
    if now.blocked is not None:
        return f"{LIVE_CHANGED}: {now.blocked}"
    if not now.steps:
        return ""
    waited = planned.steps[1:] if planned.steps[:1] == (Step.WAIT,) else planned.steps
    if now.fingerprint != planned.fingerprint or now.steps not in {planned.steps, waited}:
        return LIVE_CHANGED
    return "" if _shown(now) == _shown(planned) else NOT_SHOWN


def staleness(planner: Planner, desired: Persister | None, planned: PersisterPlan) -> str:
    """Return why the plan of a persister is stale; empty if it is not.

    Raises:
        HarvesterError: the API cannot be used.
    """
    if desired is None or files_changed(planner, desired, planned):
        return FILES_CHANGED
    return changed_since(planner.plan(desired), planned)


def _shown(plan: PersisterPlan) -> tuple[object, ...]:
    """Return what a plan shows that follows from its files and its live side.

    Attributions depend on git, and positions on the folder that persync is started in.
    """
    changes = tuple(change.model_copy(update={"attribution": None, "span": None}) for change in plan.changes)
    return (plan.desired_state, changes, plan.warnings)
