"""What to show of several results at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.report.causes import cause, hint_for
from persync.report.grouping.groups import PlanGroup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.plan.plan import PersisterPlan
    from persync.plan.result import PersisterResult


def shown_result(group: Sequence[PersisterResult]) -> PersisterResult:
    """Return what to show of results that are alike: the first, without what is its own.

    Its problem does not name the persister, and its hint names all. Its planned changes are those of all where the
    problem is shown with them.
    """
    first = group[0]
    if len(group) == 1 or not first.problem:
        return first
    differences = [each.difference for each in group if each.difference]
    return first.model_copy(
        update={
            "plan": _shown([each.plan for each in group]),
            "problem": cause(first.plan.live_id or first.plan.id, first.problem),
            "hint": hint_for([each.plan.id for each in group], first.hint),
            "difference": _shown(differences) if differences else None,
        }
    )


def _shown(plans: Sequence[PersisterPlan]) -> PersisterPlan:
    return PlanGroup(tuple(plans)).shown
