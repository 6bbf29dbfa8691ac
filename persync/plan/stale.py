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


def files_changed(planner: Planner, desired: Persister | None, planned: PersisterPlan) -> bool:
    """Return whether the desired side is not the one that was planned."""
    return desired is None or planner.fingerprint(desired) != planned.desired_fingerprint


def live_changed(now: PersisterPlan, planned: PersisterPlan) -> bool:
    """Return whether live is neither as it was nor as desired, or whether other steps are needed now.

    A wait that has finished since is dropped; no other step may be, and none may be added.
    """
    if now.blocked is not None:
        return True
    waited = planned.steps[1:] if planned.steps[:1] == (Step.WAIT,) else planned.steps
    return bool(now.steps) and (now.fingerprint != planned.fingerprint or now.steps not in {planned.steps, waited})


def staleness(planner: Planner, desired: Persister | None, planned: PersisterPlan) -> str:
    """Return why the plan of a persister is stale; empty if it is not.

    Raises:
        HarvesterError: the API cannot be used.
    """
    if desired is None or files_changed(planner, desired, planned):
        return FILES_CHANGED
    now = planner.plan(desired)
    if not live_changed(now, planned):
        return ""
    return f"{LIVE_CHANGED}: {now.blocked}" if now.blocked else LIVE_CHANGED
