from __future__ import annotations

import pytest
from hypothesis import given

from persync.config.findings import Findings
from persync.config.variables import UNSET, Substituted, Values, is_reference, substitute
from persync.config.yaml.nodes import Scalar
from persync.model import Span

from .strategies import values as texts

SPAN = Span("a.yaml", 1, 1)
VALUES = Values({"x": "1", "nested": "${{ vars.x }}"}, {"HOME": "/h", "EMPTY": ""}, "dev")


def scalar(text: str) -> Scalar:
    return Scalar(text, SPAN, plain=True)


def substituted(text: str, values: Values = VALUES) -> Substituted:
    findings = Findings()
    result = substitute(scalar(text), values, findings)
    assert not findings
    return result


def problems(text: str, values: Values = VALUES, *sources: str) -> list[tuple[str, str, str]]:
    findings = Findings()
    result = substitute(scalar(text), values, findings, *([sources] if sources else []))
    assert (result.text, result.failed) == (text, True)
    assert {finding.span for finding in findings} <= {SPAN}
    return [(finding.rule, finding.message, finding.hint) for finding in findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain ${spring:x} $x", Substituted("plain ${spring:x} $x")),
        ("${{ vars.x }}-${{vars.x}}", Substituted("1-1")),
        ("${{ vars.nested }}", Substituted("${{ vars.x }}")),
        ("a${{ env.HOME }}b", Substituted("a/hb")),
        ("${{ env.EMPTY }}", Substituted("")),
        ("${{ secret.HOME }}", Substituted("/h", ("/h",))),
        ("$${{ vars.x }}", Substituted("${{ vars.x }}")),
    ],
)
def test_substitution(text: str, expected: Substituted) -> None:
    assert substituted(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${{ vars.nestd }}", ("variable", "variable nestd is not set in environment dev", "did you mean nested?")),
        (
            "${{ vars.other }}",
            ("variable", "variable other is not set in environment dev", "add other to its variables in persync.yaml"),
        ),
        ("${{ env.NO }}", (UNSET, "environment variable NO is not set", "set NO and run persync again")),
        (
            "${{ secret.NO }}",
            (UNSET, "environment variable NO is not set", "set NO and run persync again"),
        ),
        (
            "${{ secret.EMPTY }}",
            (UNSET, "environment variable EMPTY is empty", "set EMPTY and run persync again"),
        ),
    ],
)
def test_what_is_not_set(text: str, expected: tuple[str, str, str]) -> None:
    assert problems(text) == [expected]


def test_without_an_environment_no_variable_is_set() -> None:
    assert problems("${{ vars.x }}", Values()) == [
        ("variable", "variable x is not set: no environment is chosen", "choose an environment that has it"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${{ vars.x", "this ${{ does not begin a reference"),
        ("${{ }}", "this ${{ does not begin a reference"),
        ("${{ x }}", "this ${{ does not begin a reference"),
        ("${{ var.x }}", "var cannot be used in ${{ }} here"),
    ],
)
def test_what_is_no_reference(text: str, message: str) -> None:
    assert [found for _, found, _ in problems(text)] == [message]


def test_only_some_kinds_may_be_allowed() -> None:
    assert [found for _, found, _ in problems("${{ vars.x }}", VALUES, "env")] == ["vars cannot be used in ${{ }} here"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${{ env.X }}", True),
        ("${{secret.X}}", True),
        ("${{ vars.x }}", False),
        ("a${{ env.X }}", False),
        ("abc", False),
        ("$${{ env.X }}", False),
    ],
)
def test_a_whole_text_that_is_a_reference(text: str, expected: bool) -> None:
    assert is_reference(text) == expected


@given(texts)
def test_what_comes_in_is_never_looked_at_again(value: str) -> None:
    assert substituted("<${{ vars.x }}>", Values({"x": value})) == Substituted(f"<{value}>")
