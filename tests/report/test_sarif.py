import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft4Validator

from persync.errors import Finding, Severity
from persync.model import Span
from persync.plan.plan import Plan
from persync.plan.result import Result
from persync.report.formats.sarif import SCHEMA, SarifRenderer
from tests.builders import change, shown
from tests.report import hostile
from tests.report.models import ATTRIBUTED, DIFF, EMPTY, FINDINGS, NOTHING, PLAN, RESULT, large, snapshot
from tests.report.test_text import PUT, START, STOP, planned

SARIF = SarifRenderer()
_PUBLISHED = Path(__file__).parents[1] / "fixtures" / "schemas" / "sarif-schema-2.1.0.json"
_VALIDATOR = Draft4Validator(
    json.loads(_PUBLISHED.read_text(encoding="utf-8")), format_checker=Draft4Validator.FORMAT_CHECKER
)


def results_of(report: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(report)["runs"][0]["results"]
    return found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("attributed.sarif", SARIF.plan(ATTRIBUTED)),
        ("result.sarif", SARIF.result(RESULT)),
        ("findings.sarif", SARIF.findings(FINDINGS)),
    ],
)
def test_snapshot(name: str, text: str) -> None:
    assert text == snapshot(name)


@pytest.mark.parametrize(
    "text",
    [
        *map(SARIF.plan, (PLAN, ATTRIBUTED, DIFF, EMPTY, large(20))),
        *map(SARIF.result, (RESULT, NOTHING)),
        SARIF.findings(FINDINGS),
        SARIF.findings([]),
    ],
)
def test_the_published_schema_holds(text: str) -> None:
    assert list(_VALIDATOR.iter_errors(json.loads(text))) == []
    assert text.endswith("}\n")


def test_the_schema_is_named_as_it_is_published() -> None:
    assert json.loads(_PUBLISHED.read_text(encoding="utf-8"))["id"] == SCHEMA


def test_rules_and_levels_of_a_plan() -> None:
    assert [(result["ruleId"], result["level"]) for result in results_of(SARIF.plan(PLAN))] == [
        ("persync/blocked", "error"),
        ("persync/warning", "warning"),
        ("persync/change", "note"),
        ("persync/warning", "warning"),
        ("persync/restart", "warning"),
        *[("persync/change", "note")] * 5,
        ("persync/start", "note"),
        ("persync/stop", "warning"),
        ("persync/wait", "note"),
    ]
    assert [(result["ruleId"], result["level"]) for result in results_of(SARIF.plan(ATTRIBUTED))] == [
        ("persync/restart", "warning"),
        ("persync/change", "note"),
        ("persync/drift", "warning"),
        ("persync/pending", "note"),
        ("persync/drift", "warning"),
        ("persync/change", "note"),
        ("persync/blocked", "error"),
        ("persync/change", "note"),
    ]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("a/b.yaml", {"uri": "a/b.yaml", "uriBaseId": "%SRCROOT%"}),
        ("a b/é#?%.yaml", {"uri": "a%20b/%C3%A9%23%3F%25.yaml", "uriBaseId": "%SRCROOT%"}),
        ("c:d\\e.yaml", {"uri": "c%3Ad%5Ce.yaml", "uriBaseId": "%SRCROOT%"}),
        ("../x\n.yaml", {"uri": "../x%0A.yaml", "uriBaseId": "%SRCROOT%"}),
        ("/elsewhere/a b.yaml", {"uri": "file:///elsewhere/a%20b.yaml"}),
    ],
)
def test_uris(file: str, expected: dict[str, str]) -> None:
    (result,) = results_of(SARIF.findings([Finding("rule", Severity.ERROR, "m", Span(file, 0, 0))]))
    assert result["locations"] == [
        {"physicalLocation": {"artifactLocation": expected, "region": {"startLine": 1, "startColumn": 1}}}
    ]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("volumes[a].b", "volumes[a].b"),
        ("[x](http://evil)", r"[x\](http://evil)"),
        ("{0} {a} {12}", "{{0}} {a} {{12}}"),
        ("##vso[task.a]b", r"\u0023#vso[task.a]b"),
        ("a\nb", r"a\u000ab"),
    ],
)
def test_messages(message: str, expected: str) -> None:
    (result,) = results_of(SARIF.findings([Finding("rule", Severity.ERROR, message, Span("f", 1, 1))]))
    assert result["message"] == {"text": expected}


def many(persisters: int, changes: int) -> Plan:
    """Return a plan with warnings (restarts), errors (blocked) and notes (changes), the errors last."""
    some = tuple(change(f"appConfig.key.number.{index}", None, "a value of some length") for index in range(changes))
    restarts = [planned(f"p{index:05}", STOP, PUT, START, changes=some) for index in range(persisters)]
    blocked = [planned(f"z{index}", live="UNKNOWN", blocked="no") for index in range(3)]
    return Plan(environment="e", url="u", persisters=(*restarts, *blocked), in_sync=0)


def test_a_larger_file_than_the_limit() -> None:
    plan = many(10, 90)
    assert SarifRenderer(most_bytes=2_000_000).plan(plan) == SARIF.plan(plan)
    assert len(results_of(SARIF.plan(plan))) == 913
    text = SarifRenderer(most_bytes=500_000).plan(plan)
    assert 390_000 < len(text.encode()) < 500_000  # 100,000 bytes are kept free
    results = results_of(text)
    left_out = 913 - (len(results) - 1)
    counts = Counter(result["ruleId"] for result in results)
    assert counts == {
        "persync/blocked": 3,
        "persync/restart": 10,
        "persync/change": 900 - left_out,
        "persync/left-out": 1,
    }
    assert (results[-1]["level"], results[-1]["message"]["text"]) == (
        "warning",
        f"{left_out} results left out, because code scanning refuses larger reports: {left_out} persync/change",
    )


def test_no_more_results_than_the_limit() -> None:
    results = results_of(SarifRenderer(most_results=5).plan(many(2, 2)))
    assert [(result["ruleId"], result["message"]["text"]) for result in results] == [
        ("persync/restart", "webtracking/p00000: restart (stop, put, start): of its reason"),
        ("persync/blocked", "webtracking/z0: blocked: no"),
        ("persync/blocked", "webtracking/z1: blocked: no"),
        ("persync/blocked", "webtracking/z2: blocked: no"),
        (
            "persync/left-out",
            "5 results left out, because code scanning refuses larger reports: 4 persync/change, 1 persync/restart",
        ),
    ]


def fingerprints_of(report: str) -> list[str]:
    return [result["partialFingerprints"]["persync/v1"] for result in results_of(report)]


def test_fingerprints_stay_when_lines_and_values_move_and_are_of_one_environment() -> None:
    def moved(plan: Plan) -> Plan:
        persisters = tuple(
            persister.model_copy(
                update={
                    "span": persister.span._replace(line=77),
                    "changes": tuple(
                        change.model_copy(update={"after": shown(f"{change.after.display}!"), "span": None})
                        for change in persister.changes
                    ),
                }
            )
            for persister in plan.persisters
        )
        return plan.model_copy(update={"persisters": persisters})

    before = fingerprints_of(SARIF.plan(PLAN))
    assert fingerprints_of(SARIF.plan(moved(PLAN))) == before
    assert len(set(before)) == len(before)
    assert not set(before) & set(fingerprints_of(SARIF.plan(PLAN.model_copy(update={"environment": "other"}))))


@settings(max_examples=30)
@given(hostile.plans, hostile.results, hostile.findings)
def test_any_text_makes_valid_sarif(plan: Plan, result: Result, findings: list[Finding]) -> None:
    for text in (SARIF.plan(plan), SARIF.result(result), SARIF.findings(findings)):
        assert list(_VALIDATOR.iter_errors(json.loads(text))) == []
        names = fingerprints_of(text)
        assert len(set(names)) == len(names)
