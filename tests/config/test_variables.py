from __future__ import annotations

import pytest
from hypothesis import given

from persync.config.findings import Findings
from persync.config.process import Keeping, Unfailing
from persync.config.variables import UNSET, Substituted, Values, is_reference, substitute, variables_in
from persync.config.yaml.nodes import Scalar
from persync.model import Span

from .strategies import values as texts

SPAN = Span("a.yaml", 1, 1)
ENDS_WITH_A_LINE_BREAK = (
    "line-break",
    "the value of environment variable ONE_LINE ends with a line break",
    "remove it where the variable is set; a shell's $(cat FILE) does so",
)
PROCESS = {
    "ONE_LINE": "s3cret\n",
    "HOME": "/h",
    "EMPTY": "",
    "PERSYNC_VAR_SHOWN": "shown here",
    "BOTH": "hidden",
    "PERSYNC_VAR_BOTH": "shown",
}
VALUES = Values({"x": "1", "nested": "${{ vars.x }}"}, PROCESS, "dev")


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
        ("a${{ env.HOME }}b", Substituted("a/hb", ("/h",))),
        ("a${{ env.SHOWN }}b", Substituted("ashown hereb")),
        ("${{ env.SHOWN }}${{ env.HOME }}", Substituted("shown here/h", ("/h",))),
        ("${{ secret.BOTH }}${{ env.BOTH }}", Substituted("hiddenshown", ("hidden",))),
        ("${{ env.EMPTY }}", Substituted("")),
        ("${{ secret.HOME }}", Substituted("/h", ("/h",))),
        ("$${{ vars.x }}", Substituted("${{ vars.x }}")),
    ],
)
def test_substitution(text: str, expected: Substituted) -> None:
    assert substituted(text) == expected


SECRET, ENV = "${{ secret.HOME }}", "${{ env.HOME }}"


@pytest.mark.parametrize(
    ("kept", "text", "expected"),
    [
        (None, "${{secret.HOME}}", Substituted(SECRET, (SECRET,))),
        (None, "${{ env.HOME }}", Substituted(ENV, (ENV,))),
        (None, "${{ vars.x }}:${{ env.SHOWN }}:$${{ env.HOME }}", Substituted("1:shown here:${{ env.HOME }}")),
        (None, "${{ secret.BOTH }}${{ env.BOTH }}", Substituted("${{ secret.BOTH }}shown", ("${{ secret.BOTH }}",))),
        (None, "${{ env.NOT_SET }}", Substituted("${{ env.NOT_SET }}", ("${{ env.NOT_SET }}",))),
        ({"BOTH"}, "${{ env.HOME }}${{ env.SHOWN }}", Substituted("/hshown here", ("/h",))),
        ({"BOTH"}, "${{ env.BOTH }}", Substituted("${{ env.BOTH }}", ("${{ env.BOTH }}",))),
    ],
)
def test_references_that_are_kept(kept: set[str] | None, text: str, expected: Substituted) -> None:
    assert substituted(text, Values({"x": "1"}, Keeping(PROCESS, kept), "dev")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${{ env.SHOWN }}", ("shown here", [])),
        ("${{ env.HOME }}", ("${{ env.HOME }}", ["shown-variable"])),
        ("${{ env.NOT_SET }}", ("${{ env.NOT_SET }}", [UNSET])),
    ],
)
def test_a_reference_in_what_cannot_be_hidden_is_not_kept(text: str, expected: tuple[str, list[str]]) -> None:
    findings = Findings()
    result = substitute(scalar(text), Values({}, Keeping(PROCESS), "dev"), findings, always_shown=True)
    assert (result.text, [finding.rule for finding in findings]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${{ vars.nestd }}", ("variable", "variable nestd is not set in environment dev", "did you mean nested?")),
        (
            "${{ vars.other }}",
            (
                "variable",
                "variable other is not set in environment dev",
                "add other to its variables in persync.yaml; it has nested, x",
            ),
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
        ("${{ secret.ONE_LINE }}", ENDS_WITH_A_LINE_BREAK),
        ("a ${{ env.ONE_LINE }} b", ENDS_WITH_A_LINE_BREAK),
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
        ("${{ var.x }}", "var is not known in ${{ }}"),
    ],
)
def test_what_is_no_reference(text: str, message: str) -> None:
    assert [found for _, found, _ in problems(text)] == [message]


def test_a_text_that_is_always_shown() -> None:
    findings = Findings()
    offered = substitute(scalar("x${{ env.SHOWN }}${{ vars.x }}"), VALUES, findings, always_shown=True)
    assert (offered, list(findings)) == (Substituted("xshown here1"), [])
    for source in ("env", "secret"):
        findings = Findings()
        assert substitute(scalar(f"${{{{ {source}.HOME }}}}"), VALUES, findings, always_shown=True).failed
        assert [(found.rule, found.message, found.hint) for found in findings] == [
            (
                "shown-variable",
                "environment variable HOME would be shown",
                "set PERSYNC_VAR_HOME instead of HOME where persync runs, or use ${{ vars.NAME }}",
            )
        ]


@pytest.mark.parametrize("source", ["env", "secret"])
def test_credentials_cannot_be_read(source: str) -> None:
    values = Values({}, {"MINE": "t0ken", "PERSYNC_VAR_MINE": "t0ken"}, "dev", frozenset({"MINE"}))
    assert problems(f"${{{{ {source}.MINE }}}}", values) == [
        ("reserved-variable", "MINE holds a credential of persync", "read another variable")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", set()),
        ("${{ env.A }}-${{ secret.B }} ${{ vars.c }} $${{ env.D }} ${{ x }} ${{ env.E", {"A", "B"}),
    ],
)
def test_the_variables_in_a_text(text: str, expected: set[str]) -> None:
    assert variables_in(text) == expected


def test_a_variable_that_is_not_set_in_a_revision_is_shown_by_its_name() -> None:
    values = Values({}, Unfailing({"A": "a", "PERSYNC_VAR_B": "b"}), "dev")
    texts = [f"${{{{ {name} }}}}" for name in ("env.A", "env.B", "env.C", "secret.A", "secret.C")]
    assert [substitute(scalar(text), values, Findings()) for text in texts] == [
        Substituted("a", ("a",)),
        Substituted("b"),
        Substituted("${{ env.C }}"),
        Substituted("a", ("a",)),
        Substituted("${{ env.C }}", ("${{ env.C }}",)),
    ]


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
