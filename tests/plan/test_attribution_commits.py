"""Where a difference comes from, where the base does not have the persister, and by the older and newer commits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from persync.model import LivePersister, Persister
from persync.plan.attribution import Base, attributed
from persync.plan.compare import Evidence, compare
from persync.plan.plan import PersisterPlan, Plan
from tests.builders import ID, SECRETS, SPAN, desired, live

from .test_attribution import R, Revision, S, labels


def test_what_the_base_does_not_have_is_yours() -> None:
    found = labels(desired({"my.a": "1"}), live({"my.b": "1"}, state=S), None)
    assert found == {"appConfig.my.a": "yours", "appConfig.my.b": "yours", "state": "yours"}


def test_a_persister_that_older_commits_do_not_have() -> None:
    now = desired({"my.a": "1", "my.b": "1"})
    found = labels(now, live({"my.b": "0"}, state=S), now, None)
    assert found == {"appConfig.my.a": "pending", "appConfig.my.b": "drift", "state": "pending"}


def test_a_history_that_is_not_there_leaves_open_what_it_would_tell() -> None:
    now, base = desired({"my.a": "1", "my.b": "1"}), desired({"my.a": "0", "my.b": "1"})
    found = labels(now, live({"my.a": "0", "my.b": "0"}, state=S), base, forgets=True)
    assert found == {"appConfig.my.a": "yours", "appConfig.my.b": None}


def test_what_newer_commits_made_live_is_nobodys_here() -> None:
    now = desired({"my.a": "1", "my.b": "1", "my.c": "1", "my.d": "2"})
    base = desired({"my.a": "1", "my.b": "1", "my.c": "1", "my.d": "1"})
    at = live({"my.a": "3", "my.b": "2", "my.c": "by hand", "my.d": "3"}, state=S)
    newer = [
        desired({"my.a": "3", "my.b": "4", "my.c": "1", "my.d": "3"}, state=S),
        desired({"my.a": "1", "my.b": "2", "my.c": "1", "my.d": "1"}),
    ]
    # an older commit configured the same of my.a: what was changed back there is live as it is there
    assert labels(now, at, base, desired({"my.a": "3"}), newer=newer) == {
        "appConfig.my.a": None,
        "appConfig.my.b": None,
        "appConfig.my.c": "drift",
        "appConfig.my.d": "yours",
    }


def test_how_many_differences_are_not_ours() -> None:
    now, at = desired({"my.a": "1", "my.b": "1"}), live({"my.a": "2", "my.b": "3"}, state=S)
    one = PersisterPlan(
        id=ID, span=SPAN, live_state="STOPPED", desired_state=R, changes=compare(now, at, secrets=SECRETS).changes
    )
    plan = Plan(environment="test", url="http://x", persisters=(one,), in_sync=0)
    theirs = desired({"my.a": "2"}, state=S)
    base = Base("main", {ID: now}, lambda _: (), lambda _: [{}, {ID: theirs}])
    found = attributed(plan, {ID: Evidence(now, at, None)}, base, SECRETS)
    assert (found.newer, found.unknown, found.plan.persisters[0].state_attribution) == (2, False, None)
    found = attributed(plan, {ID: Evidence(now, at, None)}, replace(base, forgets=True), SECRETS)
    assert (found.newer, found.unknown) == (2, True)


def test_what_may_stand_in_a_file_that_cannot_be_read_has_no_label() -> None:
    assert labels(desired({"my.a": "1"}), live(state=S), None, whole=False) == {"appConfig.my.a": None}


def test_history_is_asked_only_as_far_as_it_is_needed() -> None:
    now = desired({"my.a": "2"})

    def planned(of: Persister, at: LivePersister) -> Plan:
        changes = compare(of, at, secrets=SECRETS).changes
        one = PersisterPlan(id=ID, span=SPAN, live_state="RUNNING", desired_state=R, changes=changes)
        return Plan(environment="test", url="http://x", persisters=(one,), in_sync=0)

    def never(_: Sequence[Persister]) -> Iterable[Revision]:
        raise AssertionError

    def once(_: Sequence[Persister]) -> Iterable[Revision]:
        yield {}  # an older commit that does not tell
        yield {ID: desired({"my.a": "1"})}
        raise AssertionError

    at = live({"my.a": "1"})
    for base, history, label in ((desired({"my.a": "1"}), never, "yours"), (now, once, "pending")):
        found = attributed(planned(now, at), {ID: Evidence(now, at, None)}, Base("main", {ID: base}, history), SECRETS)
        assert [change.attribution for change in found.plan.persisters[0].changes] == [label]
