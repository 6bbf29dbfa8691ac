"""GitLab's Code Quality report: a merge request shows its issues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.report.diagnostics import Level, findings_diagnostics, fingerprints, plan_diagnostics, result_diagnostics
from persync.report.printable import json_text, printable
from persync.report.renderer import FindingsRenderer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.errors import Finding
    from persync.plan.plan import Plan
    from persync.plan.result import Result
    from persync.report.diagnostics import Diagnostic

_SEVERITIES = {Level.ERROR: "critical", Level.WARNING: "minor", Level.NOTE: "info"}


class CodeQualityRenderer(FindingsRenderer):
    """Renders Code Quality reports."""

    def plan(self, plan: Plan) -> str:
        """Return a plan."""
        return _issues(plan_diagnostics(plan), f"{plan.kind} {plan.environment}")

    def result(self, result: Result) -> str:
        """Return a result."""
        return _issues(result_diagnostics(result), f"apply {result.environment}")

    def findings(self, findings: Sequence[Finding]) -> str:
        """Return findings."""
        return _issues(findings_diagnostics(findings), "validate")


def _issues(diagnostics: Sequence[Diagnostic], scope: str) -> str:
    return json_text(
        [
            {
                "description": diagnostic.message,
                "check_name": diagnostic.rule,
                "fingerprint": fingerprint,
                "severity": _SEVERITIES[diagnostic.level],
                "location": {
                    "path": printable(diagnostic.span.file),
                    "lines": {"begin": max(1, diagnostic.span.line)},
                },
            }
            for diagnostic, fingerprint in zip(diagnostics, fingerprints(diagnostics, scope), strict=True)
        ]
    )
