"""Text for people: in a terminal or in a CI log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.report.finding import finding_text
from persync.report.renderer import FindingsRenderer
from persync.report.summary import validation_summary
from persync.report.text.plan import PlanText
from persync.report.text.result import ResultText
from persync.report.text.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.errors import Finding
    from persync.plan.plan import Plan
    from persync.plan.result import Result


@dataclass(frozen=True, slots=True)
class TextRenderer(FindingsRenderer):
    """Renders text: what differs, block by block, and a summary line last.

    Attributes:
        color: with ANSI colours.
        persisters: how many persisters were checked, for the summary of findings.
        ignored: how many warnings comments in the files accept, for that summary.
        width: of the terminal in columns; ``None`` for a file or a log.
        expand: each persister is shown by itself, also where several are alike.
    """

    color: bool = False
    persisters: int = 0
    ignored: int = 0
    width: int | None = None
    expand: bool = False

    def plan(self, plan: Plan) -> str:
        """Return a plan: the persisters with changes only."""
        return PlanText(Screen(self.color, self.width), self.expand).text(plan)

    def result(self, result: Result) -> str:
        """Return a result: a line per outcome, with details where there is a problem."""
        return ResultText(Screen(self.color, self.width), self.expand).text(result)

    def findings(self, findings: Sequence[Finding]) -> str:
        """Return findings."""
        lines = [finding_text(finding, color=self.color, width=self.width) for finding in findings]
        return "\n".join([*lines, validation_summary(findings, self.persisters, self.ignored)]) + "\n"
