"""Values with more parts than can be shown one by one."""

from __future__ import annotations

import pytest

from persync.plan.change import PropertyChange
from persync.plan.compare import compare
from tests.builders import SECRETS, desired, live

KEY = "kubernetes.environmentVariables"


def changes(before: str, after: str) -> tuple[PropertyChange, ...]:
    return compare(desired(deployer={KEY: after}), live(deployer={KEY: before}), secrets=SECRETS).changes


def variables(count: int, name: str = "V") -> str:
    return ",".join(f"{name}{number}=x" for number in range(count))


@pytest.mark.parametrize(("count", "shown"), [(1_000, 1_000), (1_001, 1), (10_001, 1)])
def test_a_value_of_which_more_than_1000_parts_differ_is_shown_as_one_text(count: int, shown: int) -> None:
    found = changes("A=b", f"A=b,{variables(count - 1)},Z=x")
    assert len(found) == shown


def test_a_secret_in_a_value_that_is_shown_as_one_text_is_hidden_with_it() -> None:
    found = changes("A=b", f"A=b,DB_PASSWORD=hunter2,{variables(1_001)}")
    assert [(change.subpath, change.after.display) for change in found] == [("", "(sensitive, changed)")]
