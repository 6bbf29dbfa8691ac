"""What the deployer refuses has a problem; what it reads as lists is in the tables of values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.errors import Severity
from persync.properties.kinds.lists import Parsed, assignments, labels, pairs, ports

TEXTS = st.lists(
    st.sampled_from(["A", "b", "=", ":", ",", "'", " ", "\t", "\xa0", "-", "1", "80", "/", ".", "x" * 64]), max_size=12
).map("".join)


@pytest.mark.parametrize("read", [assignments, pairs, labels, ports])
@given(text=TEXTS)
def test_what_is_refused_has_a_problem(read: Callable[[str], Parsed[Any]], text: str) -> None:
    value, problem = read(text)
    assert value is not None or (problem is not None and problem.severity is Severity.ERROR)
