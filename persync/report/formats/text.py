"""Plans and results for people: in a terminal, in a CI log at two in the morning."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from persync.errors import Severity
from persync.plan.change import ChangeKind
from persync.plan.plan import Difference
from persync.plan.result import Outcome
from persync.report.actions import SYMBOLS
from persync.report.finding import finding_text
from persync.report.printable import printable
from persync.report.wording import change_text, place, steps_told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.errors import Finding
    from persync.model import Span
    from persync.plan.plan import PersisterPlan, Plan
    from persync.plan.result import PersisterResult, Result

_CHANGE_SYMBOLS = {ChangeKind.ADD: "+", ChangeKind.CHANGE: "~", ChangeKind.REMOVE: "-"}
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
_OUTCOMES = {
    Outcome.DONE: ("✓", "green"),
    Outcome.ALREADY: ("=", "green"),
    Outcome.FAILED: ("✗", "red"),
    Outcome.CONFLICT: ("✗", "red"),
    Outcome.INTERRUPTED: ("!", "yellow"),
    Outcome.NOT_ATTEMPTED: ("·", "yellow"),
    Outcome.BLOCKED: ("✗", "red"),
}


def plan_text(plan: Plan, *, color: bool = False) -> str:
    """Return a plan as text: the changed lines only, block by block, and a summary line last.

    Args:
        plan: what would be done.
        color: with ANSI colours.
    """
    ink = _Ink(color)
    blocks = ["\n".join(_block(planned, ink)) for planned in plan.persisters]
    head = [printable(f"Plan for environment {plan.environment} ({plan.url})")]
    if plan.kind == "diff":
        head = [printable(f"Diff with {plan.base}, for environment {plan.environment}")]
    if symbols := _symbols_used(plan):
        head.append("  " + "   ".join(f"{ink.symbol(symbol)} {_LEGEND[symbol]}" for symbol in symbols))
    if plan.warnings:
        blocks.insert(0, "\n".join(f"{ink.symbol('!')} {printable(warning)}" for warning in plan.warnings))
    return "\n\n".join(["\n".join(head), *blocks, ink.strong(plan_summary(plan))]) + "\n"


def findings_text(findings: Sequence[Finding], *, persisters: int, color: bool = False) -> str:
    """Return what was found in the files as text, and a summary line last, whose form does not change.

    Args:
        findings: in the order of files and lines.
        persisters: how many persisters were looked at.
        color: with ANSI colours.
    """
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    lines = [finding_text(finding, color=color) for finding in findings]
    summary = f"Validate: {persisters} persisters, {errors} errors, {len(findings) - errors} warnings."
    return "\n".join([*lines, summary]) + "\n"


def plan_summary(plan: Plan) -> str:
    """Return the last line of a plan; its form does not change, so that it may be parsed."""
    counts = plan.summary
    if plan.kind == "diff":
        counted = Counter(planned.difference for planned in plan.persisters)
        found = ", ".join(f"{counted[difference]} {difference}" for difference in Difference)
        return f"Diff: {found}, {counts.in_sync} unchanged."
    return (
        f"Plan: {counts.apply} to apply ({counts.configurations} configurations, {counts.restarts} restarts,"
        f" {counts.starts} starts, {counts.stops} stops), {counts.blocked} blocked, {counts.in_sync} in sync."
    )


def result_text(result: Result, *, color: bool = False) -> str:
    """Return a result as text: what did not go well in full, and a summary line last.

    Args:
        result: what became of a plan.
        color: with ANSI colours.
    """
    ink = _Ink(color)
    lines = [line for item in result.persisters for line in _result_lines(item, ink)]
    summary = ink.strong(result_summary(result))
    return "\n".join([*lines, "", summary]) + "\n"


def result_summary(result: Result) -> str:
    """Return the last line of a result; its form does not change, so that it may be parsed."""
    counts = result.summary
    return (
        f"Apply: {counts.done} done, {counts.failed} failed, {counts.not_attempted} not attempted,"
        f" {counts.blocked} blocked."
    )


class _Ink:
    def __init__(self, color: bool) -> None:  # noqa: FBT001 - of this module alone
        self._color = color

    def symbol(self, symbol: str) -> str:
        return self.paint(symbol, _COLORS.get(symbol))

    def strong(self, text: str) -> str:
        return click.style(text, bold=True) if self._color else text

    def faint(self, text: str) -> str:
        return click.style(text, dim=True) if self._color else text

    def paint(self, text: str, color: str | None) -> str:
        return click.style(text, fg=color) if self._color and color else text


def _symbols_used(plan: Plan) -> list[str]:
    used = {SYMBOLS[planned.action] for planned in plan.persisters}
    used |= {_CHANGE_SYMBOLS[change.kind] for planned in plan.persisters for change in planned.changes}
    used |= {"!" for planned in plan.persisters if planned.warnings}
    used |= {"!" for _ in plan.warnings}
    return [symbol for symbol in _LEGEND if symbol in used]


def _block(planned: PersisterPlan, ink: _Ink) -> Iterator[str]:
    yield f"{ink.symbol(SYMBOLS[planned.action])} {_name(planned, ink)}  {ink.faint(place(planned.span))}"
    if planned.steps:
        desired = planned.desired_state or "run state left alone"
        origin = f"  {ink.faint(planned.state_attribution.label)}" if planned.state_attribution else ""
        said = printable(f"{planned.reason} ({planned.live_state or ''} → {desired})")
        yield f"    {', '.join(planned.steps)}: {said}{origin}"
    if planned.blocked:
        yield f"    {ink.paint('blocked:', 'red')} {printable(planned.blocked)}"
    yield from _change_lines(planned, ink)
    for warning in planned.warnings:
        yield f"    {ink.symbol('!')} {printable(warning)}"


def _name(planned: PersisterPlan, ink: _Ink) -> str:
    return ink.strong(printable(str(planned.id)))


def _change_lines(planned: PersisterPlan, ink: _Ink) -> Iterator[str]:
    for change in planned.changes:
        origin = ", ".join(filter(None, (change.attribution.label if change.attribution else "", _place(change.span))))
        more = f"  {ink.faint(origin)}" if origin else ""
        yield f"    {ink.symbol(_CHANGE_SYMBOLS[change.kind])} {change_text(change)}{more}"


def _place(span: Span | None) -> str:
    return place(span) if span else ""


def _result_lines(result: PersisterResult, ink: _Ink) -> Iterator[str]:
    symbol, color = _OUTCOMES[result.outcome]
    steps = steps_told(result)
    separator = ": " if result.steps_taken else "; " if steps else ""
    yield f"{ink.paint(symbol, color)} {_name(result.plan, ink)}  {result.outcome}{separator}{steps}"
    if not result.problem:
        return
    yield f"    {printable(result.problem)}"
    if result.difference:
        yield "    what it looks like now:"
        yield from (f"    {line}" for line in _block(result.difference, ink))
    elif result.outcome is Outcome.FAILED and result.plan.changes:
        yield "    what was to change:"
        yield from (f"    {line}" for line in _change_lines(result.plan, ink))
    if result.logs:
        yield "    the end of its log:"
        yield from (f"    | {printable(line.expandtabs())}" for line in result.logs)
