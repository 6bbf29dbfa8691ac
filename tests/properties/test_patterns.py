from __future__ import annotations

import sys
from collections.abc import Iterator
from threading import Thread

import pytest

from persync.errors import ConfigError
from persync.properties.patterns import InvalidPattern, SearchBudget, compiled, found_in


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
    assert found_in(pattern, text, SearchBudget()) is expected


@pytest.mark.parametrize("pattern", ["(", "[", "*", "(?P<a>x)(?P=b)", "x{2,1}"])
def test_what_is_none(pattern: str) -> None:
    with pytest.raises(InvalidPattern):
        compiled(pattern)


def test_a_search_that_does_not_end() -> None:
    with pytest.raises(ConfigError) as caught:
        found_in("(a|aa)+$", f"{'a' * 200}!", SearchBudget())
    assert (caught.value.message, caught.value.hint) == (
        "the search for the regular expression '(a|aa)+$' takes more than 0.5 s in a text of 201 characters",
        "write it without alternatives or repetitions that overlap within a repetition, such as (a|aa)+",
    )


def test_searches_that_do_not_end_together() -> None:
    """Each takes less than the limit of one; a budget of another load has its own time."""
    budget = SearchBudget(in_all=0.1)
    found, problem = 0, None
    for number in range(200):
        try:
            found += found_in("^(b|bb)+$", f"{'b' * 20}{number}!", budget)
        except ConfigError as error:
            problem = error
    assert (found, problem and problem.message) == (
        0,
        "all searches for the regular expression '^(b|bb)+$' take more than 0.1 s",
    )
    assert [found_in("^b$", "b", budget), found_in("^(b|bb)+$", "bb", SearchBudget())] == [True, True]


def test_any_number_of_ordinary_searches() -> None:
    budget = SearchBudget(in_all=0.01, ordinary=1)
    assert [found_in("^(c|cc)+$", "cc", budget) for _ in range(5000)] == [True] * 5000


@pytest.fixture
def frequent_switches() -> Iterator[None]:
    """Threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("frequent_switches")
def test_threads_share_a_budget() -> None:
    budget = SearchBudget(in_all=100_000, ordinary=0)

    def spend() -> None:
        for _ in range(5000):
            budget.spend("x", 1)

    threads = [Thread(target=spend) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert budget.left("x") == 80_000
