import json

import pytest
from hypothesis import given

from persync.errors import Finding
from persync.plan.plan import Plan
from persync.plan.result import Result
from persync.report.formats.gitlab_codequality import CodeQualityRenderer
from persync.report.formats.gitlab_terraform import TerraformRenderer
from tests.report import hostile
from tests.report.models import ATTRIBUTED, DIFF, EMPTY, FINDINGS, NOTHING, PLAN, RESULT, large, snapshot

CODE_QUALITY = CodeQualityRenderer()
TERRAFORM = TerraformRenderer()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("attributed.codequality.json", CODE_QUALITY.plan(ATTRIBUTED)),
        ("result.codequality.json", CODE_QUALITY.result(RESULT)),
        ("findings.codequality.json", CODE_QUALITY.findings(FINDINGS)),
    ],
)
def test_snapshot(name: str, text: str) -> None:
    assert text == snapshot(name)


def test_nothing_to_say() -> None:
    assert CODE_QUALITY.plan(EMPTY) == CODE_QUALITY.result(NOTHING) == CODE_QUALITY.findings([]) == "[]\n"


@pytest.mark.parametrize(
    ("text", "update"),
    [
        (TERRAFORM.plan(PLAN), 5),
        (TERRAFORM.plan(ATTRIBUTED), 1),
        (TERRAFORM.plan(DIFF), 3),
        (TERRAFORM.plan(EMPTY), 0),
        (TERRAFORM.plan(large()), 1_996),
        (TERRAFORM.result(RESULT), 3),
        (TERRAFORM.result(NOTHING), 0),
    ],
)
def test_terraform(text: str, update: int) -> None:
    assert text == f'{{\n  "create": 0,\n  "update": {update},\n  "delete": 0\n}}\n'


@given(hostile.plans, hostile.results, hostile.findings)
def test_any_text_makes_a_report(plan: Plan, result: Result, findings: list[Finding]) -> None:
    for text in (CODE_QUALITY.plan(plan), CODE_QUALITY.result(result), CODE_QUALITY.findings(findings)):
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
            assert all(line.isprintable() for line in issue["description"].split("\nhelp: "))
        assert len({issue["fingerprint"] for issue in issues}) == len(issues)
