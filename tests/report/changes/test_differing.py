"""The part of a value that differs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.report.changes.differing import Parts, differing


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("jdbc://old:1/db", "jdbc://new:1/db", (("jdbc://", "old", ":1/db"), ("jdbc://", "new", ":1/db"))),
        ("abcdefgh", "abcdefgh9", (("abcdefgh", "", ""), ("abcdefgh", "9", ""))),
        ("aaaaaaaa", "aaaaaaaaa", (("aaaaaaaa", "", ""), ("aaaaaaaa", "a", ""))),
        ("100", "500", (("100", "", ""), ("500", "", ""))),
        ("abcdef12345678901234", "abcdefxxxxxxxxxxxxxx", (("abcdef12345678901234",), ("abcdefxxxxxxxxxxxxxx",))),
        ("", "abcdefgh", (("",), ("abcdefgh",))),
    ],
)
def test_differing(before: str, after: str, expected: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
    assert differing(before, after) == (Parts(*expected[0]), Parts(*expected[1]))


_TEXTS = st.text("ab.", max_size=30)


@given(_TEXTS, _TEXTS)
def test_the_parts_are_the_values(before: str, after: str) -> None:
    parts = differing(before, after)
    assert ("".join(parts[0]), "".join(parts[1])) == (before, after)
