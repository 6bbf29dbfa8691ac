"""What a plan comes to for one persister."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from persync.plan.plan import Difference, Step

if TYPE_CHECKING:
    from persync.plan.plan import PersisterPlan


class Act(StrEnum):
    """What would be done about a persister; the most serious first."""

    BLOCKED = "blocked"
    STOP = "stop"
    RESTART = "restart"
    START = "start"
    REMOVED = "removed"
    ADDED = "added"
    CHANGE = "change"
    WAIT = "wait"
    NOTE = "note"
    """There is something to say about it, and nothing to do."""


SYMBOLS = {
    Act.BLOCKED: "✗",
    Act.STOP: "■",
    Act.RESTART: "↻",
    Act.START: "▶",
    Act.REMOVED: "⊖",
    Act.ADDED: "⊕",
    Act.CHANGE: "~",
    Act.WAIT: "…",
    Act.NOTE: "ℹ",
}


def act_of(planned: PersisterPlan) -> Act:
    """Return what would be done. Without a live side there are no steps: then a difference is a change."""
    offline = not planned.steps
    acts = {
        Act.BLOCKED: planned.blocked is not None,
        Act.RESTART: planned.restarts,
        Act.STOP: planned.stops,
        Act.START: planned.starts,
        Act.REMOVED: offline and planned.reason == Difference.REMOVED,
        Act.ADDED: offline and planned.reason == Difference.ADDED,
        Act.CHANGE: bool(planned.changes) or Step.PUT in planned.steps or (offline and bool(planned.reason)),
        Act.WAIT: not offline,
    }
    return next((act for act, holds in acts.items() if holds), Act.NOTE)


def reason_of(planned: PersisterPlan) -> str:
    """Return why it is done or blocked, and where a difference of the run state comes from; empty if it goes without.

    What a diff gives as its reason is the act.
    """
    if planned.blocked is not None:
        return planned.blocked
    reason = planned.reason if planned.steps or planned.reason not in set(Difference) else ""
    state = f"run state {planned.state_attribution}" if planned.state_attribution else ""
    return "; ".join(filter(None, (reason, state)))
