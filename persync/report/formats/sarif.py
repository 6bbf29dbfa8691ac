"""SARIF 2.1.0, which code scanning reads.

GitHub refuses a run with more than 25,000 results and a file of more than 10 MB, and shows the 5,000 most serious
results. So the least serious results are left out, and one result counts them. GitHub measures the file compressed, and
other readers do not: it is measured as it is.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from persync.report.diagnostics import (
    LEFT_OUT,
    RULES,
    Diagnostic,
    Level,
    findings_diagnostics,
    fingerprints,
    plan_diagnostics,
    result_diagnostics,
)
from persync.report.notices import plan_notices
from persync.report.printable import json_text
from persync.report.renderer import FindingsRenderer
from persync.report.wording import number, selection_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from persync.errors import Finding
    from persync.plan.plan import Plan
    from persync.plan.result import Result

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_HEAD_BYTES = 100_000
"""Kept free for the rules and the result that counts what is left out."""
_LAYOUT_BYTES = 440
"""The most that line breaks and indentation take in a result: measuring each would take as long as writing it."""
_FINGERPRINT = "0" * 64
_LINK = re.compile(r"\](?=\()")
_PLACEHOLDER = re.compile(r"\{(\d+)\}")


@dataclass(frozen=True, slots=True)
class SarifRenderer(FindingsRenderer):
    """Renders SARIF, one run per report.

    Attributes:
        most_results: how many results its readers accept.
        most_bytes: how large a file its readers accept.
    """

    most_results: int = 25_000
    most_bytes: int = 10_000_000

    def plan(self, plan: Plan) -> str:
        """Return a plan."""
        properties = {"environment": plan.environment, "url": plan.url, "base": plan.base, "commit": plan.commit}
        properties["selection"] = selection_text(plan) or None
        properties["notices"] = "; ".join(notice.text for notice in plan_notices(plan)) or None
        return self._sarif(
            plan_diagnostics(plan),
            f"{plan.kind}/{plan.environment}",
            properties={name: value for name, value in properties.items() if value is not None},
        )

    def result(self, result: Result) -> str:
        """Return a result."""
        return self._sarif(
            result_diagnostics(result),
            f"apply/{result.environment}",
            invocations=[{"executionSuccessful": result.succeeded}],
            properties={"environment": result.environment, "url": result.url},
        )

    def findings(self, findings: Sequence[Finding]) -> str:
        """Return findings."""
        return self._sarif(findings_diagnostics(findings), "validate")

    def _sarif(self, diagnostics: Sequence[Diagnostic], scope: str, **fields: Any) -> str:
        return _document(self._most_serious(diagnostics), scope, fields)

    def _most_serious(self, diagnostics: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
        """Return the most serious diagnostics that fit, in their order, and one that counts the others, if any."""
        sizes = [_size(diagnostic) for diagnostic in diagnostics]
        left = self.most_bytes - _HEAD_BYTES
        if len(diagnostics) <= self.most_results and sum(sizes) <= left:
            return diagnostics
        ranks = {level: rank for rank, level in enumerate(Level)}
        by_level = sorted(range(len(diagnostics)), key=lambda index: ranks[diagnostics[index].level])
        totals = accumulate(sizes[index] for index in by_level)
        number_shown = min(self.most_results - 1, sum(total <= left for total in totals))
        shown, others = sorted(by_level[:number_shown]), sorted(by_level[number_shown:])
        return [*(diagnostics[index] for index in shown), _left_out([diagnostics[index] for index in others])]


def _left_out(diagnostics: Sequence[Diagnostic]) -> Diagnostic:
    counts = Counter(diagnostic.rule for diagnostic in diagnostics)
    rules = ", ".join(f"{count:,} {rule}" for rule, count in sorted(counts.items()))
    text = f"{number(len(diagnostics), 'result')} left out, because code scanning refuses larger reports: {rules}"
    return Diagnostic(LEFT_OUT, Level.WARNING, "", text, diagnostics[0].span)


def _size(diagnostic: Diagnostic) -> int:
    """Return how many bytes a result takes in the document, or a few more."""
    return len(json.dumps(_result(diagnostic, 0, _FINGERPRINT), ensure_ascii=False).encode()) + _LAYOUT_BYTES


def _document(diagnostics: Sequence[Diagnostic], scope: str, fields: Mapping[str, Any]) -> str:
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
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [{**run, **fields}]})


def _rule(rule: str) -> dict[str, Any]:
    return {
        "id": rule,
        "shortDescription": {"text": RULES.get(rule, rule.replace("-", " "))},
        "help": {"text": f"docs/rules.md of persync explains {rule}."},  # no helpUri: the pages have no address yet
    }


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
