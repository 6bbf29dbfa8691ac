import xml.etree.ElementTree as ET

import pytest
from hypothesis import given

from persync.errors import Finding
from persync.plan.plan import Plan
from persync.plan.result import Result
from persync.report.formats.junit import findings_junit, plan_junit, result_junit
from tests.report import hostile
from tests.report.models import ATTRIBUTED, DIFF, EMPTY, FINDINGS, NOTHING, PLAN, RESULT, large, one_change, snapshot


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("attributed.junit.xml", plan_junit(ATTRIBUTED)),
        ("plan.junit.xml", plan_junit(PLAN)),
        ("result.junit.xml", result_junit(RESULT)),
        ("findings.junit.xml", findings_junit(FINDINGS, ["persisters/b.yaml", "persisters/clean.yaml"])),
    ],
)
def test_snapshot(name: str, text: str) -> None:
    assert text == snapshot(name)


def cases(text: str) -> list[tuple[str, str]]:
    """Return the test cases and how they ended, after a look at what every reader of JUnit XML counts on."""
    suites = ET.fromstring(text)  # noqa: S314 - our own
    assert suites.tag == "testsuites"
    (suite,) = suites
    found = suite.findall("testcase")
    assert suites.attrib == suite.attrib
    assert suite.attrib == {
        "name": suite.attrib["name"],
        "tests": str(len(found)),
        "failures": str(len(suite.findall("testcase/failure"))),
        "errors": "0",
        "skipped": str(len(suite.findall("testcase/skipped"))),
        "time": "0",
    }
    assert len(found) > 0
    assert {child.tag for child in suite} == {"properties", "testcase"}
    for case in found:
        assert set(case.attrib) - {"file", "line"} == {"name", "classname", "time"}
        assert int(case.attrib.get("line", "1")) >= 1
        assert {child.tag for child in case} <= {"failure", "skipped", "system-out"}
    ends = [next((child.tag for child in case if child.tag != "system-out"), "passed") for case in found]
    return [(case.attrib["name"], end) for case, end in zip(found, ends, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (plan_junit(EMPTY), [("(in sync)", "passed")]),
        (
            plan_junit(PLAN),
            [
                ("webtracking/blocked", "failure"),
                ("webtracking/only-warned", "passed"),
                ("webtracking/put", "failure"),
                ("webtracking/restarts", "failure"),
                ("webtracking/starts", "failure"),
                ("webtracking/stops", "failure"),
                ("webtracking/waits", "failure"),
                ("(in sync)", "passed"),
            ],
        ),
        (
            plan_junit(DIFF),
            [
                ("webtracking/added", "failure"),
                ("webtracking/changed", "failure"),
                ("webtracking/removed", "failure"),
                ("(in sync)", "passed"),
            ],
        ),
        (result_junit(NOTHING), [("(nothing to do)", "passed")]),
        (
            result_junit(RESULT),
            [
                ("webtracking/already", "passed"),
                ("webtracking/conflict", "failure"),
                ("webtracking/done", "passed"),
                ("webtracking/failed", "failure"),
                ("webtracking/later", "skipped"),
                ("webtracking/cut-short", "failure"),
                ("webtracking/no-way", "failure"),
            ],
        ),
        (findings_junit([]), [("(no findings)", "passed")]),
        (findings_junit([], ["b.yaml", "a.yaml"]), [("a.yaml", "passed"), ("b.yaml", "passed")]),
        (
            findings_junit(FINDINGS),
            [("/elsewhere/é.yaml", "failure"), ("persisters/a b.yaml", "failure"), ("persisters/b.yaml", "passed")],
        ),
    ],
)
def test_cases(text: str, expected: list[tuple[str, str]]) -> None:
    assert cases(text) == expected


def test_what_xml_has_no_character_for_is_spelled_out() -> None:
    failure = ET.fromstring(plan_junit(one_change('\x00\x1b<&>"\ud800\uffff]]>')))[0][1][0]  # noqa: S314 - our own
    assert failure.attrib == {
        "type": "persync/change",
        "message": r'change (put): \u0000\u001b<&>"\ud800\uffff]]>; 1 change',
    }
    assert failure.text == (
        r'\u0000\u001b<&>"\ud800\uffff]]>: "\u0000\u001b<&>\"\ud800\uffff]]>"'
        r' → "\u0000\u001b<&>\"\ud800\uffff]]>\u0000\u001b<&>\"\ud800\uffff]]>"'
        "\n"
        r'warning: \u0000\u001b<&>"\ud800\uffff]]>'
    )


def test_a_large_plan() -> None:
    assert len(cases(plan_junit(large()))) == 2_001


@given(hostile.plans, hostile.results, hostile.findings)
def test_any_text_makes_xml(plan: Plan, result: Result, findings: list[Finding]) -> None:
    assert len(cases(plan_junit(plan))) == len(plan.persisters) + 1
    assert len(cases(result_junit(result))) == max(1, len(result.persisters))
    assert len(cases(findings_junit(findings))) == max(1, len({finding.span.file for finding in findings}))
