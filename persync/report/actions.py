"""How the actions of a plan are shown: their symbols and reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.plan.plan import Action

if TYPE_CHECKING:
    from persync.plan.plan import PersisterPlan

SYMBOLS = {
    Action.BLOCKED: "✗",
    Action.STOP: "■",
    Action.RESTART: "↻",
    Action.START: "▶",
    Action.REMOVED: "-",
    Action.ADDED: "+",
    Action.CHANGED: "~",
    Action.UPDATE: "~",
    Action.WAIT: "…",
    Action.NONE: "!",
}


def reason_text(planned: PersisterPlan) -> str:
    """Return why a persister is blocked or has steps, and where a difference of the run state comes from.

    Empty where there is nothing to explain: in a diff, the action is the reason.
    """
    if planned.blocked is not None:
        return planned.blocked
    reason = "" if planned.difference else planned.reason
    state = f"run state: {planned.state_attribution.label}" if planned.state_attribution else ""
    return "; ".join(filter(None, (reason, state)))
