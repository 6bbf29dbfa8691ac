"""The lines of a log that are new, and those since the start."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.cli.logs.lines import MOST_LINES, New, SinceStart, new_lines, since_start

STARTS = (
    "2026-11-26 07:15:37.866  INFO 1 --- [main] c.g.p.App : Starting App v1.10 using Java 11 on pod with PID 1 (/app)"
)


@pytest.mark.parametrize(
    ("before", "now", "new", "is_gap"),
    [
        ("", "", "", False),
        ("", "ab", "ab", False),
        ("ab", "ab", "", False),
        ("ab", "abc", "c", False),
        ("abc", "bcd", "d", False),
        ("aab", "abc", "c", False),
        ("aaa", "aaab", "b", False),
        ("abc", "cdef", "def", False),
        ("abc", "xyz", "xyz", True),
        ("abc", "a", "a", True),
        ("abc", "", "", False),
    ],
)
def test_new_lines(before: str, now: str, new: str, is_gap: bool) -> None:
    assert new_lines([*before], [*now]) == New([*new], is_gap)


@given(st.lists(st.integers(0, 7), max_size=30), st.integers(7, 12))
def test_followed_in_time_a_log_is_shown_as_it_is(steps: list[int], window: int) -> None:
    log: list[str] = []
    shown: list[str] = []
    before: list[str] = []
    for step in steps:
        log += [f"line {len(log) + index}" for index in range(min(step, window - 1))]
        now = log[-window:]
        new = new_lines(before, now)
        assert not new.is_gap
        shown += new.lines
        before = now
    assert shown == log


@pytest.mark.parametrize(
    ("lines", "since", "is_whole"),
    [
        ([], [], True),
        (["a", STARTS, "b"], [STARTS, "b"], True),
        ([STARTS, "a", STARTS, "b"], [STARTS, "b"], True),
        (["a"] * (MOST_LINES - 1), ["a"] * (MOST_LINES - 1), True),
        (["a"] * MOST_LINES, ["a"] * MOST_LINES, False),
        (["c.z.h.HikariDataSource : HikariPool-1 - Starting..."] * MOST_LINES, None, False),
    ],
)
def test_since_the_start(lines: list[str], since: list[str] | None, is_whole: bool) -> None:
    assert since_start(lines) == SinceStart(lines if since is None else since, is_whole)
