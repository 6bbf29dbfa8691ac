"""JSON: the models of plans and results as they are, and a model of findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from persync.errors import Severity
from persync.plan.document import FORMAT_VERSION, Frozen, Location
from persync.report.printable import json_text
from persync.report.renderer import FindingsRenderer
from persync.report.summary import error_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.errors import Finding
    from persync.plan.plan import Plan
    from persync.plan.result import Result


class JsonFinding(Frozen):
    """A problem in a file.

    Attributes:
        rule: stable identifier, in kebab case.
        severity: error or warning.
        message: what is wrong.
        span: the location.
        reason: why it matters.
        hint: how to fix it.
    """

    rule: str
    severity: Severity
    message: str
    span: Location
    reason: str
    hint: str


class JsonFindingsSummary(Frozen):
    """How many persisters were checked, how many findings there are, and how many warnings comments accept."""

    persisters: int
    errors: int
    warnings: int
    ignored: int = 0


class JsonFindings(Frozen):
    """The findings of ``persync validate``.

    Attributes:
        format_version: of this model; a minor version adds fields, a major version breaks readers.
        kind: which document this is.
        environments: those that the files were checked for, in the order of persync.yaml.
        summary: the counts.
        findings: in the order of files and lines.
    """

    format_version: str = FORMAT_VERSION
    kind: Literal["findings"] = "findings"
    environments: tuple[str, ...] = ()
    summary: JsonFindingsSummary
    findings: tuple[JsonFinding, ...]


@dataclass(frozen=True, slots=True)
class JsonRenderer(FindingsRenderer):
    """Renders JSON; what was checked, and how many warnings are ignored, is beside the findings."""

    persisters: int = 0
    ignored: int = 0
    environments: tuple[str, ...] = ()

    def plan(self, plan: Plan) -> str:
        """Return a plan; its schema is ``schemas/plan.schema.json``."""
        return json_text(plan.model_dump())

    def result(self, result: Result) -> str:
        """Return a result; its schema is ``schemas/result.schema.json``."""
        return json_text(result.model_dump())

    def findings(self, findings: Sequence[Finding]) -> str:
        """Return findings."""
        errors = error_count(findings)
        document = JsonFindings(
            environments=self.environments,
            summary=JsonFindingsSummary(
                persisters=self.persisters,
                errors=errors,
                warnings=len(findings) - errors,
                ignored=self.ignored,
            ),
            findings=tuple(map(_finding, findings)),
        )
        return json_text(document.model_dump())


def _finding(finding: Finding) -> JsonFinding:
    return JsonFinding(
        rule=finding.rule,
        severity=finding.severity,
        message=finding.message,
        span=finding.span,
        reason=finding.reason,
        hint=finding.hint,
    )
