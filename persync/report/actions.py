"""How actions, outcomes and changes are shown in every report: their symbols and reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.plan.terms import Action, ChangeKind, Outcome
from persync.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from persync.plan.plan import PersisterPlan
    from persync.plan.result import PersisterResult

WARNING = "!"
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
    Action.NONE: WARNING,
}
OUTCOME_SYMBOLS = {  # the most serious first
    Outcome.FAILED: "✗",
    Outcome.CONFLICT: "✗",
    Outcome.CANCELLED: "!",
    Outcome.BLOCKED: "✗",
    Outcome.NOT_ATTEMPTED: "·",
    Outcome.DONE: "✓",
    Outcome.ALREADY: "=",
}
ACTION_RANKS = {action: rank for rank, action in enumerate(Action)}
OUTCOME_RANKS = {outcome: rank for rank, outcome in enumerate(OUTCOME_SYMBOLS)}
CHANGE_SYMBOLS = {ChangeKind.ADD: "+", ChangeKind.CHANGE: "~", ChangeKind.REMOVE: "-"}


def problems_last(results: Iterable[PersisterResult]) -> list[PersisterResult]:
    """Return results by outcome, the most serious last: in a text, next to the summary and the prompt."""
    return sorted(results, key=lambda result: -OUTCOME_RANKS[result.outcome])


def action_text(planned: PersisterPlan) -> str:
    """Return action, steps and reason in one line: ``restart (stop, put, start): the configuration differs``."""
    reason = reason_text(planned)
    return f"{planned.action}{steps_suffix(planned)}{f': {printable(reason)}' if reason else ''}"


def steps_suffix(planned: PersisterPlan) -> str:
    """Return the steps in parentheses, after a space; empty where the action is the only step, or there is none."""
    steps = ", ".join(planned.steps)
    return f" ({steps})" if steps not in {"", planned.action} else ""


def reason_text(planned: PersisterPlan) -> str:
    """Return why a persister is blocked or has steps, and where a difference of the run state comes from.

    Empty where there is nothing to explain: in a diff, the action is the reason.
    """
    if planned.blocked is not None:
        return planned.blocked
    reason = "" if planned.difference else planned.reason
    state = f"run state: {planned.state_attribution.label}" if planned.state_attribution else ""
    return "; ".join(filter(None, (reason, state)))
