"""Markdown for comments on pull and merge requests: counts, a line for each persister, folded differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.plan.terms import Action, Attribution, ChangeKind, Command, Outcome
from persync.report.actions import (
    ACTION_RANKS,
    OUTCOME_RANKS,
    OUTCOME_SYMBOLS,
    SYMBOLS,
    WARNING,
    reason_text,
    steps_suffix,
)
from persync.report.grouping.groups import PlanGroup, plan_groups, result_groups
from persync.report.grouping.results import shown_result
from persync.report.markdown_parts import code, details, fence, help_line, marker_line, names_line, prose, title
from persync.report.notices import REFUSED, REMOVED, breach_notices, by_severity, limit_notice, plan_notices
from persync.report.printable import log_line, printable
from persync.report.renderer import HOST_LIMITS, Renderer
from persync.report.size_limit import Item, limited_report
from persync.report.summary import plan_summary, result_summary
from persync.report.waves.happened import happened_lines
from persync.report.waves.wording import downtime_text, downtimes_text, duration, rollout_lines
from persync.report.wording import (
    attribution_counts,
    attribution_counts_text,
    change_counts,
    change_line,
    change_sides,
    change_text,
    ignored_counts,
    ignored_text,
    number,
    origin_text,
    result_steps,
    selection_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from persync.plan.change import PropertyChange
    from persync.plan.plan import PersisterPlan, Plan
    from persync.plan.result import PersisterResult, Result
    from persync.report.notices import Notice

_SYMBOLS = SYMBOLS | {Action.ADDED: "⊕", Action.REMOVED: "⊖"}  # + and - would begin a list
_DIFF_SYMBOLS = {ChangeKind.ADD: "+", ChangeKind.CHANGE: "!", ChangeKind.REMOVE: "-"}  # those that hosts colour
_LONGEST = 2_000  # characters of a command: a shortened one is of no use
_LONGEST_LINE = 100  # characters of a change, without its origin
_MOST_WARNINGS = 3  # of a persister; the other formats have all
_MOST_ITEMS = 50  # names of a notice; the other formats have all


@dataclass(frozen=True, slots=True)
class MarkdownRenderer(Renderer):
    """Renders Markdown.

    Attributes:
        limit: how many characters a report may have.
        digest: of the saved plan; shown, and part of the hidden first line.
        expand: each persister is shown by itself.
    """

    limit: int = HOST_LIMITS["github"]
    digest: str = ""
    expand: bool = False

    def plan(self, plan: Plan) -> str:
        """Return a plan."""
        head = [
            marker_line(plan.environment, self.digest),
            f"## persync {plan.kind}: {_environments(plan)}",
            f"**{plan_summary(plan)}**",
            *_plan_notes(plan),
        ]
        foot = _provenance({"commit": plan.commit, "compared with": plan.base, "plan": self.digest, "API": plan.url})
        return limited_report(head, [*map(_plan_item, plan_groups(plan, expand=self.expand))], foot, self.limit)

    def result(self, result: Result) -> str:
        """Return a result."""
        head = [
            marker_line(result.environment, self.digest),
            f"## persync {result.command}: {code(result.environment)}",
            f"**{result_summary(result)}**",
            *_result_notes(result),
        ]
        took = duration(result.seconds) if result.seconds is not None else ""
        foot = _provenance(
            {"run": result.run_id, "began": result.began, "took": took, "plan": self.digest, "API": result.url}
        )
        return limited_report(
            head, [*map(_result_item, result_groups(result.persisters, expand=self.expand))], foot, self.limit
        )


def _plan_notes(plan: Plan) -> Iterator[str]:
    for text in (selection_text(plan), ignored_counts(plan)):
        if text:
            yield prose(text)
    if counts := attribution_counts_text(plan.persisters):
        yield f"Differences: {counts}."
    actions = [planned.action for planned in plan.persisters]
    if blocked := actions.count(Action.BLOCKED):
        yield f"> ✗ **{number(blocked, 'persister')} blocked: no step is possible there, and the plan fails.**"
    notices = by_severity(plan_notices(plan))
    yield from map(_notice, notices.pop(REFUSED, ()))
    downtime = ((actions.count(Action.RESTART), "restart"), (actions.count(Action.STOP), "stop"))
    if texts := [number(count, noun) for count, noun in downtime if count]:
        runs = "it runs" if sum(count for count, _ in downtime) == 1 else "they run"
        yield f"> ⚠️ **{' and '.join(texts)}: events queue until {runs} again.**"
    if drift := attribution_counts(plan.to_do)[Attribution.DRIFT]:
        verb = "is" if drift == 1 else "are"
        yield (
            f"> ⚠️ **{number(drift, 'difference')} {verb} drift: live was changed outside of persync,"
            " and an apply reverts that.**"
        )
    for warning in plan.warnings:
        yield f"> ⚠️ {prose(warning)}"
    for found in notices.values():
        yield from map(_notice, found)
    if lines := [*rollout_lines(plan.rollout)] if plan.rollout else []:
        yield fence("text", lines)


def _notice(notice: Notice) -> str:
    symbol = {WARNING: "⚠️", REMOVED: _SYMBOLS[Action.REMOVED]}.get(notice.symbol, notice.symbol)
    lines = [f"{symbol} **{code(notice.text, _LONGEST)}**"]
    if notice.items:
        more = f" and {len(notice.items) - _MOST_ITEMS:,} more" if len(notice.items) > _MOST_ITEMS else ""
        lines.append("- " + ", ".join(code(item, 80) for item in notice.items[:_MOST_ITEMS]) + more)
    for each in notice.helps:
        words = f" {prose(each.words)}" if each.words else ""
        command = f" {code(each.command, _LONGEST)}" if each.command else ""
        lines.append(f"- help:{words}{':' if words and command else ''}{command}")
    return "\n".join(f"> {line}" for line in lines)


def _result_notes(result: Result) -> Iterator[str]:
    yield from map(_notice, (*breach_notices(result.breaches), *limit_notice(result)))
    if result.interrupted:
        yield "> ⚠️ **The run was interrupted.**"
    if not result.succeeded:
        again = ": plan again" if result.command is Command.APPLY else ""
        yield f"> ✗ **Not every persister is in its desired state{again}.**"
    if lines := [*happened_lines(result)]:
        yield fence("text", lines)


def _environments(plan: Plan) -> str:
    """Return the environment, or both of a diff of two."""
    if plan.compared is None:
        return code(plan.environment)
    live = ", live" if plan.compared.live else ""
    return f"{code(plan.compared.environment)} → {code(plan.environment)}{live}"


def _provenance(values: Mapping[str, str | None]) -> str:
    return " · ".join(f"{name} {code(value)}" for name, value in values.items() if value)


def _plan_item(group: PlanGroup) -> Item:
    planned = group.shown
    action, symbol = planned.action, _SYMBOLS[planned.action]
    label = "warning" if action is Action.NONE else action.value
    counts, reason = change_counts(planned), reason_text(planned)
    explanation = "; ".join(filter(None, (prose(reason) if reason else "", counts)))
    explained = f": {explanation}" if explanation else ""
    warnings = _warnings(planned.warnings)
    not_compared = f" · {prose(ignored_text(group.ignored))}" if group.ignored else ""
    place = f" · {code(group.place)}" if group.place else ""
    return Item(
        ids=group.ids,
        label=label,
        rank=ACTION_RANKS[action],
        line=f"- {symbol} **{label}** {title(group)}{steps_suffix(planned)}{explained}{place}"
        f"{not_compared}{names_line(group)}{warnings}{help_line(planned.hint)}",
        block=details(symbol, group.ids, counts, [_diff(planned)]) if planned.changes else "",
    )


def _warnings(warnings: Sequence[str]) -> str:
    """Return the first warnings as items below that of the persister, and how many more there are."""
    lines = [f"⚠️ {prose(warning)}" for warning in warnings[:_MOST_WARNINGS]]
    if len(warnings) > _MOST_WARNINGS:
        lines.append(f"⚠️ and {number(len(warnings) - _MOST_WARNINGS, 'more warning')}")
    return "".join(f"\n  - {line}" for line in lines)


def _result_item(group: Sequence[PersisterResult]) -> Item:
    result, plans = shown_result(group), PlanGroup(tuple(item.plan for item in group))
    outcome, symbol = result.outcome, OUTCOME_SYMBOLS[result.outcome]
    downtime = downtime_text(result) if len(group) == 1 else downtimes_text(group)
    steps = "; ".join(filter(None, (result_steps(result), downtime)))
    problem = f": {prose(result.problem)}" if result.problem else ""
    blocks = list(_result_blocks(result))
    return Item(
        ids=plans.ids,
        label=outcome,
        rank=OUTCOME_RANKS[outcome],
        line=f"- {symbol} **{outcome}** {title(plans)}{f' ({steps})' if steps else ''}{problem}{names_line(plans)}"
        f"{help_line(result.hint)}",
        block=details(symbol, plans.ids, outcome, blocks) if blocks else "",
    )


def _result_blocks(item: PersisterResult) -> Iterator[str]:
    if not item.problem:
        return
    if item.difference and item.difference.changes:
        yield "Live now:"
        yield _diff(item.difference)
    elif item.outcome is Outcome.FAILED and item.plan.changes:
        yield "Planned changes:"
        yield _diff(item.plan)
    if item.logs:
        yield "Last log lines:"
        yield fence("text", _log_lines(item.logs))


def _diff(planned: PersisterPlan) -> str:
    return fence("diff", [line for change in planned.changes for line in _change_lines(change)])


def _change_lines(change: PropertyChange) -> Iterator[str]:
    """Yield a change as a line, or as one for each value where that would be long: a host does not break it."""
    symbol = _DIFF_SYMBOLS[change.kind]
    if change.kind is not ChangeKind.CHANGE or len(change_text(change)) <= _LONGEST_LINE:
        yield f"{symbol} {change_line(change)}"
        return
    before, after = change_sides(change)
    origin = origin_text(change)
    yield f"{symbol} {printable(change.path)}:{f'  ({origin})' if origin else ''}"
    yield f"- {before}"
    yield f"+ {after}"


def _log_lines(lines: Sequence[str]) -> list[str]:
    # Hosts and bots execute some lines by their beginning, and not all of them skip fenced blocks.
    return [f"| {log_line(line)}" for line in lines]
