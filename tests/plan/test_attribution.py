"""Where a difference comes from: by property, from the base, the files, live, and what older commits configured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import pytest

from persync.model import LivePersister, Persister, PersisterId, RunState, Section
from persync.plan.attribution import Base, attributed
from persync.plan.compare import Evidence, compare
from persync.plan.plan import PersisterPlan, Plan
from tests.builders import SECRETS, SEGMENT_ID, VOLUMES, desired, live, live_properties, prop, segment, volumes

Texts = Mapping[str, str]
Revision = Mapping[PersisterId, Persister | None]
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

    def history(persisters: Sequence[Persister]) -> Iterable[Revision]:
        assert persisters == [base]
        return [{now.id: one} for one in older]

    def ahead(persisters: Sequence[Persister]) -> Iterable[Revision]:
        assert persisters == [base]
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


PATH = f"deployerConfig.{VOLUMES}"


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
