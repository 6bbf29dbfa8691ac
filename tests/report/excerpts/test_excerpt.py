from __future__ import annotations

from dataclasses import replace

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.errors import Excerpt, Finding, Severity
from persync.model import Span
from persync.report.excerpts.excerpt import excerpt_lines
from persync.report.finding import finding_text
from persync.report.printable import printable
from persync.report.text.screen import cells

WIDE = "\N{CJK UNIFIED IDEOGRAPH-65E5}\N{CJK UNIFIED IDEOGRAPH-672C}"
ACCENT = "e\N{COMBINING ACUTE ACCENT}"


def lines(before: str, marked: str, after: str = "", width: int | None = None) -> list[str]:
    excerpt = Excerpt(before + marked + after, len(before), len(before) + max(len(marked), 1))
    return excerpt_lines(excerpt, 7, width=width)


@pytest.mark.parametrize(
    ("before", "marked", "after", "expected"),
    [
        ("  a: ", "1", " # x", ["   7 |   a: 1 # x", "     |      ^"]),
        ("  a:", "", "", ["   7 |   a:", "     |     ^"]),
        ("\ta: ", "b\tc", "", ["   7 |     a: b    c", "     |        ^^^^^^"]),
        (f"{WIDE}: ", WIDE, "", [f"   7 | {WIDE}: {WIDE}", "     |       ^^^^"]),
        (f"{ACCENT}: ", ACCENT, "", [f"   7 | {ACCENT}: {ACCENT}", "     |    ^"]),
        ("a: \x1b[2J", "x", "", ["   7 | a: \\u001b[2Jx", "     |             ^"]),
    ],
)
def test_the_carets_are_below_the_part(before: str, marked: str, after: str, expected: list[str]) -> None:
    assert lines(before, marked, after) == expected


@pytest.mark.parametrize(
    ("before", "marked", "after", "expected"),
    [
        ("", "a" * 9, "b" * 50, (f"{'a' * 9}{'b' * 23}…", "^" * 9)),
        ("b" * 50, "a" * 9, "", (f"…{'b' * 23}{'a' * 9}", f"{' ' * 24}{'^' * 9}")),
        ("b" * 50, "a" * 9, "c" * 50, (f"…{'b' * 11}{'a' * 9}{'c' * 11}…", f"{' ' * 12}{'^' * 9}")),
        ("b" * 9, "a" * 50, "", (f"…b{'a' * 30}…", f"  {'^' * 31}")),
    ],
)
def test_a_long_line_is_cut_around_it(before: str, marked: str, after: str, expected: tuple[str, str]) -> None:
    assert lines(before, marked, after, width=40) == [f"   7 | {expected[0]}", f"     | {expected[1]}"]


def test_no_line_has_a_command_of_a_ci() -> None:
    assert lines("#", "#[x]")[0] == "   7 | \\u0023#[x]"


TEXTS = st.text(st.sampled_from(f"ab \t\x1b{WIDE}{ACCENT}"), max_size=80)


@given(TEXTS, TEXTS, TEXTS, st.integers(40, 100))
def test_no_line_is_wider_than_the_terminal_and_the_carets_are_below_the_part(
    before: str, marked: str, after: str, width: int
) -> None:
    line, carets = lines(before, marked, after, width)
    assert max(map(cells, (line, carets))) <= width
    assert printable(line) == line
    if "…" not in line:
        at = cells(printable((before + (marked or after[:1])).replace("\t", "    ")))
        assert cells(carets) - 7 in {at, at + 1}  # one more where the part has no width


class Lines:
    def excerpt(self, _span: Span) -> Excerpt:
        return Excerpt("a: b", 3, 4)


def test_a_finding_with_its_line_reason_and_hint() -> None:
    finding = Finding("rule", Severity.WARNING, "it is b", Span("f", 7, 4), "b is bad", "write c", Lines())
    expected = "f:7:4: warning: it is b [rule]\n   7 | a: b\n     |    ^\n    b is bad\n    help: write c"
    assert finding_text(finding) == expected
    colored = finding_text(finding, color=True)
    assert (click.unstyle(colored), colored.count("\x1b[33m")) == (expected, 2)
    at_40 = replace(finding, message="it is a message of some length", hint="write something that is very long")
    assert finding_text(at_40, width=40).splitlines() == [
        "f:7:4: warning: it is a message of some",
        "    length [rule]",
        "   7 | a: b",
        "     |    ^",
        "    b is bad",
        "    help: write something that is very",
        "    long",
    ]
    assert finding == Finding("rule", Severity.WARNING, "it is b", Span("f", 7, 4), "b is bad", "write c")
