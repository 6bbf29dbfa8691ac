"""Text from outside on the way to a log: what a CI would execute is broken up, and nothing else is changed."""

import re

import pytest
from hypothesis import example, given, settings

from persync.plan.plan import Plan
from persync.plan.result import PersisterResult, Result
from persync.plan.terms import Outcome, Step
from persync.report.formats.html import HtmlRenderer
from persync.report.formats.json import JsonRenderer
from persync.report.formats.junit import JunitRenderer
from persync.report.formats.markdown import MarkdownRenderer
from persync.report.formats.text import TextRenderer
from persync.report.printable import COLON_REFERENCE, log_line, without_commands
from persync.report.renderer import Renderer
from tests.builders import change
from tests.report import hostile
from tests.report.models import EMPTY
from tests.report.test_text import planned


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::error::x", r"\u003a:error::x"),
        ("::add-mask::x.yaml:1:1: error: y", r"\u003a:add-mask::x.yaml:1:1: error: y"),
        ("a\n \t::warning file=a,line=1::x\nb", "a\n \t\\u003a:warning file=a,line=1::x\nb"),
        ("progress\r::error::x", "progress\r\\u003a:error::x"),
        ("\x1b[31m::error::x\x1b[0m", "\x1b[31m\\u003a:error::x\x1b[0m"),
        ("\ufe0f:\u034f:error:\u034f:x", "\ufe0f\\u003a\u034f:error:\u034f:x"),
        ("a ##[error]x ##[group]y", r"a \u0023#[error]x \u0023#[group]y"),
        ("##vso[task.setvariable variable=a]b", r"\u0023#vso[task.setvariable variable=a]b"),
        ("##teamcity[buildStop]", r"\u0023#teamcity[buildStop]"),
        ("x section_start:1:a\r\x1b[0Kb", "x section_start\\u003a1:a\r\x1b[0Kb"),
        ("section_end:1:a\r\x1b[0K", "section_end\\u003a1:a\r\x1b[0K"),
    ],
)
def test_a_command_is_broken_up(text: str, expected: str) -> None:
    assert without_commands(text) == expected
    assert without_commands(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a ::error::x",
        "::1 - - [26/Nov/2020] GET /",
        "web/clicks: ::1",
        "# [a](b)",
        "## a [b]",
        "section_start: x",
        "\n\n",
    ],
)
def test_what_is_no_command_stays(text: str) -> None:
    assert without_commands(text) == text


def test_a_reference_loses_nothing() -> None:
    assert without_commands("a\n::error::x\n", COLON_REFERENCE) == "a\n&#58;:error::x\n"


def test_a_stack_trace_is_shown_with_spaces() -> None:
    assert log_line("\tat org.example.A(A.java:1)\x1b") == r"        at org.example.A(A.java:1)\u001b"


_COMMAND = re.compile(r"^\s*::.*::|##[a-z]*\[", re.MULTILINE)
_LOGS = Result(
    environment="e",
    url="u",
    persisters=(
        PersisterResult(
            plan=planned("p", Step.START, changes=[change("appConfig.a", "x", "x\n::error::y")]),
            outcome=Outcome.FAILED,
            problem="p",
            logs=("a", "::error::b", "\t::error::c"),
        ),
    ),
)


@pytest.mark.parametrize("renderer", [TextRenderer(), MarkdownRenderer(), HtmlRenderer(), JunitRenderer()])
def test_a_stack_trace_in_a_report(renderer: Renderer) -> None:
    trace = ("java.lang.Error: x", "\tat org.example.A(A.java:1)")
    result = _LOGS.model_copy(update={"persisters": (_LOGS.persisters[0].model_copy(update={"logs": trace}),)})
    assert "        at org.example.A(A.java:1)" in renderer.result(result)


@settings(max_examples=30)
@example(EMPTY, _LOGS)
@given(hostile.plans, hostile.results)
def test_no_document_for_stdout_holds_a_command(plan: Plan, result: Result) -> None:
    for renderer in (JsonRenderer(), HtmlRenderer(), JunitRenderer(), MarkdownRenderer()):
        for text in (renderer.plan(plan), renderer.result(result)):
            assert _COMMAND.findall(text) == []
            assert without_commands(text) == text
    for text in (TextRenderer().plan(plan), TextRenderer(color=True).result(result)):
        assert _COMMAND.findall(without_commands(text)) == []
