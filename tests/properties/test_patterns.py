from __future__ import annotations

import pytest

from persync.errors import ConfigError
from persync.properties.patterns import InvalidPattern, compiled, found_in


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"\.passphrase$", "my.passphrase", True),
        (r"\.passphrase$", "my.PassPhrase", True),
        (r"\.passphrase$", "my.passphrase.x", False),
        ("(?<=my\\.)x", "my.x", True),
        ("", "anything", True),
    ],
)
def test_it_is_searched_without_regard_to_case(pattern: str, text: str, expected: bool) -> None:
    assert found_in(pattern, text) is expected


@pytest.mark.parametrize("pattern", ["(", "[", "*", "(?P<a>x)(?P=b)", "x{2,1}"])
def test_what_is_none(pattern: str) -> None:
    with pytest.raises(InvalidPattern):
        compiled(pattern)


def test_a_search_that_does_not_end() -> None:
    with pytest.raises(ConfigError) as caught:
        found_in("(a|aa)+$", f"{'a' * 200}!")
    assert (caught.value.message, caught.value.hint) == (
        "the search for the regular expression '(a|aa)+$' takes more than 0.5 s in a key of 201 characters",
        "write it without alternatives or repetitions that overlap within a repetition, such as (a|aa)+",
    )
