"""A plan or a diff as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.report.actions import CHANGE_SYMBOLS, SYMBOLS, WARNING
from persync.report.grouping.groups import plan_groups
from persync.report.notices import plan_notices
from persync.report.printable import printable
from persync.report.summary import plan_summary
from persync.report.text.changes import change_lines
from persync.report.text.screen import NO_BREAK, Piece
from persync.report.text.symbols import BOLD, CYAN, DIM, RED, UNBROKEN, legend, symbol
from persync.report.waves.wording import rollout_lines
from persync.report.wording import NOT_MANAGED, diff_title, ignored_counts, ignored_text, number, selection_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.plan.plan import PersisterPlan, Plan
    from persync.report.grouping.groups import PlanGroup
    from persync.report.grouping.names import Name
    from persync.report.notices import Notice
    from persync.report.text.screen import Screen

_INDENT, _HANGING = 4, 2
_MOST_NAMES = 12
"""Names, or ranges of them, of persisters that are shown together."""


@dataclass(frozen=True, slots=True)
class PlanText:
    """Makes the text of a plan.

    Attributes:
        screen: what it is laid out for.
        expand: each persister is shown by itself.
    """

    screen: Screen
    expand: bool = False

    def text(self, plan: Plan) -> str:
        """Return the plan: what it is of, block by block what differs, and a summary line last."""
        blocks = [self.head(plan), self._warnings(plan)]
        blocks += map(self.block, plan_groups(plan, expand=self.expand))
        blocks += [self._rollout(plan), self._notices(plan), self.screen.lines(Piece(plan_summary(plan), BOLD))]
        return "\n\n".join(filter(None, map("\n".join, blocks))) + "\n"

    def head(self, plan: Plan) -> Iterator[str]:
        """Yield what the plan is of and about, and the legend."""
        title = f"Plan for environment {plan.environment} ({plan.url})"
        if plan.kind == "diff":
            title = diff_title(plan)
        for text in (printable(title), selection_text(plan), ignored_counts(plan)):
            if text:
                yield from self.screen.lines(text)
        if symbols := _symbols_used(plan):
            lines = self.screen.lines(*legend(symbols), indent=_HANGING)
            yield from (line.replace(UNBROKEN, " ") for line in lines)

    def block(self, group: PlanGroup) -> Iterator[str]:
        """Yield the lines of a persister, or of several that are shown together."""
        planned = group.shown
        yield from self._title(group)
        if planned.steps:
            yield from self._steps(planned)
        if planned.blocked:
            yield from self._lines(Piece("blocked:", RED), f" {printable(planned.blocked)}")
            yield from help_lines(planned.hint, self.screen)
        yield from change_lines(planned.changes, self.screen, group.file)
        if group.ignored:
            yield from self._lines(Piece(ignored_text(group.ignored), DIM))
        for warning in planned.warnings:
            yield from self._lines(symbol(WARNING), f" {printable(warning)}")

    def _title(self, group: PlanGroup) -> Iterator[str]:
        mark = symbol(SYMBOLS[group.members[0].action])
        place: list[Piece | str] = ["  ", Piece(group.place, DIM)] if group.place else []
        if len(group.members) == 1:
            yield from self.screen.lines(
                mark, " ", Piece(printable(group.members[0].name), BOLD), *place, hanging=_INDENT
            )
            return
        title = Piece(f"{number(len(group.members), 'persister')}{group.of_project}", BOLD)
        yield from self.screen.lines(mark, " ", title, *place, hanging=_INDENT)
        yield from self.screen.lines(names_text(group.names), indent=_INDENT, hanging=_HANGING)

    def _steps(self, planned: PersisterPlan) -> Iterator[str]:
        desired = planned.desired_state or NOT_MANAGED
        reason = printable(f"{planned.reason} ({planned.live_state or ''} → {desired})")
        origin = [Piece(f"  {planned.state_attribution.label}", DIM)] if planned.state_attribution else []
        yield from self._lines(f"{', '.join(planned.steps)}: {reason}", *origin)

    def _warnings(self, plan: Plan) -> Iterator[str]:
        for warning in plan.warnings:
            yield from self.screen.lines(symbol(WARNING), f" {printable(warning)}", hanging=_HANGING)

    def _rollout(self, plan: Plan) -> Iterator[str]:
        for line in rollout_lines(plan.rollout) if plan.rollout else ():
            indent = len(line) - len(line.lstrip(" "))
            yield from self.screen.lines(line.lstrip(" "), indent=indent, hanging=_INDENT)

    def _notices(self, plan: Plan) -> Iterator[str]:
        for notice in plan_notices(plan):
            yield from notice_lines(notice, self.screen)

    def _lines(self, *pieces: Piece | str) -> Iterator[str]:
        return self.screen.lines(*pieces, indent=_INDENT, hanging=_HANGING)


def names_text(names: Sequence[Name]) -> str:
    """Return ``alerts-0 … alerts-4, clicks and 7 more (--expand)``; a name is not broken."""
    shown = ", ".join(name.text.replace(" ", NO_BREAK) for name in names[:_MOST_NAMES])
    rest = sum(name.persisters for name in names[_MOST_NAMES:])
    return f"{shown} and {rest:,} more (--expand)" if rest else shown


def help_lines(hint: str, screen: Screen, indent: int = _INDENT) -> Iterator[str]:
    """Yield what to do; nothing where there is no advice."""
    if hint:
        yield from screen.lines(Piece("help:", CYAN), f" {printable(hint)}", indent=indent, hanging=6)


def notice_lines(notice: Notice, screen: Screen) -> Iterator[str]:
    """Yield the lines of a notice; a command to copy is not broken by spaces of its own."""
    yield from screen.lines(symbol(notice.symbol), f" {notice.text}{':' if notice.items else ''}", hanging=_HANGING)
    for item in notice.items:
        yield from screen.lines(item, indent=_INDENT, hanging=_HANGING)
    for text in notice.helps:
        yield from screen.lines(Piece("help:", CYAN), f" {text}", indent=_HANGING, hanging=_INDENT + _HANGING)


def _symbols_used(plan: Plan) -> set[str]:
    used = {SYMBOLS[planned.action] for planned in plan.persisters}
    used |= {CHANGE_SYMBOLS[change.kind] for planned in plan.persisters for change in planned.changes}
    if plan.warnings or any(planned.warnings for planned in plan.persisters):
        used.add(WARNING)
    return used
