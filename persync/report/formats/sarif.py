"""SARIF 2.1.0, which code scanning reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from persync.report.formats.json import json_text
from persync.report.remarks import RULES, finding_remarks, fingerprints, plan_remarks, result_remarks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.errors import Finding
    from persync.plan.plan import Plan
    from persync.plan.result import Result
    from persync.report.remarks import Remark

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_LINK = re.compile(r"\](?=\()")
_PLACEHOLDER = re.compile(r"\{(\d+)\}")


def plan_sarif(plan: Plan) -> str:
    """Return a plan as SARIF."""
    about = {"environment": plan.environment, "url": plan.url, "base": plan.base, "commit": plan.commit}
    return _sarif(plan_remarks(plan), f"{plan.kind}/{plan.environment}", properties=_known(about))


def result_sarif(result: Result) -> str:
    """Return a result as SARIF."""
    return _sarif(
        result_remarks(result),
        f"apply/{result.environment}",
        invocations=[{"executionSuccessful": result.succeeded}],
        properties={"environment": result.environment, "url": result.url},
    )


def findings_sarif(findings: Sequence[Finding]) -> str:
    """Return what is wrong in the files as SARIF."""
    return _sarif(finding_remarks(findings), "validate")


def _sarif(remarks: Sequence[Remark], scope: str, **more: Any) -> str:
    rules = sorted({remark.rule for remark in remarks})
    places = {rule: index for index, rule in enumerate(rules)}
    names = fingerprints(remarks, scope)
    run = {
        "tool": {"driver": {"name": "persync", "rules": [_rule(rule) for rule in rules]}},
        "automationDetails": {"id": f"persync/{scope}/"},
        "columnKind": "unicodeCodePoints",
        "results": [_result(remark, places[remark.rule], name) for remark, name in zip(remarks, names, strict=True)],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run | more]})


def _rule(rule: str) -> dict[str, Any]:
    return {"id": rule, "shortDescription": {"text": RULES.get(rule, rule.replace("-", " "))}}


def _result(remark: Remark, rule_index: int, fingerprint: str) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": _artifact(remark.span.file),
            "region": {"startLine": max(1, remark.span.line), "startColumn": max(1, remark.span.column)},
        }
    }
    if remark.subject:
        location["logicalLocations"] = [{"fullyQualifiedName": remark.subject, "kind": "resource"}]
    return {
        "ruleId": remark.rule,
        "ruleIndex": rule_index,
        "level": str(remark.level),
        "message": {"text": _message(remark.message)},
        "locations": [location],
        "partialFingerprints": {"persync/v1": fingerprint},
    }


def _artifact(file: str) -> dict[str, str]:
    path = quote(file, safe="/", errors="surrogatepass")
    # A file outside the working directory has no path below the root; only its whole one leads there.
    return {"uri": f"file://{path}"} if file.startswith("/") else {"uri": path, "uriBaseId": _ROOT}


def _message(text: str) -> str:
    """Return a text that no reader takes for a link or a placeholder (SARIF 2.1.0, §3.11.5 and §3.11.6)."""
    return _PLACEHOLDER.sub(r"{{\1}}", _LINK.sub(r"\\]", text))


def _known(values: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}
