"""One JSON document: the models as they are, and JSON that is harmless in a log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from persync.errors import Severity
from persync.plan.document import FORMAT_VERSION, Frozen, Location
from persync.report.printable import STEERS_A_LOG

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from persync.errors import Finding
    from persync.plan.plan import Plan
    from persync.plan.result import Result


class FoundItem(Frozen):
    """Something wrong in a file.

    Attributes:
        rule: stable identifier, in kebab case.
        severity: error or warning.
        message: what is wrong.
        span: where.
        reason: why it matters.
        hint: what to do.
    """

    rule: str
    severity: Severity
    message: str
    span: Location
    reason: str
    hint: str


class FoundSummary(Frozen):
    """How much was looked at and found."""

    persisters: int
    errors: int
    warnings: int


class Found(Frozen):
    """What is wrong in the files.

    Attributes:
        format_version: of this model; a minor version adds, a major one breaks.
        kind: what the document is.
        summary: the counts.
        findings: in the order of files and lines.
    """

    format_version: str = FORMAT_VERSION
    kind: Literal["findings"] = "findings"
    summary: FoundSummary
    findings: tuple[FoundItem, ...]


def plan_json(plan: Plan) -> str:
    """Return a plan as JSON."""
    return json_text(plan.model_dump())


def result_json(result: Result) -> str:
    """Return a result as JSON."""
    return json_text(result.model_dump())


def findings_json(findings: Sequence[Finding], persisters: int) -> str:
    """Return what is wrong in the files as JSON.

    Args:
        findings: in the order of files and lines.
        persisters: how many persisters were looked at.
    """
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    found = Found(
        summary=FoundSummary(persisters=persisters, errors=errors, warnings=len(findings) - errors),
        findings=tuple(
            FoundItem(
                rule=finding.rule,
                severity=finding.severity,
                message=finding.message,
                span=finding.span,
                reason=finding.reason,
                hint=finding.hint,
            )
            for finding in findings
        ),
    )
    return json_text(found.model_dump())


def json_text(data: Any) -> str:
    """Return a JSON document that reads well, with everything escaped that does not print or that a log would obey."""
    lines = json.dumps(data, indent=2, ensure_ascii=False).split("\n")
    return "".join(f"{STEERS_A_LOG.sub(_escape, _printing(line))}\n" for line in lines)


def _printing(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(character if character.isprintable() else json.dumps(character)[1:-1] for character in line)


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
