import re

import pytest
from hypothesis import given

from persync.errors import Finding, Severity
from persync.model import Span
from persync.plan.plan import Plan
from persync.plan.result import Result
from persync.report.formats.github import GithubRenderer
from tests.report import hostile
from tests.report.models import ATTRIBUTED, DIFF, EMPTY, FINDINGS, PLAN, RESULT, large, snapshot

GITHUB = GithubRenderer()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plan.github", GITHUB.plan(PLAN)),
        ("attributed.github", GITHUB.plan(ATTRIBUTED)),
        ("diff.github", GITHUB.plan(DIFF)),
        ("result.github", GITHUB.result(RESULT)),
        ("findings.github", GITHUB.findings(FINDINGS)),
    ],
)
def test_snapshot(name: str, text: str) -> None:
    assert text == snapshot(name)


def test_nothing_to_do() -> None:
    assert GITHUB.plan(EMPTY) == "::notice title=persync plan e::No changes. 2 persisters are in sync.\n"


@pytest.mark.parametrize(
    ("message", "file", "expected"),
    [
        ("50% :,", "a.yaml", "::error file=a.yaml,line=1,col=1,title=rule::50%25 :,"),
        ("a\r\nb", "a.yaml", r"::error file=a.yaml,line=1,col=1,title=rule::a\u000d\u000ab"),
        ("m", "a,b:c%d\n.yaml", r"::error file=a%2Cb%3Ac%25d\u000a.yaml,line=1,col=1,title=rule::m"),
        ("::set-env name=a::b", "::x::", "::error file=%3A%3Ax%3A%3A,line=1,col=1,title=rule::::set-env name=a::b"),
        ("##[add-mask]a", "a.yaml", r"::error file=a.yaml,line=1,col=1,title=rule::\u0023#[add-mask]a"),
        ("%0A::error::x", "a.yaml", "::error file=a.yaml,line=1,col=1,title=rule::%250A::error::x"),
    ],
)
def test_escaping(message: str, file: str, expected: str) -> None:
    finding = Finding("rule", Severity.ERROR, message, Span(file, 0, 0))
    assert GITHUB.findings([finding]).splitlines()[1] == expected


@pytest.mark.parametrize(
    ("count", "warnings", "last"),
    [
        (9, 9, "::warning file=f,line=9,col=1,title=rule::9"),
        (10, 10, "::warning file=f,line=10,col=1,title=rule::10"),
        (11, 10, "::warning title=persync::… and 2 more: 1 odd, 1 rule"),
    ],
)
def test_at_most_ten_of_a_kind(count: int, warnings: int, last: str) -> None:
    lines = GITHUB.findings(
        [
            Finding("odd" if line == 11 else "rule", Severity.WARNING, str(line), Span("f", line, 1))
            for line in range(1, count + 1)
        ]
    ).splitlines()
    assert len([line for line in lines if line.startswith("::warning ")]) == warnings
    assert lines[-1] == last


def test_a_large_plan() -> None:
    lines = GITHUB.plan(large()).splitlines()
    assert [sum(line.startswith(f"::{kind} ") for line in lines) for kind in ("error", "warning", "notice")] == [
        4,
        10,
        10,
    ]
    assert lines[14] == "::warning title=persync::… and 1,987 more: 1,968 persync/restart, 19 persync/stop"
    assert lines[-1] == "::notice title=persync::… and 9,972 more: 9,972 persync/change"


_LINE = re.compile(
    r"::(error|warning|notice) (file=[^:,\s][^:,]*,line=[1-9]\d*,col=[1-9]\d*,)?title=[^:,]+::.*"
    r"|::(error|warning|notice) file=[^:,]*,line=[1-9]\d*,col=[1-9]\d*,title=[^:,]*::.*"
)


def _check(report: str) -> None:
    *lines, rest = report.split("\n")
    assert rest == ""
    for line in lines:
        assert line.isprintable()
        assert _LINE.fullmatch(line)
        assert not re.search(r"##[a-z]*\[|%(?!25|3A|2C|0Ahelp: )", line)


@given(hostile.plans, hostile.results, hostile.findings)
def test_no_text_starts_a_command(plan: Plan, result: Result, findings: list[Finding]) -> None:
    _check(GITHUB.plan(plan))
    _check(GITHUB.result(result))
    _check(GITHUB.findings(findings))
