"""Lines fit the width, and nothing of a text is lost."""

from __future__ import annotations

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.report.text.screen import NO_BREAK, Piece, Screen, Style, cells

RED, BOLD = Style(fg="red"), Style(bold=True)


@pytest.mark.parametrize(
    ("width", "pieces", "expected"),
    [
        (None, ["a" * 300], ["  " + "a" * 300]),
        (40, [""], [""]),
        (40, ["a short line"], ["  a short line"]),
        (
            40,
            ["words that are too many for one line of forty columns"],
            ["  words that are too many for one line", "      of forty columns"],
        ),
        (40, ["a.path.that.is.too.long.for.a.line.of.40"], ["  a.path.that.is.too.long.for.a.line.of.", "      40"]),
        (40, ["+ a.path.that.is.too.long.for.a.line.of.4"], ["  + a.path.that.is.too.long.for.a.line.", "      of.4"]),
        (40, ["short " + "x" * 36], ["  short " + "x" * 32, "      xxxx"]),
        (40, ["a" * 34 + f" b{NO_BREAK}…{NO_BREAK}c"], ["  " + "a" * 34, "      b … c"]),
        (40, ["漢字" * 10], ["  " + "漢字" * 9 + "漢", "      字"]),
        (10, ["a terminal of ten columns gets forty"], ["  a terminal of ten columns gets forty"]),
        (40, ["trailing spaces at a break" + " " * 20 + "x"], ["  trailing spaces at a break", "      x"]),
    ],
)  # fmt: skip
def test_lines(width: int | None, pieces: list[str], expected: list[str]) -> None:
    assert list(Screen(width=width).lines(*pieces, indent=2, hanging=4)) == expected


def test_colours_go_on_in_the_next_line() -> None:
    text = (Piece("+ ", RED), "plain ", Piece("a bold text that takes more than a line", BOLD))
    assert list(Screen(color=True, width=40).lines(*text, hanging=2)) == [
        f"{click.style('+ ', fg='red')}plain {click.style('a bold text that takes more than', bold=True)}",
        f"  {click.style('a line', bold=True)}",
    ]
    assert list(Screen(width=40).lines(*text, hanging=2)) == ["+ plain a bold text that takes more than", "  a line"]


@pytest.mark.parametrize(("text", "expected"), [("abc", 3), ("→ é", 3), ("漢", 2), ("e\u0301", 1), ("", 0)])
def test_cells(text: str, expected: int) -> None:
    assert cells(text) == expected


@pytest.mark.parametrize(
    ("width", "length", "expected"), [(None, 120, True), (None, 121, False), (60, 60, True), (60, 61, False)]
)
def test_what_fits(width: int | None, length: int, expected: bool) -> None:
    assert Screen(width=width).fits("x" * (length - 4), indent=4) is expected


_TEXTS = st.text(st.sampled_from("ab.:/ 漢"), max_size=150)


@given(st.lists(_TEXTS, max_size=4), st.integers(40, 90), st.integers(0, 8), st.integers(0, 8))
def test_every_line_fits_and_no_character_is_lost(texts: list[str], width: int, indent: int, hanging: int) -> None:
    lines = list(Screen(width=width).lines(*texts, indent=indent, hanging=hanging))
    assert [line for line in lines if cells(line) > width] == []
    assert "".join(lines).replace(" ", "") == "".join(texts).replace(" ", "")
    assert lines == list(Screen(color=False, width=width).lines(*texts, indent=indent, hanging=hanging))
