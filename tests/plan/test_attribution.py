"""Whose a difference is: by property, from the base, the files, live, and what older commits wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import pytest

from persync.model import LivePersister, Persister, PersisterId, RunState, Section, SourceText
from persync.plan.attribution import Base, attributed
from persync.plan.compare import Evidence, compare
from persync.plan.diff import diff, pairs, property_changes
from persync.plan.plan import PersisterPlan, Plan
from persync.properties.secrets import SecretPolicy
from tests.builders import ID, SECRETS, SEGMENT_ID, SPAN, desired, live, live_properties, prop, properties

Texts = Mapping[str, str]
Told = Mapping[PersisterId, Persister | None]
R, S = RunState.RUNNING, RunState.STOPPED


def labels(
    now: Persister,
    at: LivePersister,
    base: Persister | None,
    *older: Persister | None,
    full: LivePersister | None = None,
    newer: Sequence[Persister] = (),
    forgets: bool = False,
    whole: bool = True,
) -> dict[str, str | None]:
    """Return the label of each difference, by path; the run state's as ``state``."""
    comparison = compare(now, at, full, secrets=SECRETS)
    planned = PersisterPlan(
        id=now.id, span=now.span, live_state=at.reported_state, desired_state=now.state, changes=comparison.changes
    )
    other = planned.model_copy(update={"id": planned.id._replace(event_type="other")})
    plan = Plan(environment="test", url="http://x", persisters=(planned, other), in_sync=0)

    def history(wanted: Sequence[Persister]) -> Iterable[Told]:
        assert wanted == [base]
        return [{now.id: one} for one in older]

    def ahead(wanted: Sequence[Persister]) -> Iterable[Told]:
        assert wanted == [base]
        return [{now.id: one} for one in newer]

    of_base = {base.id: base} if base else {}
    found = attributed(
        plan,
        {now.id: Evidence(now, at, full)},
        Base("main", of_base, history, ahead, forgets=forgets, whole=whole),
        SECRETS,
    )
    assert (found.plan.base, found.plan.persisters[1]) == ("main", other)
    one = found.plan.persisters[0]
    by_path: dict[str, str | None] = {change.path: change.attribution for change in one.changes}
    if not newer:
        assert found.newer == 0
    return by_path | ({"state": one.state_attribution} if one.state_attribution else {})


class Row(NamedTuple):
    """One property: its value now, live, in the base and in older commits; ``None``: it is not there."""

    now: str | None
    live: str | None
    base: str | None
    older: tuple[str | None, ...]
    label: str


@pytest.mark.parametrize(
    "row",
    [
        Row("2", "1", "1", (), "yours"),
        Row("2", "3", "1", (), "yours"),
        Row("2", None, None, (), "yours"),
        Row(None, "1", "1", (), "yours"),
        Row("2", "1", "2", (), "drift"),
        Row("2", "1", "2", ("1",), "pending"),
        Row("2", "1", "2", ("3", "1"), "pending"),
        Row("2", "1", "2", ("2", "3"), "drift"),
        Row("2", None, "2", (), "drift"),
        Row("2", None, "2", (None,), "pending"),
        Row("2", "1", "2", (None,), "drift"),
        Row("2", None, "2", ("1",), "drift"),
        Row(None, "1", None, (), "drift"),
        Row(None, "1", None, ("1",), "pending"),
        Row(None, "1", None, ("2",), "drift"),
    ],
)
def test_one_property(row: Row) -> None:
    def side(text: str | None) -> Texts:
        return {"my.a": text} if text is not None else {}

    older = [desired(side(text)) for text in row.older]
    full = live({"my.a": "default"}) if row.live is None else None
    found = labels(desired(side(row.now)), live(side(row.live)), desired(side(row.base)), *older, full=full)
    assert found == {"appConfig.my.a": row.label}


def test_a_default_in_an_older_commit_is_the_default_of_live() -> None:
    two = {"eventstore.batchSize": "2"}
    full = live({"eventstore.batch-size": "500"})
    older = desired({"eventstore.batchsize": "500"})
    assert labels(desired(two), live(), desired(two), older, full=full) == {"appConfig.eventstore.batchSize": "pending"}


def test_spellings_and_kinds_do_not_matter() -> None:
    now = desired({"eventstore.batchSize": "2"}, {"kubernetes.limits.cpu": "1"})
    base = desired({"eventstore.batch-size": "+2"}, {"kubernetes.limits.cpu": "1000m"})
    older = desired({"EVENTSTORE.BATCH_SIZE": "01"}, {"kubernetes.limits.cpu": "0.5"})
    at = live({"eventstore.batchsize": "1"}, {"kubernetes.limits.cpu": "500m"})
    assert labels(now, at, base, older) == {
        "appConfig.eventstore.batchSize": "pending",
        "deployerConfig.kubernetes.limits.cpu": "pending",
    }


VOLUMES = "kubernetes.volumes"
PATH = f"deployerConfig.{VOLUMES}"


def volumes(**names: str) -> dict[str, str]:
    return {
        VOLUMES: "[" + ", ".join(f"{{name: {name}, secret: {{secretName: {of}}}}}" for name, of in names.items()) + "]"
    }


def test_each_scalar_of_a_structure_has_its_own_label() -> None:
    now = desired(None, volumes(a="2", b="2", c="2"))
    base = desired(None, volumes(a="1", b="2", c="2"))
    at = live(None, volumes(a="1", b="1", c="1"))
    older = desired(None, volumes(a="0", b="1", c="3"))
    assert labels(now, at, base, older) == {
        f"{PATH}[a].secret.secretName": "yours",
        f"{PATH}[b].secret.secretName": "pending",
        f"{PATH}[c].secret.secretName": "drift",
    }


@pytest.mark.parametrize(
    ("now", "at", "base", "older", "expected"),
    [
        (volumes(a="2"), {VOLUMES: "{"}, volumes(a="1"), {}, {PATH: "yours"}),
        (volumes(a="2"), {VOLUMES: "{"}, volumes(a="2"), {VOLUMES: "{"}, {PATH: "pending"}),
        (volumes(a="2"), volumes(a="1"), {VOLUMES: "{"}, {}, {f"{PATH}[a].secret.secretName": "yours"}),
        # it comes as a whole, so what it replaces goes as a whole
        (
            volumes(a="2"),
            volumes(a="1", b="1"),
            {},
            {},
            {f"{PATH}[{inside}": "yours" for inside in ("a].secret.secretName", "b].name", "b].secret.secretName")},
        ),
        ({}, volumes(a="1"), {}, {}, {f"{PATH}[a].name": "drift", f"{PATH}[a].secret.secretName": "drift"}),
    ],
)
def test_structures_that_are_not_there_or_cannot_be_read(
    now: Texts, at: Texts, base: Texts, older: Texts, expected: Texts
) -> None:
    found = labels(desired(None, now), live(None, at), desired(None, base), desired(None, older))
    assert found == expected


def test_one_key_may_begin_like_another() -> None:
    now = desired({"my.a": "1", "my.a.b": "2"})
    base = desired({"my.a": "0", "my.a.b": "2"})
    at = live({"my.a": "0", "my.a.b": "1"})
    assert labels(now, at, base) == {"appConfig.my.a": "yours", "appConfig.my.a.b": "drift"}


def test_a_secret_of_one_side_hides_no_label() -> None:
    now = replace(desired(), properties={Section.APP: (prop("my.a", "s3", sensitive=True),)})
    at = live({"my.a": "old"})
    assert labels(now, at, desired({"my.a": "s2"})) == {"appConfig.my.a": "yours"}
    assert labels(now, at, now, desired({"my.a": "old"})) == {"appConfig.my.a": "pending"}


def test_the_version() -> None:
    at = live(version="1")
    assert labels(desired(version="2"), at, desired(version="1")) == {"appVersion": "yours"}
    assert labels(desired(version="2"), at, desired(version="2")) == {"appVersion": "drift"}
    assert labels(desired(version="2"), at, desired(version="2"), desired(version="1")) == {"appVersion": "pending"}
    assert labels(desired(version="2"), at, desired(version="2"), desired()) == {"appVersion": "pending"}


@pytest.mark.parametrize(
    ("now", "at", "base", "older", "label"),
    [
        (R, S, S, (), "yours"),
        (R, S, None, (), "yours"),
        (R, S, R, (), "drift"),
        (R, S, R, (S,), "pending"),
        (R, RunState.STOPPING, R, (R, S), "pending"),
        (S, R, S, (None,), "pending"),
        (S, RunState.FAILED, S, (), "drift"),
        (R, RunState.FAILED, S, (), None),
        (R, RunState.DEPLOYING, S, (), None),
        (R, RunState.RUNNING_BUT_OUTDATED, S, (), None),
        (None, S, R, (), None),
    ],
)
def test_the_run_state(
    now: RunState | None, at: RunState, base: RunState | None, older: tuple[RunState | None, ...], label: str | None
) -> None:
    history = [desired(state=state) for state in older]
    found = labels(desired(state=now), live(state=at), desired(state=base), *history)
    assert found == ({"state": label} if label else {})


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
    # an older commit wanted the same of my.a: what was changed back there is live as it is there
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


def segment(texts: Texts, state: RunState | None = None) -> Persister:
    settings = properties(Section.LIVE_SEGMENT, texts)
    return Persister(SEGMENT_ID, SPAN, state, None, {Section.LIVE_SEGMENT: settings})


def test_a_live_segment_persister_leaves_alone_what_is_not_written() -> None:
    at = LivePersister(
        SEGMENT_ID,
        R,
        "RUNNING",
        None,
        {Section.LIVE_SEGMENT: live_properties(Section.LIVE_SEGMENT, {"a": "1", "b": "1"})},
    )
    now = segment({"a": "2", "b": "2"})
    assert labels(now, at, segment({"a": "1", "b": "2"}), segment({"a": "5"})) == {
        "config.a": "yours",
        "config.b": "pending",
    }


def test_history_is_asked_only_as_far_as_it_is_needed() -> None:
    now = desired({"my.a": "2"})

    def planned(of: Persister, at: LivePersister) -> Plan:
        changes = compare(of, at, secrets=SECRETS).changes
        one = PersisterPlan(id=ID, span=SPAN, live_state="RUNNING", desired_state=R, changes=changes)
        return Plan(environment="test", url="http://x", persisters=(one,), in_sync=0)

    def never(_: Sequence[Persister]) -> Iterable[Told]:
        raise AssertionError

    def once(_: Sequence[Persister]) -> Iterable[Told]:
        yield {}  # an older commit that does not tell
        yield {ID: desired({"my.a": "1"})}
        raise AssertionError

    at = live({"my.a": "1"})
    for base, history, label in ((desired({"my.a": "1"}), never, "yours"), (now, once, "pending")):
        found = attributed(planned(now, at), {ID: Evidence(now, at, None)}, Base("main", {ID: base}, history), SECRETS)
        assert [change.attribution for change in found.plan.persisters[0].changes] == [label]


def shown(base: Persister, now: Persister, sensitive: tuple[str, ...] = ()) -> list[str]:
    changes = property_changes(base, now, SecretPolicy(sensitive))
    return [
        f"{change.kind} {change.path} {change.before.display} {change.after.display}"
        f"{' default' if change.after_default else ''}"
        for change in changes
    ]


def test_what_two_revisions_want_differently() -> None:
    base = desired({"my.a": "1", "my.b": "1", "eventstore.batchSize": "0500"}, volumes(a="1", b="1"), version="1")
    now = desired({"my.c": "1", "my.a": "2", "eventstore.batch-size": "500"}, volumes(b="2", a="1"))
    assert shown(base, now) == [
        "change appConfig.my.a 1 2",
        "remove appConfig.my.b 1 None default",
        "add appConfig.my.c None 1",
        "remove appVersion 1 None",
        f"change {PATH}[b].secret.secretName 1 2",
    ]
    assert shown(base, base) == []
    assert shown(desired(), desired(version="2")) == ["add appVersion None 2"]
    assert shown(segment({"a": "1", "b": "1"}), segment({"a": "2"})) == [
        "change config.a 1 2",
        "remove config.b 1 None default",
    ]


def secret(key: str, text: str) -> Persister:
    return replace(desired(), properties={Section.APP: (prop(key, text, sensitive=True),)})


def test_secrets_of_either_side_are_hidden() -> None:
    plain = desired({"my.a": "s3cret"})
    assert shown(secret("my.a", "s3cret"), desired({"my.a": "other"})) == [
        "change appConfig.my.a (sensitive) (sensitive, changed)"
    ]
    assert shown(plain, secret("my.a", "other")) == ["change appConfig.my.a (sensitive) (sensitive, changed)"]
    assert shown(secret("my.a", "s3cret"), desired()) == ["remove appConfig.my.a (sensitive) None default"]
    assert shown(desired({"my.password": "s3cret"}), desired()) == [
        "remove appConfig.my.password (sensitive) None default"
    ]
    assert shown(plain, desired(), ("my.a",)) == ["remove appConfig.my.a (sensitive) None default"]
    before = replace(desired(version="x"), app_version=SourceText("s3cret", SPAN, ("s3cret",)))
    assert shown(before, desired(version="2")) == ["change appVersion (sensitive) (sensitive, changed)"]
    assert shown(before, desired()) == ["remove appVersion (sensitive) None"]


def test_a_diff_is_a_plan_without_steps() -> None:
    def named(event_type: str, **more: str) -> Persister:
        return replace(desired(dict(more)), id=ID._replace(event_type=event_type))

    base = [named("gone"), named("same", a="1"), named("state"), named("changed", a="1")]
    now = [replace(named("state"), state=None), named("changed", a="2"), named("same", a="1"), named("added", a="1")]
    plan = diff(pairs(base, now), environment="test", url="http://x", base="main", commit="c0ffee", secrets=SECRETS)
    assert (plan.kind, plan.base, plan.commit, plan.in_sync, plan.summary.apply) == ("diff", "main", "c0ffee", 1, 4)
    assert plan.to_do == plan.persisters
    assert [
        (one.id.event_type, one.difference, [change.path for change in one.changes], one.steps, len(one.warnings))
        for one in plan.persisters
    ] == [
        ("added", "added", ["appConfig.a", "state"], (), 0),
        ("changed", "changed", ["appConfig.a"], (), 0),
        ("gone", "removed", [], (), 1),
        ("state", "changed", ["state"], (), 0),
    ]
    (state,) = plan.persisters[3].changes
    assert (state.before.display, state.after.display, plan.persisters[2].live_state) == ("RUNNING", None, None)
