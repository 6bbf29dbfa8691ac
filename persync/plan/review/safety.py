"""Whether a plan keeps to the limits of its environment. Pure.

A plan shows what exceeds them, and only an apply refuses it: before its first write, and as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.plan.parts.breach import Breach
from persync.plan.terms import Step
from persync.safety import Limit
from persync.selectors import selects

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.plan.plan import PersisterPlan, Plan
    from persync.safety import Safety

_WRITES = {Step.STOP, Step.PUT, Step.START}


def judged(plan: Plan, safety: Safety, total: int) -> Plan:
    """Return the plan with its protected persisters blocked, and with the limits that it exceeds.

    Args:
        plan: of a part of the environment or of all of it; saved plans are judged again before they are applied.
        safety: what an apply may not do.
        total: how many persisters the environment has in the files: a percentage is of these.
    """
    persisters = tuple(_protected(planned, plan.environment, safety.protect) for planned in plan.persisters)
    plan = plan.model_copy(update={"persisters": persisters})
    return plan.model_copy(update={"breaches": tuple(_breaches(plan, safety, total))})


def _protected(planned: PersisterPlan, environment: str, patterns: Sequence[str]) -> PersisterPlan:
    """Return the plan of a persister, blocked if it is protected and an apply would write anything."""
    found = next((pattern for pattern in patterns if selects(pattern, planned.id)), None)
    if found is None or not _WRITES.intersection(planned.steps):
        return planned
    update = {
        "blocked": f"it is protected by '{found}': an apply may not {planned.action} it",
        "hint": f"change environments.{environment}.safety.protect, or leave it out with --exclude",
        "planned_steps": (),
        "resets": False,
        "fingerprint": "",
        "desired_fingerprint": "",
    }
    return planned.model_copy(update=update)


def _breaches(plan: Plan, safety: Safety, total: int) -> Iterator[Breach]:
    counts = plan.summary
    found = {
        Limit.CHANGES: sum(bool(_WRITES.intersection(planned.steps)) for planned in plan.persisters),
        Limit.RESTARTS: counts.restarts,
        Limit.STOPS: counts.stops,
        Limit.RESETS: counts.resets,
    }
    for limit, count in found.items():
        amount = safety.limits.get(limit)
        if amount is not None and count > (allowed := amount.of(total)):
            yield Breach(
                limit=limit,
                count=count,
                allowed=allowed,
                configured=str(amount),
                persisters=total,
                setting=f"environments.{plan.environment}.safety.{limit}",
                option=limit.option,
            )
