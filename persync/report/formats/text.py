"""Text for people: in a terminal or in a CI log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from persync.plan.terms import Outcome
from persync.report.actions import CHANGE_SYMBOLS, OUTCOME_SYMBOLS, SYMBOLS, WARNING
from persync.report.causes import cause, grouped, persisters_with
from persync.report.finding import finding_text
from persync.report.notices import limit_notice, plan_notices
from persync.report.printable import log_line, printable
from persync.report.renderer import FindingsRenderer
from persync.report.summary import error_count, plan_summary, result_summary
from persync.report.waves.wording import downtime_text, downtimes_text, rollout_lines
from persync.report.wording import (
    NOT_MANAGED,
    change_text,
    ignored_counts,
    ignored_text,
    location,
    origin_text,
    result_steps,
    selection_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.errors import Finding
    from persync.plan.plan import PersisterPlan, Plan
    from persync.plan.result import PersisterResult, Result
    from persync.report.notices import Notice

_LEGEND = {
    "↻": "restart: events queue until it runs again",
    "▶": "start",
    "■": "stop",
    "~": "change",
    "+": "add",
    "-": "remove",
    "…": "wait",
    "✗": "blocked",
    "!": "warning",
}
_COLORS = {"↻": "yellow", "▶": "green", "■": "red", "~": "yellow", "+": "green", "-": "red", "✗": "red", "!": "yellow"}
_OUTCOME_COLORS = {
    Outcome.DONE: "green",
    Outcome.ALREADY: "green",
    Outcome.FAILED: "red",
    Outcome.CONFLICT: "red",
    Outcome.CANCELLED: "yellow",
    Outcome.NOT_ATTEMPTED: "yellow",
    Outcome.BLOCKED: "red",
}


@dataclass(frozen=True, slots=True)
class TextRenderer(FindingsRenderer):
    """Renders text: what differs, block by block, and a summary line last.

    Attributes:
        color: with ANSI colours.
        persisters: how many persisters were checked, for the summary of findings.
    """

    color: bool = False
    persisters: int = 0

    def plan(self, plan: Plan) -> str:
        """Return a plan: the persisters with changes only."""
        return plan_text(plan, color=self.color)

    def result(self, result: Result) -> str:
        """Return a result: a line per persister, with details where there is a problem."""
        style = _Style(self.color)
        groups = grouped(result.persisters, _problem)
        lines = [line for group in groups for line in _result_group(group, style)]
        for notice in limit_notice(result):
            lines += ["", *_notice_lines(notice, style)]
        return "\n".join([*lines, "", style.bold(result_summary(result))]) + "\n"

    def findings(self, findings: Sequence[Finding]) -> str:
        """Return findings."""
        errors = error_count(findings)
        lines = [finding_text(finding, color=self.color) for finding in findings]
        summary = f"Validate: {self.persisters} persisters, {errors} errors, {len(findings) - errors} warnings."
        return "\n".join([*lines, summary]) + "\n"


def plan_text(plan: Plan, *, color: bool = False) -> str:
    """Return a plan as text.

    Args:
        plan: a plan or a diff.
        color: with ANSI colours.
    """
    style = _Style(color)
    head = [printable(f"Plan for environment {plan.environment} ({plan.url})")]
    if plan.kind == "diff":
        head = [printable(f"Diff with {plan.base}, for environment {plan.environment}")]
    if selected := selection_text(plan):
        head.append(selected)
    if ignored := ignored_counts(plan):
        head.append(ignored)
    if symbols := _symbols_used(plan):
        head.append("  " + "   ".join(f"{style.symbol(symbol)} {_LEGEND[symbol]}" for symbol in symbols))
    paths = plan.ignored_paths()
    groups = grouped(plan.persisters, lambda planned: None if planned.id in paths else _blocked(planned))
    blocks = ["\n".join(_blocks(group, style, paths.get(group[0].id, ()))) for group in groups]
    if plan.warnings:
        blocks.insert(0, "\n".join(f"{style.symbol(WARNING)} {printable(warning)}" for warning in plan.warnings))
    notices = "\n".join(line for notice in plan_notices(plan) for line in _notice_lines(notice, style))
    rollout = "\n".join(rollout_lines(plan.rollout)) if plan.rollout else ""
    last = [text for text in (rollout, notices) if text]
    return "\n\n".join(["\n".join(head), *blocks, *last, style.bold(plan_summary(plan))]) + "\n"


@dataclass(frozen=True, slots=True)
class _Style:
    """ANSI styles; texts stay as they are without ``color``."""

    color: bool

    def symbol(self, symbol: str) -> str:
        return self.colored(symbol, _COLORS.get(symbol))

    def bold(self, text: str) -> str:
        return click.style(text, bold=True) if self.color else text

    def dim(self, text: str) -> str:
        return click.style(text, dim=True) if self.color else text

    def colored(self, text: str, color: str | None) -> str:
        return click.style(text, fg=color) if self.color and color else text


def _symbols_used(plan: Plan) -> list[str]:
    used = {SYMBOLS[planned.action] for planned in plan.persisters}
    used |= {CHANGE_SYMBOLS[change.kind] for planned in plan.persisters for change in planned.changes}
    if plan.warnings or any(planned.warnings for planned in plan.persisters):
        used.add(WARNING)
    return [symbol for symbol in _LEGEND if symbol in used]


def _blocked(planned: PersisterPlan) -> tuple[str, str] | None:
    """Return what is equal where persisters are blocked for the same cause; ``None`` if there is more to show."""
    if planned.blocked is None or planned.changes or planned.warnings:
        return None
    return cause(planned.id, planned.blocked), planned.hint


def _blocks(group: Sequence[PersisterPlan], style: _Style, ignored: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a persister, or of several that are blocked for the same cause."""
    first = group[0]
    if len(group) == 1:
        yield from _block(first, style, ignored)
    else:
        text = persisters_with(first.blocked or "", [planned.id for planned in group])
        yield f"{style.symbol(SYMBOLS[first.action])} {style.colored('blocked:', 'red')} {text}"
        yield from _help_lines(first.hint, style)


def _block(planned: PersisterPlan, style: _Style, ignored: Sequence[str] = ()) -> Iterator[str]:
    yield f"{style.symbol(SYMBOLS[planned.action])} {_name(planned, style)}  {style.dim(location(planned.span))}"
    if planned.steps:
        desired = planned.desired_state or NOT_MANAGED
        origin = f"  {style.dim(planned.state_attribution.label)}" if planned.state_attribution else ""
        reason = printable(f"{planned.reason} ({planned.live_state or ''} → {desired})")
        yield f"    {', '.join(planned.steps)}: {reason}{origin}"
    if planned.blocked:
        yield f"    {style.colored('blocked:', 'red')} {printable(planned.blocked)}"
        yield from _help_lines(planned.hint, style)
    yield from _change_lines(planned, style)
    if ignored:
        yield f"    {style.dim(ignored_text(ignored))}"
    for warning in planned.warnings:
        yield f"    {style.symbol(WARNING)} {printable(warning)}"


def _notice_lines(notice: Notice, style: _Style) -> Iterator[str]:
    yield f"{style.symbol(notice.symbol)} {notice.text}{':' if notice.items else ''}"
    yield from (f"    {item}" for item in notice.items)
    for text in notice.helps:
        yield f"  {style.colored('help:', 'cyan')} {text}"


def _help_lines(hint: str, style: _Style) -> Iterator[str]:
    if hint:
        yield f"    {style.colored('help:', 'cyan')} {printable(hint)}"


def _name(planned: PersisterPlan, style: _Style) -> str:
    return style.bold(printable(str(planned.id)))


def _change_lines(planned: PersisterPlan, style: _Style) -> Iterator[str]:
    for change in planned.changes:
        origin = origin_text(change)
        suffix = f"  {style.dim(origin)}" if origin else ""
        yield f"    {style.symbol(CHANGE_SYMBOLS[change.kind])} {change_text(change)}{suffix}"


def _problem(result: PersisterResult) -> tuple[str, ...] | None:
    """Return what is equal where persisters have the same problem; ``None`` if there is more to show."""
    if not result.problem or result.difference or result.logs:
        return None
    return result.outcome, result_steps(result), cause(result.plan.id, result.problem), result.hint


def _result_group(group: Sequence[PersisterResult], style: _Style) -> Iterator[str]:
    """Yield the lines of a result, or of several with the same problem."""
    first = group[0]
    if len(group) == 1:
        yield from _result_lines(first, style)
    else:
        symbol = style.colored(OUTCOME_SYMBOLS[first.outcome], _OUTCOME_COLORS[first.outcome])
        steps = result_steps(first)
        outcome = f"{first.outcome} ({steps})" if steps else first.outcome
        yield f"{symbol} {outcome}: {persisters_with(first.problem, [result.plan.id for result in group])}"
        if downtimes := downtimes_text(group):
            yield f"    {downtimes}"
        yield from _help_lines(first.hint, style)


def _result_lines(result: PersisterResult, style: _Style) -> Iterator[str]:
    symbol = style.colored(OUTCOME_SYMBOLS[result.outcome], _OUTCOME_COLORS[result.outcome])
    steps = result_steps(result)
    separator = ": " if result.steps_taken else "; " if steps else ""
    downtime = downtime_text(result)
    down = f"; {downtime}" if downtime else ""
    yield f"{symbol} {_name(result.plan, style)}  {result.outcome}{separator}{steps}{down}"
    if not result.problem:
        return
    yield f"    {printable(result.problem)}"
    yield from _help_lines(result.hint, style)
    if result.difference:
        yield "    live now:"
        yield from (f"    {line}" for line in _block(result.difference, style))
    elif result.outcome is Outcome.FAILED and result.plan.changes:
        yield "    planned changes:"
        yield from (f"    {line}" for line in _change_lines(result.plan, style))
    if result.logs:
        yield "    last log lines:"
        yield from (f"    | {log_line(line)}" for line in result.logs)
