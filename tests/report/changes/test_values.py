"""Values without quotes, where nothing can be mistaken."""

from __future__ import annotations

import pytest

from persync.properties.shown import ABSENT, ShownValue, Visibility
from persync.report.changes.values import plain, plain_value


@pytest.mark.parametrize(
    ("text", "expected", "in_yaml"),
    [
        ("12", "12", "12"),
        ("true", "true", "true"),
        ("jdbc:postgresql://db:5432/x?a=b&c=d", "jdbc:postgresql://db:5432/x?a=b&c=d", "jdbc:postgresql://db:5432/x?a=b&c=d"),
        ("two words", "two words", "two words"),
        ("", '""', '""'),
        (" a", '" a"', '" a"'),
        ("a ", '"a "', '"a "'),
        ("a  b", '"a  b"', '"a  b"'),
        ("a\nb", r'"a\nb"', r'"a\nb"'),
        ('"a"', r'"\"a\""', r'"\"a\""'),
        ("it's", "it's", "it's"),
        ("'a'", "\"'a'\"", "\"'a'\""),
        ("(default)", '"(default)"', '"(default)"'),
        ("6 (default)", '"6 (default)"', '"6 (default)"'),
        ("1 → 2", '"1 → 2"', '"1 → 2"'),
        ("\x1b[31m", r'"\u001b[31m"', r'"\u001b[31m"'),
        ("a: b", "a: b", '"a: b"'),
        ("a #b", "a #b", '"a #b"'),
        ("ends:", "ends:", '"ends:"'),
        ("{a: b}", "{a: b}", '"{a: b}"'),
        ("[]", "[]", "[]"),
        ("{}", "{}", "{}"),
        ("*a", "*a", '"*a"'),
        ("- a", "- a", '"- a"'),
        ("-1", "-1", "-1"),
        ("${x}", "${x}", "${x}"),
    ],
)  # fmt: skip
def test_plain(text: str, expected: str, in_yaml: str) -> None:
    assert (plain(text), plain(text, in_yaml=True)) == (expected, in_yaml)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (ShownValue(Visibility.TEXT, "a"), "a"),
        (ShownValue(Visibility.TEXT, "(sensitive)"), '"(sensitive)"'),
        (ShownValue(Visibility.HIDDEN), "(sensitive)"),
        (ShownValue(Visibility.HIDDEN_CHANGED), "(sensitive, changed)"),
        (ABSENT, '""'),
    ],
)
def test_what_is_hidden_cannot_be_mistaken_for_a_value(value: ShownValue, expected: str) -> None:
    assert plain_value(value) == expected
