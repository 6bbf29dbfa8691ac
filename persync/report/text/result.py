"""The result of an apply as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.plan.terms import Outcome
from persync.report.actions import OUTCOME_SYMBOLS, problems_last
from persync.report.causes import cause, hint_for
from persync.report.grouping.groups import PlanGroup, result_groups
from persync.report.notices import limit_notice
from persync.report.printable import log_line, printable
from persync.report.summary import result_summary
from persync.report.text.changes import change_lines
from persync.report.text.plan import PlanText, help_lines, names_text, notice_lines
from persync.report.text.screen import Piece, Style
from persync.report.text.symbols import BOLD
from persync.report.waves.wording import downtime_text, downtimes_text
from persync.report.wording import number, outcome_text, result_steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.plan.result import PersisterResult, Result
    from persync.plan.terms import StateRequest
    from persync.report.text.screen import Screen

_COLORS = {
    Outcome.DONE: "green",
    Outcome.ALREADY: "green",
    Outcome.FAILED: "red",
    Outcome.CONFLICT: "red",
    Outcome.CANCELLED: "yellow",
    Outcome.NOT_ATTEMPTED: "yellow",
    Outcome.BLOCKED: "red",
}
_INDENT, _HANGING = 4, 2


@dataclass(frozen=True, slots=True)
class ResultText:
    """Makes the text of a result.

    Attributes:
        screen: what it is laid out for.
        expand: each persister is shown by itself.
    """

    screen: Screen
    expand: bool = False

    def text(self, result: Result) -> str:
        """Return the result: a line per outcome, with details where there is a problem, and a summary line last."""
        lines = [
            line
            for group in result_groups(problems_last(result.persisters), expand=self.expand)
            for line in self.block(group, result.request)
        ]
        for notice in limit_notice(result):
            lines += ["", *notice_lines(notice, self.screen)]
        return "\n".join([*lines, "", *self.screen.lines(Piece(result_summary(result), BOLD))]) + "\n"

    def block(self, group: Sequence[PersisterResult], request: StateRequest | None = None) -> Iterator[str]:
        """Yield the lines of a persister, or of several with the same outcome."""
        first = group[0]
        yield from self._title(group, request)
        if not first.problem:
            return
        problem = first.problem if len(group) == 1 else cause(first.plan.live_id or first.plan.id, first.problem)
        yield from self.screen.lines(printable(problem), indent=_INDENT, hanging=_HANGING)
        yield from help_lines(hint_for([each.plan.id for each in group], first.hint), self.screen)
        if first.difference:
            yield "    live now:"
            live = PlanGroup(tuple(each.difference for each in group if each.difference))
            yield from (f"    {line}" for line in PlanText(self.screen.narrower(_INDENT)).block(live))
        elif first.outcome is Outcome.FAILED and first.plan.changes:
            yield "    planned changes:"
            planned = PlanGroup(tuple(each.plan for each in group))
            yield from change_lines(planned.shown.changes, self.screen, "", 2 * _INDENT)
        if first.logs:
            yield "    last log lines:"
            for line in first.logs:
                yield from self.screen.lines(f"| {log_line(line)}", indent=_INDENT, hanging=_HANGING)

    def _title(self, group: Sequence[PersisterResult], request: StateRequest | None) -> Iterator[str]:
        first = group[0]
        mark = Piece(OUTCOME_SYMBOLS[first.outcome], Style(fg=_COLORS[first.outcome]))
        steps = result_steps(first)
        separator = ": " if first.steps_taken else "; " if steps else ""
        downtime = downtime_text(first) if len(group) == 1 else downtimes_text(group)
        ended = f"  {outcome_text(first.outcome, request)}{separator}{steps}{f'; {downtime}' if downtime else ''}"
        if len(group) == 1:
            yield from self.screen.lines(mark, " ", Piece(printable(first.plan.name), BOLD), ended, hanging=_INDENT)
            return
        planned = PlanGroup(tuple(each.plan for each in group))
        title = f"{number(len(group), 'persister')}{planned.of_project}"
        yield from self.screen.lines(mark, " ", Piece(title, BOLD), ended, hanging=_INDENT)
        yield from self.screen.lines(names_text(planned.names), indent=_INDENT, hanging=_HANGING)
