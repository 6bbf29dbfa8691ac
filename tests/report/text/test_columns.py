"""Tables that fit a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.report.text.columns import Table, age, cut_right, replaced, shortened, without

TABLE = Table(("NAME", "BEGAN", "FILE"), (("web/clicks", "2026-11-26", "persisters/web.yaml"), ("b", "–", "b.yaml")))
MEASURES = (
    replaced("BEGAN", "AGE", ["3h", "–"]),
    shortened("FILE", 8, from_left=True),
    without("AGE"),
    shortened("NAME", 5),
    without("FILE"),
)


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (None, TABLE.lines()),
        (43, ["NAME        BEGAN       FILE", "web/clicks  2026-11-26  persisters/web.yaml", TABLE.lines()[2]]),
        (42, ["NAME        AGE  FILE", "web/clicks  3h   persisters/web.yaml", "b           –    b.yaml"]),
        (30, ["NAME        AGE  FILE", "web/clicks  3h   …ers/web.yaml", "b           –    b.yaml"]),
        (24, ["NAME        FILE", "web/clicks  …eb.yaml", "b           b.yaml"]),
        (17, ["NAME     FILE", "web/cl…  …eb.yaml", "b        b.yaml"]),
        (9, ["NAME", "web/…", "b"]),
    ],
)  # fmt: skip
def test_a_table_of_a_width(width: int | None, lines: list[str]) -> None:
    assert TABLE.fitted(width, MEASURES).lines() == lines


@given(st.integers(1, 60))
def test_no_line_is_longer_than_the_terminal_where_measures_are_left(width: int) -> None:
    table = TABLE.fitted(width, MEASURES)
    assert table.width <= width or table.head == ("NAME",)


def test_a_measure_about_a_column_that_is_not_there_changes_nothing() -> None:
    for measure in (replaced("X", "Y", []), shortened("X", 3), without("X")):
        assert TABLE.fitted(1, [measure]) == TABLE


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-3, "0s"), (0.5, "0s"), (119, "119s"), (120, "2m"), (7199, "119m"), (7200, "2h"), (172_800, "2d"), (9e6, "104d")],
)
def test_an_age(seconds: float, text: str) -> None:
    assert age(seconds) == text


@pytest.mark.parametrize(("width", "text"), [(None, "abc"), (3, "abc"), (2, "a…"), (1, "…")])
def test_a_text_that_is_cut(width: int | None, text: str) -> None:
    assert cut_right("abc", width) == text
