"""GitHub annotations: workflow commands that show a message beside a line of a pull request.

GitHub shows ten of each kind for a step and drops the others silently, so the tenth counts those that are dropped.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from persync.report.diagnostics import Level, findings_diagnostics, plan_diagnostics, result_diagnostics
from persync.report.notices import plan_notices
from persync.report.printable import printable
from persync.report.renderer import FindingsRenderer
from persync.report.summary import findings_summary, plan_summary, result_summary
from persync.report.wording import selection_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.errors import Finding
    from persync.plan.plan import Plan
    from persync.plan.result import Result
    from persync.report.diagnostics import Diagnostic

_SHOWN_OF_A_KIND = 10
_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


class GithubRenderer(FindingsRenderer):
    """Renders annotations; the first is the summary."""

    def plan(self, plan: Plan) -> str:
        """Return a plan."""
        return _annotations(plan_diagnostics(plan), f"persync {plan.kind} {plan.environment}", _summary(plan))

    def result(self, result: Result) -> str:
        """Return a result."""
        return _annotations(
            result_diagnostics(result), f"persync {result.command} {result.environment}", result_summary(result)
        )

    def findings(self, findings: Sequence[Finding]) -> str:
        """Return findings."""
        return _annotations(findings_diagnostics(findings), "persync validate", findings_summary(findings))


def _summary(plan: Plan) -> str:
    notices = (f"{notice.text}." for notice in plan_notices(plan))
    return " ".join(filter(None, (plan_summary(plan), selection_text(plan), *notices)))


def _annotations(diagnostics: Sequence[Diagnostic], title: str, summary: str) -> str:
    lines = [_command("notice", summary, title=printable(title))]
    for level, command in _COMMANDS.items():
        lines += _of_one_kind(command, [diagnostic for diagnostic in diagnostics if diagnostic.level is level])
    return "".join(f"{line}\n" for line in lines)


def _of_one_kind(command: str, diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    limit = _SHOWN_OF_A_KIND - (command == "notice")  # the summary is a notice
    shown = diagnostics if len(diagnostics) <= limit else diagnostics[: limit - 1]
    for diagnostic in shown:
        yield _command(
            command,
            diagnostic.message,
            file=printable(diagnostic.span.file),
            line=str(max(1, diagnostic.span.line)),
            col=str(max(1, diagnostic.span.column)),
            title=diagnostic.rule,
        )
    if rest := Counter(diagnostic.rule for diagnostic in diagnostics[len(shown) :]):
        counts = ", ".join(f"{count:,} {rule}" for rule, count in sorted(rest.items()))
        yield _command(command, f"… and {rest.total():,} more: {counts}", title="persync")


def _command(command: str, message: str, **properties: str) -> str:
    pairs = ",".join(f"{name}={_escape_property(value)}" for name, value in properties.items())
    return f"::{command} {pairs}::{_escape(message)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
