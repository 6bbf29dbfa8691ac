"""SARIF 2.1.0, which code scanning reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from persync.report.diagnostics import RULES, findings_diagnostics, fingerprints, plan_diagnostics, result_diagnostics
from persync.report.printable import json_text
from persync.report.renderer import FindingsRenderer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.errors import Finding
    from persync.plan.plan import Plan
    from persync.plan.result import Result
    from persync.report.diagnostics import Diagnostic

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_LINK = re.compile(r"\](?=\()")
_PLACEHOLDER = re.compile(r"\{(\d+)\}")


class SarifRenderer(FindingsRenderer):
    """Renders SARIF, one run per report."""

    def plan(self, plan: Plan) -> str:
        """Return a plan."""
        properties = {"environment": plan.environment, "url": plan.url, "base": plan.base, "commit": plan.commit}
        return _sarif(
            plan_diagnostics(plan),
            f"{plan.kind}/{plan.environment}",
            properties={name: value for name, value in properties.items() if value is not None},
        )

    def result(self, result: Result) -> str:
        """Return a result."""
        return _sarif(
            result_diagnostics(result),
            f"apply/{result.environment}",
            invocations=[{"executionSuccessful": result.succeeded}],
            properties={"environment": result.environment, "url": result.url},
        )

    def findings(self, findings: Sequence[Finding]) -> str:
        """Return findings."""
        return _sarif(findings_diagnostics(findings), "validate")


def _sarif(diagnostics: Sequence[Diagnostic], scope: str, **fields: Any) -> str:
    rules = sorted({diagnostic.rule for diagnostic in diagnostics})
    rule_indices = {rule: index for index, rule in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "persync", "rules": [_rule(rule) for rule in rules]}},
        "automationDetails": {"id": f"persync/{scope}/"},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(diagnostic, rule_indices[diagnostic.rule], fingerprint)
            for diagnostic, fingerprint in zip(diagnostics, fingerprints(diagnostics, scope), strict=True)
        ],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run | fields]})


def _rule(rule: str) -> dict[str, Any]:
    return {"id": rule, "shortDescription": {"text": RULES.get(rule, rule.replace("-", " "))}}


def _result(diagnostic: Diagnostic, rule_index: int, fingerprint: str) -> dict[str, Any]:
    span = diagnostic.span
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": _artifact(span.file),
            "region": {"startLine": max(1, span.line), "startColumn": max(1, span.column)},
        }
    }
    if diagnostic.subject:
        location["logicalLocations"] = [{"fullyQualifiedName": diagnostic.subject, "kind": "resource"}]
    return {
        "ruleId": diagnostic.rule,
        "ruleIndex": rule_index,
        "level": str(diagnostic.level),
        "message": {"text": _message(diagnostic.message)},
        "locations": [location],
        "partialFingerprints": {"persync/v1": fingerprint},
    }


def _artifact(file: str) -> dict[str, str]:
    path = quote(file, safe="/", errors="surrogatepass")
    # A file outside the working directory has an absolute path, but none below the root.
    return {"uri": f"file://{path}"} if file.startswith("/") else {"uri": path, "uriBaseId": _ROOT}


def _message(text: str) -> str:
    """Return a text with links and placeholders escaped (SARIF 2.1.0, §3.11.5 and §3.11.6)."""
    return _PLACEHOLDER.sub(r"{{\1}}", _LINK.sub(r"\\]", text))
