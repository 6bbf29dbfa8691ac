import json
import re

import pytest
from hypothesis import given

from persync.errors import Finding
from persync.plan.plan import Plan
from persync.plan.result import Result
from persync.report.formats.json import JsonRenderer
from persync.report.printable import json_text
from tests.report import hostile
from tests.report.models import ATTRIBUTED, FINDINGS, PLAN, RESULT, snapshot

JSON = JsonRenderer()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("attributed.json", JSON.plan(ATTRIBUTED)),
        ("result.json", JSON.result(RESULT)),
        ("findings.json", JsonRenderer(7).findings(FINDINGS)),
    ],
)
def test_snapshot(name: str, text: str) -> None:
    assert text == snapshot(name)


def test_a_document_is_the_model() -> None:
    assert Plan.model_validate_json(JSON.plan(PLAN)) == PLAN
    assert Result.model_validate_json(JSON.result(RESULT)) == RESULT
    assert json.loads(JSON.plan(PLAN)) == json.loads(PLAN.model_dump_json())


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"é": "→ 😀"}, '{\n  "é": "→ 😀"\n}\n'),
        (["a\n\x1b\x9b\u202e\xa0"], '[\n  "a\\n\\u001b\\u009b\\u202e\\u00a0"\n]\n'),
        (["\U000e0041\ud800"], '[\n  "\\udb40\\udc41\\ud800"\n]\n'),
        (["##[add-mask]x ##vso[a]"], '[\n  "\\u0023#[add-mask]x \\u0023#vso[a]"\n]\n'),
        ([], "[]\n"),
    ],
)
def test_json_is_harmless_in_a_log(data: object, expected: str) -> None:
    assert json_text(data) == expected
    assert json.loads(expected) == data


@given(hostile.plans, hostile.results, hostile.findings)
def test_any_text_comes_back(plan: Plan, result: Result, findings: list[Finding]) -> None:
    documents = (JSON.plan(plan), JSON.result(result), JSON.findings(findings))
    for document in documents:
        assert document.replace("\n", "").isprintable()
        assert document.encode()
        assert not re.search(r"##[a-z]*\[", document)
    assert [json.loads(document) for document in documents[:2]] == [
        json.loads(json.dumps(model.model_dump())) for model in (plan, result)
    ]
    assert [found["message"] for found in json.loads(documents[2])["findings"]] == [
        finding.message for finding in findings
    ]
