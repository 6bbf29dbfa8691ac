"""sandbox.yaml."""

from pathlib import Path
from textwrap import dedent

import pytest
import yaml

from persync.sandbox.description import Description
from persync.sandbox.errors import SandboxError
from persync.sandbox.faults import Redirect, TooManyRequests
from persync.sandbox.yaml_source import line_of
from tests.sandbox.support import described, pg

FULL = """\
release: 1.2
keysOnGet: as-stored
emptyStateAnswer: true
realm: grnry
tokenLifetime: 60
delays: {deploying: 0.5, stopping: 0, failing: 1}
defaults:
  pg:
    appVersion: 1.10
    appConfig: {eventstore.batchSize: 0400}
    deployerConfig: {kubernetes.limits.cpu: 500m}
  live-segment:
    config: {tasksMax: 1, errorsTolerance: none, errorsDeadletterqueueContextHeadersEnable: false}
appVersions: [1.10, 1.11]
users:
  - {name: vera, password: 1234, roles: {web: viewer, "*": editor}}
clients:
  - {id: ci, secret: s3cret, roles: {web: editor}}
persisters:
  - project: web
    eventType: snowplow-web
    appVersion: 1.11
    appConfig: &config {eventstore.tableName: no}
    state: RUNNING
    running: {appConfig: *config}
    fails: true
  - {eventType: user-visits, eventstore: live-segment, config: {tasksMax: 2}}
otherEventTypes:
  - {eventType: churn, type: segment}
faults:
  - {kind: too-many-requests, times: 3, retryAfter: 2}
  - {kind: redirect, method: PUT, path: "*/persister", after: 1}
"""


def load(path: Path, text: str) -> Description:
    file = path / "sandbox.yaml"
    file.write_text(dedent(text), encoding="utf-8")
    return Description.load(file)


def refusal(path: Path, text: str) -> str:
    with pytest.raises(SandboxError) as caught:
        load(path, text)
    return str(caught.value).removeprefix(str(path / "sandbox.yaml"))


def test_everything_that_can_be_said(tmp_path: Path) -> None:
    description = load(tmp_path, FULL)
    web, visits = description.persisters
    assert (description.release, description.keys_on_get, description.empty_state_answer) == ("1.2", "as-stored", True)
    assert (description.token_lifetime, description.app_versions) == (60, ("1.10", "1.11"))
    assert description.delays.model_dump() == {"deploying": 0.5, "stopping": 0, "failing": 1}
    assert description.users[0].model_dump() == {
        "name": "vera",
        "password": "1234",
        "token": None,
        "roles": {"web": "viewer", "*": "editor"},
    }
    assert web.stored(description.defaults).document() == {
        "appVersion": "1.11",
        "appConfig": {"eventstore.batchSize": "0400", "eventstore.tableName": "no"},
        "deployerConfig": {"kubernetes.limits.cpu": "500m"},
    }
    assert web.deployed(description.defaults).version == "1.10"
    assert (web.status(), web.fails, visits.status()) == ("RUNNING", True, "RUNNING")
    assert visits.stored(description.defaults).document() == {
        "config": {"tasksMax": 2, "errorsTolerance": "none", "errorsDeadletterqueueContextHeadersEnable": False}
    }
    assert description.faults == (
        TooManyRequests(kind="too-many-requests", times=3, retry_after="2"),
        Redirect(kind="redirect", method="PUT", path="*/persister", after=1),
    )


def test_an_empty_file_is_an_installation_without_event_types(tmp_path: Path) -> None:
    assert load(tmp_path, "") == Description()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("relese: 1.2", ":1: relese: unknown field"),
        ("realm: a\nrelease: 2", ":2: release: Input should be '0.8', '1.1' or '1.2'"),
        ("realm: a\nrealm: b", ":2: realm: written twice"),
        ("- a", ":1: a mapping is wanted here, such as `release: '1.2'`"),
        ("realm: [a", ":1: not valid YAML: expected ',' or ']', but got '<stream end>'"),
        ("? [a]\n: b", ":1: a key must be text"),
        ("delays:\n  stopping: -1", ":2: delays.stopping: Input should be greater than or equal to 0"),
        ("users: &u\n  - *u", ":1: an alias to something it is itself a part of"),
        ("persisters:\n  - eventType: a\n    stat: RUNNING", ":3: persisters.0.stat: unknown field"),
        ("persisters:\n  - {eventType: a}\n  - {eventType: b c}",
         ":3: persisters.1.eventType: String should match pattern '^[A-Za-z0-9-]{1,40}$'"),
        ("persisters:\n  - {eventType: a, appConfig: {b: {c: d}}}",
         ":2: persisters.0.appConfig.b: Input should be a valid string"),
        ("persisters:\n  - {eventType: a, config: {tasksMax: 1}}",
         ":2: persisters.0: config: only live-segment persisters have it; pg has appConfig and deployerConfig"),
        ("persisters:\n  - {eventType: a, eventstore: live-segment, running: {appVersion: 1}}",
         ":2: persisters.0: a live-segment persister has `config` only: no appVersion, appConfig, deployerConfig"),
        ("persisters:\n  - {eventType: a, eventstore: live-segment, config: {tasksMax: x}}",
         ":2: persisters.0: Parameter 'tasksMax' must be a natural number but is \"x\"."),
        ("persisters:\n  - {eventType: a, state: RUNNING_BUT_OUTDATED}",
         ":2: persisters.0: RUNNING_BUT_OUTDATED wants `running`: the older config that the pod runs"),
        ("defaults:\n  pg: {}", ":1: defaults: pg.appVersion is missing"),
        ("faults:\n  - {kind: latency, seconds: -1}",
         ":2: faults.0.latency.seconds: Input should be greater than or equal to 0"),
        ("persisters: [{eventType: a}, {eventType: a}]", ":1: a: described twice in project global"),
        ("persisters: [{eventType: a}]\notherEventTypes: [{eventType: a}]",
         ":1: a: described twice in project global"),
        ("persisters: [{eventType: a}, {eventType: A}]",
         ":1: A: event types are unique ignoring case, and a exists"),
        ("persisters: [{eventType: abcdefghijklmnopqrstu}]",
         ":1: abcdefghijklmnopqrstu: an event type has at most 20 characters in release 1.2"),
        ("release: 1.1\npersisters: [{eventType: a, project: web}]",
         ":1: a: release 1.1 knows no project but `global`"),
        ("release: 0.8\npersisters: [{eventType: a, eventstore: live-segment}]",
         ":1: a: release 0.8 knows no live-segment persisters"),
        ("users: [{name: a}]\nclients: [{id: a, secret: b}]", ":1: a: two users or clients of one name"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    assert refusal(tmp_path, text) == message


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"sandbox\.yaml: cannot be read: .*No such file"):
        Description.load(tmp_path / "sandbox.yaml")
    (tmp_path / "sandbox.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SandboxError, match="cannot be read"):
        Description.load(tmp_path / "sandbox.yaml")


def test_the_line_is_that_of_the_deepest_thing_that_is_there() -> None:
    node = yaml.compose("a:\n  - b\nc: d", Loader=yaml.SafeLoader)
    assert node is not None
    locations: list[list[str | int]] = [[], ["a"], ["a", 0], ["a", 0, "deeper"], ["c", 1], ["unknown"]]
    assert [line_of(node, location) for location in locations] == [1, 1, 2, 2, 3, 1]


def test_a_character_that_yaml_forbids_is_not_valid(tmp_path: Path) -> None:
    assert refusal(tmp_path, "realm: \x01").startswith(":1: not valid YAML: unacceptable character")


def test_release_0_8_allows_long_names() -> None:
    assert described(release="0.8", persisters=[{"eventType": "x" * 40}]).persisters[0].event_type == "x" * 40


def test_one_event_type_may_have_two_event_stores() -> None:
    stores = [seed.eventstore for seed in Description.for_event_types(
        [("web", "a", "pg"), ("web", "a", "live-segment")]).persisters]  # fmt: skip
    assert stores == ["pg", "live-segment"]


def test_for_event_types_everything_is_stopped_and_on_defaults() -> None:
    description = Description.for_event_types([("web", "a", "pg"), ("global", "b", "live-segment")])
    known = [(seed.project, seed.event_type, seed.eventstore, seed.status()) for seed in description.persisters]
    assert known == [("web", "a", "pg", "STOPPED"), ("global", "b", "live-segment", "STOPPED")]
    assert [seed.stored(description.defaults) for seed in description.persisters] == [
        description.defaults.of("pg"),
        description.defaults.of("live-segment"),
    ]


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ([("web", "a_b", "pg")], "a_b: persisters.0.eventType: String should match pattern '^[A-Za-z0-9-]{1,40}$'"),
        ([("web", "a", "pg")] * 2, "a: described twice in project web"),
    ],
)
def test_for_event_types_takes_only_names_that_granary_allows(ids: list[tuple[str, str, str]], message: str) -> None:
    with pytest.raises(SandboxError) as caught:
        Description.for_event_types(ids)
    assert str(caught.value) == message


def test_the_demo_has_something_to_do() -> None:
    assert [seed.status() for seed in Description.demo().persisters] == [
        "RUNNING",
        "RUNNING",
        "STOPPED",
        "FAILED",
        "RUNNING",
    ]


def test_the_built_in_defaults_are_strings_for_pg() -> None:
    config = Description().defaults.of("pg")
    assert config.version == "latest"
    assert {type(value) for values in config.maps.values() for value in values.values()} == {str}
    assert set(config.document()) == set(pg(appVersion=""))
