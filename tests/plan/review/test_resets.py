"""Which persisters fall back to the defaults in every property."""

from dataclasses import replace

import pytest

from persync.model import LivePersister, Persister, PropertyGlob
from persync.plan.compare import compare
from persync.plan.parts.resets import falls_back
from tests.builders import SECRETS, SPAN, desired, live, segment, volumes

TABLE = {"eventstore.tableName": "web.a"}
CPU = {"kubernetes.limits.cpu": "700m"}


@pytest.mark.parametrize(
    ("files", "there", "expected"),
    [
        (desired(), live(TABLE), True),
        (desired(), live(TABLE, CPU), True),
        (desired(version="1.0"), live(TABLE, version="1.0"), True),
        (desired(version="2.0"), live(TABLE, version="1.0"), True),
        (desired(), live(deployer=volumes(a="x", b="y")), True),
        # a server that shows all keys in lower case, and two spellings of a key
        (desired(), live({"eventstore.tablename": "web.a", "my.own": "1"}, {"kubernetes.limits.cpu": "1"}), True),
        (desired(), live({"eventstore.tableName": "a", "eventstore.table-name": "b", "MY.Own": "1"}), True),
        (desired(), live(), False),
        (desired(version="2.0"), live(version="1.0"), False),
        (desired(TABLE), live(TABLE), False),
        (desired(TABLE), live(TABLE, CPU), False),
        (desired({"my.own": "1"}), live(TABLE, CPU), False),
        (desired(deployer=CPU), live(TABLE), False),
    ],
)
def test_where_the_files_configure_no_property(files: Persister, there: LivePersister, expected: bool) -> None:
    comparison = compare(files, there, there, secrets=SECRETS)
    assert falls_back(files, there, comparison) is expected


def test_a_live_segment_persister_keeps_what_the_files_lack() -> None:
    files, there = segment({}), live()
    assert falls_back(files, there, compare(files, there, secrets=SECRETS)) is False


def test_what_is_ignored_is_kept() -> None:
    files, there = replace(desired(), ignored=(PropertyGlob("appConfig.my.*", SPAN),)), live({**TABLE, "my.own": "1"})
    comparison = compare(files, there, secrets=SECRETS)
    assert ([change.path for change in comparison.changes], falls_back(files, there, comparison)) == (
        ["appConfig.eventstore.tableName"],
        False,
    )
