import xml.etree.ElementTree as ET

import pytest
from hypothesis import given

from persync.errors import Finding
from persync.plan.plan import Plan
from persync.plan.result import Result
from persync.report.formats.junit import JunitRenderer
from tests.report import hostile
from tests.report.models import ATTRIBUTED, DIFF, EMPTY, FINDINGS, NOTHING, PLAN, RESULT, large, one_change, snapshot

JUNIT = JunitRenderer()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("attributed.junit.xml", JUNIT.plan(ATTRIBUTED)),
        ("plan.junit.xml", JUNIT.plan(PLAN)),
        ("result.junit.xml", JUNIT.result(RESULT)),
        ("findings.junit.xml", JUNIT.findings(FINDINGS)),
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
        (JUNIT.plan(EMPTY), [("(in sync)", "passed")]),
        (
            JUNIT.plan(PLAN),
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
            JUNIT.plan(DIFF),
            [
                ("webtracking/added", "failure"),
                ("webtracking/changed", "failure"),
                ("webtracking/removed", "failure"),
                ("(in sync)", "passed"),
            ],
        ),
        (JUNIT.result(NOTHING), [("(nothing to do)", "passed")]),
        (
            JUNIT.result(RESULT),
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
        (JUNIT.findings([]), [("(no findings)", "passed")]),
        (
            JUNIT.findings(FINDINGS),
            [("/elsewhere/é.yaml", "failure"), ("persisters/a b.yaml", "failure"), ("persisters/b.yaml", "passed")],
        ),
    ],
)
def test_cases(text: str, expected: list[tuple[str, str]]) -> None:
    assert cases(text) == expected


def test_what_xml_has_no_character_for_is_spelled_out() -> None:
    failure = ET.fromstring(JUNIT.plan(one_change('\x00\x1b<&>"\ud800\uffff]]>')))[0][1][0]  # noqa: S314 - our own
    assert failure.attrib == {
        "type": "persync/change",
        "message": r'update (put): \u0000\u001b<&>"\ud800\uffff]]>; 1 change',
    }
    assert failure.text == (
        r'\u0000\u001b<&>"\ud800\uffff]]>\u0000\u001b<&>"\ud800\uffff]]>: "\u0000\u001b<&>\"\ud800\uffff]]>"'
        r' → "\u0000\u001b<&>\"\ud800\uffff]]>\u0000\u001b<&>\"\ud800\uffff]]>"'
        "\n"
        r'warning: \u0000\u001b<&>"\ud800\uffff]]>'
    )


def test_a_large_plan() -> None:
    assert len(cases(JUNIT.plan(large()))) == 2_001


@given(hostile.plans, hostile.results, hostile.findings)
def test_any_text_makes_xml(plan: Plan, result: Result, findings: list[Finding]) -> None:
    assert len(cases(JUNIT.plan(plan))) == len(plan.persisters) + 1
    assert len(cases(JUNIT.result(result))) == max(1, len(result.persisters))
    assert len(cases(JUNIT.findings(findings))) == max(1, len({finding.span.file for finding in findings}))
