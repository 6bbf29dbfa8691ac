"""The summary lines of reports. Their form does not change, so that scripts may parse them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from persync.errors import Severity
from persync.plan.terms import Difference
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.errors import Finding
    from persync.plan.plan import Plan
    from persync.plan.result import Result


def plan_summary(plan: Plan) -> str:
    """Return the summary of a plan or of a diff."""
    counts = plan.summary
    if plan.kind == "diff":
        differences = Counter(planned.difference for planned in plan.persisters)
        texts = ", ".join(f"{differences[difference]} {difference}" for difference in Difference)
        return f"Diff: {texts}, {counts.in_sync} unchanged."
    return (
        f"Plan: {counts.apply} to apply ({counts.configurations} configurations, {counts.restarts} restarts,"
        f" {counts.starts} starts, {counts.stops} stops), {counts.blocked} blocked, {counts.in_sync} in sync."
    )


def result_summary(result: Result) -> str:
    """Return the summary of a result."""
    counts = result.summary
    cancelled = f" {counts.cancelled} cancelled," if counts.cancelled else ""
    rolled_back = f" {counts.rolled_back} rolled back," if counts.rolled_back else ""
    return (
        f"Apply: {counts.done} done, {counts.failed} failed,{cancelled}{rolled_back}"
        f" {counts.not_attempted} not attempted, {counts.blocked} blocked."
    )


def findings_summary(findings: Sequence[Finding]) -> str:
    """Return the summary of findings for programs; the text report counts the persisters too."""
    errors = error_count(findings)
    return f"Validate: {number(errors, 'error')}, {number(len(findings) - errors, 'warning')}."


def error_count(findings: Sequence[Finding]) -> int:
    """Return how many of the findings are errors."""
    return sum(finding.severity is Severity.ERROR for finding in findings)
