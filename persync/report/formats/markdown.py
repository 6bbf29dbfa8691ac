"""Comments for pull and merge requests: the counts, a line for each persister, the differences folded."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from persync.plan.change import Attribution, ChangeKind
from persync.plan.plan import Action
from persync.plan.result import Outcome
from persync.report.actions import SYMBOLS, reason_text
from persync.report.fitting import Item, fitted
from persync.report.formats.text import plan_summary, result_summary
from persync.report.markdown_parts import code, details, fence, marker, marker_line, prose
from persync.report.printable import printable
from persync.report.wording import attributions, attributions_text, change_line, changes_counted, number, steps_told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from persync.plan.plan import PersisterPlan, Plan
    from persync.plan.result import PersisterResult, Result

__all__ = ["GITHUB", "LIMITS", "marker", "plan_markdown", "result_markdown"]

GITHUB = 65_536
LIMITS: Mapping[str, int] = MappingProxyType(
    {"github": GITHUB, "gitlab": 1_000_000, "azure": 150_000, "bitbucket": 32_768}
)

_ACTIONS = tuple(Action)
_SYMBOLS = SYMBOLS | {Action.ADDED: "⊕", Action.REMOVED: "⊖"}  # + and - would begin a list
_DIFF = {ChangeKind.ADD: "+", ChangeKind.CHANGE: "!", ChangeKind.REMOVE: "-"}
_OUTCOMES = {  # the most serious first
    Outcome.FAILED: "✗",
    Outcome.CONFLICT: "✗",
    Outcome.INTERRUPTED: "!",
    Outcome.BLOCKED: "✗",
    Outcome.NOT_ATTEMPTED: "·",
    Outcome.DONE: "✓",
    Outcome.ALREADY: "=",
}
_WEIGHTS = {outcome: weight for weight, outcome in enumerate(_OUTCOMES)}


def plan_markdown(plan: Plan, limit: int = GITHUB, digest: str = "") -> str:
    """Return a plan as Markdown.

    Args:
        plan: what would be done.
        limit: how many characters it may have.
        digest: what names the plan; shown, and part of the hidden first line.
    """
    head = [marker_line(plan.environment, digest), f"## persync {plan.kind}: {code(plan.environment)}", *_counts(plan)]
    about = {"commit": plan.commit, "compared with": plan.base, "plan": digest, "API": plan.url}
    return fitted(head, [_plan_item(planned) for planned in plan.persisters], _provenance(about), limit)


def result_markdown(result: Result, limit: int = GITHUB, digest: str = "") -> str:
    """Return what became of a plan as Markdown.

    Args:
        result: what became of it.
        limit: how many characters it may have.
        digest: what names the plan; shown, and part of the hidden first line.
    """
    head = [
        marker_line(result.environment, digest),
        f"## persync apply: {code(result.environment)}",
        f"**{result_summary(result)}**",
        *_result_warnings(result),
    ]
    items = [_result_item(item) for item in result.persisters]
    return fitted(head, items, _provenance({"plan": digest, "API": result.url}), limit)


def _counts(plan: Plan) -> Iterator[str]:
    yield f"**{plan_summary(plan)}**"
    if sides := attributions_text(plan.persisters):
        yield f"Differences: {sides}."
    actions = [planned.action for planned in plan.persisters]
    restarts, stops = actions.count(Action.RESTART), actions.count(Action.STOP)
    said = [*([number(restarts, "restart")] if restarts else []), *([number(stops, "stop")] if stops else [])]
    if said:
        yield f"> ⚠️ **{' and '.join(said)}: events queue until they run again.**"
    if drift := attributions(plan.to_do)[Attribution.DRIFT]:
        yield f"> ⚠️ **{number(drift, 'difference')} made by hand: an apply sets back what was changed.**"
    if blocked := actions.count(Action.BLOCKED):
        yield f"> ✗ **{number(blocked, 'persister')} blocked: nothing can be done there, and the plan fails.**"
    for warning in plan.warnings:
        yield f"> ⚠️ {prose(warning)}"


def _result_warnings(result: Result) -> Iterator[str]:
    if result.interrupted:
        yield "> ⚠️ **The run was interrupted.**"
    if not result.succeeded:
        yield "> ✗ **Not everything is as the files say: plan again.**"


def _provenance(about: dict[str, str | None]) -> str:
    return " · ".join(f"{name} {code(value)}" for name, value in about.items() if value)


def _plan_item(planned: PersisterPlan) -> Item:
    action = planned.action
    name, counted = str(planned.id), changes_counted(planned)
    steps = ", ".join(planned.steps)
    taken = f" ({steps})" if steps not in {"", action} else ""
    reason = reason_text(planned)
    said = "; ".join(filter(None, (prose(reason) if reason else "", counted)))
    warnings = "".join(f" · ⚠️ {prose(warning)}" for warning in planned.warnings)
    place = code(f"{planned.span.file}:{planned.span.line}")
    return Item(
        name=name,
        project=planned.id.project,
        word=action,
        weight=_ACTIONS.index(action),
        line=f"- {_SYMBOLS[action]} **{action}** {code(name)}{taken}{f': {said}' if said else ''} · {place}{warnings}",
        short=f"- {action} {code(name, 80)}",
        block=details(_SYMBOLS[action], name, f": {counted}", [_diff(planned)]) if planned.changes else "",
    )


def _result_item(item: PersisterResult) -> Item:
    symbol, name = _OUTCOMES[item.outcome], str(item.plan.id)
    steps = steps_told(item)
    taken = f" ({steps})" if steps else ""
    blocks = list(_result_blocks(item))
    return Item(
        name=name,
        project=item.plan.id.project,
        word=item.outcome,
        weight=_WEIGHTS[item.outcome],
        line=f"- {symbol} **{item.outcome}** {code(name)}{taken}{f': {prose(item.problem)}' if item.problem else ''}",
        short=f"- {item.outcome} {code(name, 80)}",
        block=details(symbol, name, f": {item.outcome}", blocks) if blocks else "",
    )


def _result_blocks(item: PersisterResult) -> Iterator[str]:
    if not item.problem:
        return
    if item.difference and item.difference.changes:
        yield "What it looks like now:"
        yield _diff(item.difference)
    elif item.outcome is Outcome.FAILED and item.plan.changes:
        yield "What was to change:"
        yield _diff(item.plan)
    if item.logs:
        yield "The end of its log:"
        yield fence("text", _quoted(item.logs))


def _diff(planned: PersisterPlan) -> str:
    return fence("diff", [f"{_DIFF[change.kind]} {change_line(change)}" for change in planned.changes])


def _quoted(lines: Sequence[str]) -> list[str]:
    # Hosts and bots obey some lines by how they begin, and not all of them know a fenced block when they see one.
    return [f"| {printable(line)}" for line in lines]
