"""The difference of the configuration at two revisions."""

from __future__ import annotations

from dataclasses import replace

from persync.model import Persister, Section, SourceText
from persync.plan.diff import diff, pairs, property_changes
from persync.properties.secrets import SecretPolicy
from tests.builders import ID, SECRETS, SPAN, VOLUMES, desired, prop, segment, volumes

PATH = f"deployerConfig.{VOLUMES}"


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
