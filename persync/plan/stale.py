"""Whether a plan still holds: are the files and the live system those that it was made from?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.plan.plan import Step

if TYPE_CHECKING:
    from persync.model import Persister
    from persync.plan.plan import PersisterPlan
    from persync.plan.planner import Planner

OTHER_FILES = "the files do not say any more what they said when the plan was made"
OTHER_LIVE = "live changed since the plan was made"


def files_changed(planner: Planner, desired: Persister | None, planned: PersisterPlan) -> bool:
    """Return whether the files want something else than what was planned."""
    return desired is None or planner.fingerprint(desired) != planned.desired_fingerprint


def live_changed(now: PersisterPlan, planned: PersisterPlan) -> bool:
    """Return whether live is neither as it was nor as it is wanted, or whether it would take other steps.

    A wait that has come to its end meanwhile falls away; nothing else may, and nothing may be added.
    """
    if now.blocked is not None:
        return True
    waited = planned.steps[1:] if planned.steps[:1] == (Step.WAIT,) else planned.steps
    return bool(now.steps) and (now.fingerprint != planned.fingerprint or now.steps not in {planned.steps, waited})


def objection(planner: Planner, desired: Persister | None, planned: PersisterPlan) -> str:
    """Return why a persister's plan does not hold any more; empty if it does.

    Raises:
        HarvesterError: the API cannot be used.
    """
    if desired is None or files_changed(planner, desired, planned):
        return OTHER_FILES
    now = planner.plan(desired)
    if not live_changed(now, planned):
        return ""
    return f"{OTHER_LIVE}: {now.blocked}" if now.blocked else OTHER_LIVE
