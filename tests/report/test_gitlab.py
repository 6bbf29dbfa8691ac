import json

import pytest
from hypothesis import given

from persync.errors import Finding
from persync.plan.plan import Plan
from persync.plan.result import Result
from persync.report.formats.gitlab_codequality import (
    findings_codequality,
    plan_codequality,
    plan_terraform,
    result_codequality,
    result_terraform,
)
from tests.report import hostile
from tests.report.models import ATTRIBUTED, DIFF, EMPTY, FINDINGS, NOTHING, PLAN, RESULT, large, snapshot


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("attributed.codequality.json", plan_codequality(ATTRIBUTED)),
        ("result.codequality.json", result_codequality(RESULT)),
        ("findings.codequality.json", findings_codequality(FINDINGS)),
    ],
)
def test_snapshot(name: str, text: str) -> None:
    assert text == snapshot(name)


def test_nothing_to_say() -> None:
    assert plan_codequality(EMPTY) == result_codequality(NOTHING) == findings_codequality([]) == "[]\n"


@pytest.mark.parametrize(
    ("text", "update"),
    [
        (plan_terraform(PLAN), 5),
        (plan_terraform(ATTRIBUTED), 1),
        (plan_terraform(DIFF), 3),
        (plan_terraform(EMPTY), 0),
        (plan_terraform(large()), 1_996),
        (result_terraform(RESULT), 3),
        (result_terraform(NOTHING), 0),
    ],
)
def test_terraform(text: str, update: int) -> None:
    assert text == f'{{\n  "create": 0,\n  "update": {update},\n  "delete": 0\n}}\n'


@given(hostile.plans, hostile.results, hostile.findings)
def test_any_text_makes_a_report(plan: Plan, result: Result, findings: list[Finding]) -> None:
    for text in (plan_codequality(plan), result_codequality(result), findings_codequality(findings)):
        issues = json.loads(text)
        for issue in issues:
            begin = issue["location"]["lines"]["begin"]
            assert issue == {
                "description": issue["description"],
                "check_name": issue["check_name"],
                "fingerprint": issue["fingerprint"],
                "severity": issue["severity"],
                "location": {"path": issue["location"]["path"], "lines": {"begin": begin}},
            }
            assert issue["severity"] in {"info", "minor", "critical"}
            assert begin >= 1
            assert issue["description"].isprintable()
        assert len({issue["fingerprint"] for issue in issues}) == len(issues)
