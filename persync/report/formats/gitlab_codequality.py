"""The reports that GitLab shows in a merge request: Code Quality, and the counts of a Terraform plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.report.formats.json import json_text
from persync.report.printable import printable
from persync.report.remarks import Level, finding_remarks, fingerprints, plan_remarks, result_remarks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.errors import Finding
    from persync.plan.plan import Plan
    from persync.plan.result import Result
    from persync.report.remarks import Remark

_SEVERITIES = {Level.ERROR: "critical", Level.WARNING: "minor", Level.NOTE: "info"}


def plan_codequality(plan: Plan) -> str:
    """Return a plan as a Code Quality report."""
    return _codequality(plan_remarks(plan), f"{plan.kind} {plan.environment}")


def result_codequality(result: Result) -> str:
    """Return a result as a Code Quality report."""
    return _codequality(result_remarks(result), f"apply {result.environment}")


def findings_codequality(findings: Sequence[Finding]) -> str:
    """Return what is wrong in the files as a Code Quality report."""
    return _codequality(finding_remarks(findings), "validate")


def plan_terraform(plan: Plan) -> str:
    """Return how many persisters an apply would act on; persync makes none and removes none."""
    return _terraform(len(plan.to_do))


def result_terraform(result: Result) -> str:
    """Return how many persisters something was done about."""
    return _terraform(sum(bool(item.steps_taken) for item in result.persisters))


def _terraform(update: int) -> str:
    return json_text({"create": 0, "update": update, "delete": 0})


def _codequality(remarks: Sequence[Remark], scope: str) -> str:
    return json_text(
        [
            {
                "description": remark.message,
                "check_name": remark.rule,
                "fingerprint": fingerprint,
                "severity": _SEVERITIES[remark.level],
                "location": {"path": printable(remark.span.file), "lines": {"begin": max(1, remark.span.line)}},
            }
            for remark, fingerprint in zip(remarks, fingerprints(remarks, scope), strict=True)
        ]
    )
