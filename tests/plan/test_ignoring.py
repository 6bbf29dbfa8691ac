"""ignoreChanges and hidden values: what is compared, and what a PUT sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from persync.apply.body import put_body
from persync.errors import ValueUnknown
from persync.model import LivePersister, Persister, PropertyGlob, Section, Span
from persync.plan.compare import compare
from persync.plan.diff import Pair, diff, property_changes
from persync.plan.fingerprint import fingerprint_of_desired, fingerprint_of_live
from persync.plan.ignoring.ignored import ignored_paths, used_globs, without_ignored
from persync.plan.ignoring.update import update_of
from tests.builders import SECRETS, desired, live, live_properties, segment

MASK = "******"
CAMEL = {"kubernetes.imagePullPolicy": "Always"}  # a server that shows this keeps the case of keys
PASSWORD = "spring.datasource.password"
ENVIRONMENT = "kubernetes.environmentVariables"


def ignoring(persister: Persister, *globs: str) -> Persister:
    return replace(persister, ignored=tuple(PropertyGlob(glob, Span("a.yaml", 9, 1)) for glob in globs))


def body(persister: Persister, shown: LivePersister, full: LivePersister | None = None) -> dict[str, Any]:
    def read_full() -> LivePersister:
        assert full is not None, "the full answer is not needed"
        return full

    return put_body(update_of(persister, shown, read_full))


@pytest.mark.parametrize(
    ("globs", "paths"),
    [
        ((), ["appConfig.a", "appConfig.live", "appVersion", "deployerConfig.kubernetes.limits.cpu"]),
        (("appConfig.a",), ["appConfig.live", "appVersion", "deployerConfig.kubernetes.limits.cpu"]),
        (("appConfig.*", "appVersion"), ["deployerConfig.kubernetes.limits.cpu"]),
        (("appConfig.**", "app-version", "deployer-config.kubernetes.LIMITS.*"), []),
        (("**",), []),
    ],
)
def test_what_is_ignored_is_not_compared(globs: tuple[str, ...], paths: list[str]) -> None:
    persister = ignoring(desired({"a": "1"}, {"kubernetes.limits.cpu": "1"}, version="2"), *globs)
    shown = live({"a": "2", "live": "x"}, {"kubernetes.limits.cpu": "2"}, version="1")
    found = compare(persister, shown, secrets=SECRETS)
    assert ([change.path for change in found.changes], found.needs_full) == (paths, False)


def test_a_key_that_decides_how_a_server_shows_keys_counts_though_it_is_ignored() -> None:
    dead = {"kubernetes.volumemounts": "[]", "kubernetes.limits.cpu": "1"}
    persister = ignoring(desired(deployer={"kubernetes.limits.cpu": "1"}), "deployerConfig.kubernetes.imagePullPolicy")
    assert compare(persister, live(deployer=dead | CAMEL), secrets=SECRETS).warnings == (
        "live has deployerConfig.kubernetes.volumemounts, which the deployer ignores: it reads kubernetes.volumeMounts",
    )


NOT_COMPARED = (
    "live shows ****** for {}: not compared; an update sends the file's value"
    " (list it under ignoreChanges if that is expected)"
)
IS_LOST = (
    "live shows ****** for {}: once it is reset, nothing shows what it was (list it under ignoreChanges to keep it)"
)


@pytest.mark.parametrize(
    ("app", "shown", "changes", "warnings"),
    [
        ({"a": "x"}, {"a": MASK}, [], [NOT_COMPARED.format("appConfig.a")]),
        ({"a": MASK}, {"a": MASK}, [], []),
        ({}, {"a": MASK}, ["appConfig.a"], [IS_LOST.format("appConfig.a")]),
        (
            {"url": "jdbc:x://u:pw@db"},
            {"url": "jdbc:x://u:***@db"},
            [],
            [NOT_COMPARED.format("appConfig.url")],
        ),
        ({"url": "jdbc:x://u:pw@new"}, {"url": "jdbc:x://u:***@db"}, ["appConfig.url"], []),
    ],
)
def test_a_hidden_value_is_not_compared(
    app: Mapping[str, str], shown: Mapping[str, str], changes: list[str], warnings: list[str]
) -> None:
    found = compare(desired(app), live(shown), secrets=SECRETS)
    assert ([change.path for change in found.changes], list(found.warnings)) == (changes, warnings)


def test_a_hidden_default_is_not_compared_either() -> None:
    found = compare(desired({"a": "x"}), live(), live({"a": MASK}), secrets=SECRETS)
    assert (found.changes, found.warnings) == ((), (NOT_COMPARED.format("appConfig.a"),))


@pytest.mark.parametrize(
    ("written", "changes"),
    [
        ("A=1,PASSWORD=pw", []),
        ("PASSWORD=pw,A=1", []),
        ("A=2,PASSWORD=pw", ["deployerConfig.kubernetes.environmentVariables[A]"]),
        ("PASSWORD=pw", ["deployerConfig.kubernetes.environmentVariables[A]"]),
    ],
)
def test_of_a_value_with_a_hidden_part_the_rest_is_compared(written: str, changes: list[str]) -> None:
    found = compare(
        desired(deployer={ENVIRONMENT: written}), live(deployer={ENVIRONMENT: f"A=1,PASSWORD={MASK}"}), secrets=SECRETS
    )
    assert [change.path.replace("]", "").replace("[", ".") for change in found.changes] == [
        path.replace("]", "").replace("[", ".") for path in changes
    ]


@pytest.mark.parametrize(
    ("app", "globs", "shown", "full", "expected"),
    [
        # the live value, also where the files have another, or none
        ({"a": "1"}, ["appConfig.a"], {"a": "2"}, None, {"a": "2"}),
        ({}, ["appConfig.a"], {"a": "2"}, None, {"a": "2"}),
        # a default stays one
        ({"a": "1"}, ["appConfig.a"], {}, {"a": "2"}, {}),
        # what the API does not show comes from the files
        ({PASSWORD: "pw"}, ["**.password"], {PASSWORD: MASK}, None, {PASSWORD: "pw"}),
        ({PASSWORD: "pw"}, ["**.password"], {}, {PASSWORD: MASK}, {PASSWORD: "pw"}),
        ({"a": "1"}, ["appConfig.a"], {}, {}, {"a": "1"}),
        # the spelling: as it is stored, and else the one that is documented, or written
        ({}, ["appConfig.**"], {"EVENTSTORE.batch-size": "1"}, None, {"EVENTSTORE.batch-size": "1"}),
        ({}, ["appConfig.**"], {"eventstore.batchsize": "1"}, None, {"eventstore.batchSize": "1"}),
        ({"my.ownKey": "1"}, ["appConfig.**"], {"my.ownkey": "2"}, None, {"my.ownKey": "2"}),
        ({}, ["appConfig.**", "appConfig.my.ownKey"], {"my.ownkey": "2"}, None, {"my.ownKey": "2"}),
        ({}, ["appConfig.**"], {"my.ownkey": "2"}, None, {"my.ownkey": "2"}),
    ],
)
def test_what_a_put_sends(
    app: Mapping[str, str],
    globs: list[str],
    shown: Mapping[str, str],
    full: Mapping[str, str] | None,
    expected: Mapping[str, str],
) -> None:
    persister = ignoring(desired({"kept": "k"} | dict(app)), *globs, "appConfig.kept2")
    sent = body(persister, live({**shown, "kept": "other"}), None if full is None else live(dict(full)))
    kept = {} if "appConfig.**" in globs else {"kept": "k"}
    assert sent["appConfig"] == {**kept, **expected, **({"kept": "other"} if "appConfig.**" in globs else {})}


BINDER = "spring.cloud.stream.kafka.binder.configuration"


@pytest.mark.parametrize(
    ("section", "key"), [(Section.DEPLOYER, "my.key"), (Section.APP, f"{BINDER}.max.poll")], ids=["deployer", "exact"]
)
def test_a_spelling_that_is_not_shown(section: Section, key: str) -> None:
    app, deployer = ({key: "1"}, {}) if section is Section.APP else ({}, {key: "1"})
    shown = live(app, deployer)
    with pytest.raises(ValueUnknown) as raised:
        body(ignoring(desired(), f"{section}.**"), shown, shown)
    assert (raised.value.message, raised.value.hint) == (
        f"live has {section}.{key}, which ignoreChanges keeps: an update would have to send it in its own spelling,"
        " and the API shows every key in lower case",
        "name it under ignoreChanges in full, as it is spelled",
    )
    # the defaults show that the server keeps the case
    full = live(app, deployer | CAMEL)
    assert body(ignoring(desired(), f"{section}.**"), shown, full)[section] == {key: "1"}
    named = key.replace("poll", "Poll").replace("key", "Key")
    assert body(ignoring(desired(), f"{section}.{named}"), shown)[section] == {named: "1"}


def test_a_hidden_value_that_the_files_lack() -> None:
    with pytest.raises(ValueUnknown) as raised:
        body(ignoring(desired(), "**.password"), live({PASSWORD: f"a{MASK}"}))
    assert (raised.value.message, raised.value.hint) == (
        "live shows ****** for appConfig.spring.datasource.password, which ignoreChanges keeps: an update would have to"
        " send its value, and that is not known",
        "configure its value in the file: it is sent along, and still not compared",
    )


def test_the_version_is_left_out() -> None:
    assert body(desired(version="2"), live(version="1"))["appVersion"] == "2"
    assert "appVersion" not in body(ignoring(desired(version="2"), "appVersion"), live(version="1"))


def test_a_live_segment_keeps_numbers_as_numbers() -> None:
    persister = ignoring(segment({"tasksMax": "2"}), "config.batchSize")
    properties = live_properties(Section.LIVE_SEGMENT, {"tasksMax": "1", "batchSize": "500"})
    shown = replace(live(), id=persister.id, properties={Section.LIVE_SEGMENT: properties})
    assert body(persister, shown) == {"config": {"tasksMax": 2, "batchSize": 500}}


def test_the_fingerprints() -> None:
    def of_live(shown: LivePersister, *globs: str) -> str:
        return fingerprint_of_live(shown, ignoring(desired(), *globs), "https://h", SECRETS)

    def of_files(*globs: str) -> str:
        return fingerprint_of_desired(ignoring(desired({"a": "1"}), *globs), "https://h", SECRETS)

    one, other = live({"a": "1", "b": "2"}, version="1"), live({"a": "2", "b": "2"}, version="2")
    globs = ("appConfig.a", "appVersion")
    assert of_live(one, *globs) == of_live(other, *globs) != of_live(one)
    assert of_files() == of_files() != of_files("appConfig.a") != of_files("appConfig.b")


def test_the_paths_that_are_ignored_and_the_globs_in_use() -> None:
    persister = ignoring(desired({"my.Key": "1"}, version="1"), "appConfig.my.key", "**.live", "appVersion", "**.no")
    shown = live({"my.key": "2", "a.live": "1"})
    assert ignored_paths(persister, shown) == ("appConfig.a.live", "appConfig.my.Key", "appVersion")
    assert {glob.text for glob in used_globs(persister.ignored, persister, shown)} == {
        "appConfig.my.key",
        "**.live",
        "appVersion",
    }
    assert ignored_paths(desired(), shown) == ()
    assert without_ignored(shown, persister.ignored) == live()
    assert without_ignored(shown, ()) is shown


def test_a_diff_shows_what_becomes_ignored_and_nothing_of_it() -> None:
    base = desired({"a": "1", "b": "1", "c": "1"})
    after = ignoring(desired({"a": "2", "b": "2"}), "appConfig.a", "appConfig.c")
    assert [change.path for change in property_changes(base, after, SECRETS)] == ["appConfig.b"]
    plan = diff([Pair(base.id, base, after)], environment="e", url="u", base="main", secrets=SECRETS)
    [planned] = plan.persisters
    shown = [(change.path, change.before.display, change.after.display) for change in planned.changes]
    assert shown == [("appConfig.b", "1", "2"), ("ignoreChanges", None, "appConfig.a, appConfig.c")]
    assert [(each.id, each.properties) for each in plan.ignored] == [(base.id, ("appConfig.a", "appConfig.c"))]
    again = diff([Pair(base.id, after, after)], environment="e", url="u", base="main", secrets=SECRETS)
    assert (again.persisters, again.in_sync) == ((), 1)
