"""sandbox.yaml."""

from pathlib import Path
from textwrap import dedent

import pytest
import yaml

from persync.sandbox.description import Description
from persync.sandbox.domain.faults import Redirect, TooManyRequests
from persync.sandbox.errors import SandboxError
from persync.sandbox.yaml_source import position
from tests.sandbox.support import description_with, pg

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
    texts = [caught.value.message.removeprefix(str(path / "sandbox.yaml")), caught.value.hint]
    return "; ".join(text for text in texts if text)


def test_a_description_with_every_field(tmp_path: Path) -> None:
    description = load(tmp_path, FULL)
    web, visits = description.persisters
    assert (description.release, description.keys_on_get, description.empty_state_answer) == ("1.2", "as-stored", True)
    assert (description.token_lifetime, description.app_versions) == (60, ("1.10", "1.11"))
    assert description.delays.model_dump() == {"deploying": 0.5, "stopping": 0, "failing": 1}
    assert description.users[0].model_dump() == {
        "name": "vera",
        "password": "1234",
        "token": None,
        "roles": {"web": ("viewer",), "*": ("editor",)},
    }
    assert web.stored_config(description.defaults).document() == {
        "appVersion": "1.11",
        "appConfig": {"eventstore.batchSize": "0400", "eventstore.tableName": "no"},
        "deployerConfig": {"kubernetes.limits.cpu": "500m"},
    }
    assert web.pod_config(description.defaults).version == "1.10"
    assert (web.initial_status(), web.fails, visits.initial_status()) == ("RUNNING", True, "RUNNING")
    assert visits.stored_config(description.defaults).document() == {
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
        ("relese: 1.2",
         ":1:1: relese: unknown field; did you mean release? the fields are release, keysOnGet, properties,"
         " emptyStateAnswer, realm, issuer, tokenLifetime, refreshTokenLifetime, delays, defaults, appVersions,"
         " users, clients, persisters, otherEventTypes, faults"),
        ("realm: a\nrelease: 2", ":2:1: release: must be '0.8', '1.1' or '1.2' but is '2'"),
        ("realm: a\nrealm: b", ":2:1: realm: duplicate key; remove one of the two"),
        ("- a", ":1:1: must be a mapping; begin the file with fields, such as release: '1.2'"),
        ("realm: [a", ":1:10: not valid YAML: expected ',' or ']', but got '<stream end>'"),
        ("? [a]\n: b", ":1:3: a key must be text"),
        ("delays:\n  stopping: -1", ":2:3: delays.stopping: must be 0 or more but is '-1'"),
        ("users: &u\n  - *u", ":1:8: the alias is inside the node that it refers to"),
        ("persisters:\n  - eventType: a\n    stat: RUNNING",
         ":3:5: persisters[0].stat: unknown field; did you mean state? the fields are project, eventType, displayName,"
         " editor, consumer, appVersion, appConfig, deployerConfig, config, eventstore, state, imported, running,"
         " fails"),
        ("persisters:\n  - {eventType: a}\n  - {eventType: b c}",
         ":3:6: persisters[1].eventType: must be 1 to 40 letters, digits or hyphens but is 'b c'"),
        ("persisters:\n  - {eventType: a, appConfig: {b: {c: d}}}",
         ":2:32: persisters[0].appConfig.b: must be text"),
        ("persisters:\n  - {eventType: a, config: {tasksMax: 1}}",
         ":2:5: persisters[0]: config is for live-segment persisters; pg has appVersion, appConfig, deployerConfig"),
        ("persisters:\n  - {eventType: a, eventstore: live-segment, running: {appVersion: 1}}",
         ":2:5: persisters[0]: a live-segment persister has config only: no appVersion, appConfig, deployerConfig"),
        ("persisters:\n  - {eventType: a, eventstore: live-segment, config: {tasksMax: x}}",
         ":2:5: persisters[0]: Parameter 'tasksMax' must be a natural number but is \"x\"."),
        ("persisters:\n  - {eventType: a, state: RUNNING_BUT_OUTDATED}",
         ":2:5: persisters[0]: RUNNING_BUT_OUTDATED needs the field running: the older config that the pod runs"),
        ("defaults:\n  pg: {}", ":2:3: defaults.pg.appVersion: required field is missing"),
        ("faults:\n  - {kind: latency, seconds: -1}",
         ":2:21: faults[0].seconds: must be 0 or more but is '-1'"),
        ("persisters: [{eventType: a}, {eventType: a}]",
         ":1:30: persisters[1]: a: duplicate event type in project global; remove one of the two"),
        ("persisters: [{eventType: a}]\notherEventTypes: [{eventType: a}]",
         ":2:19: otherEventTypes[0]: a: duplicate event type in project global; remove one of the two"),
        ("persisters: [{eventType: a}, {eventType: A}]",
         ":1:30: persisters[1]: A: event types are unique ignoring case, and project global has a;"
         " rename one of the two"),
        ("persisters: [{eventType: abcdefghijklmnopqrstu}]",
         ":1:14: persisters[0]: abcdefghijklmnopqrstu: an event type has at most 20 characters in release 1.2;"
         " shorten the name"),
        ("release: 1.1\npersisters: [{eventType: a, project: web}]",
         ":2:14: persisters[0]: a: release 1.1 has no projects; remove the field project"),
        ("release: 0.8\npersisters: [{eventType: a, eventstore: live-segment}]",
         ":2:14: persisters[0]: a: release 0.8 has no live-segment persisters"),
        ("users: [{name: a}]\nclients: [{id: a, secret: b}]",
         ":2:11: clients[0]: a: duplicate name of a user or client; rename one of the two"),
        ("persisters: 7", ":1:1: persisters: must be a list but is '7'"),
        ("persisters: [{project: web}]", ":1:14: persisters[0].eventType: required field is missing"),
        ("persisters: [{eventType: a, imported: maybe}]",
         ":1:29: persisters[0].imported: must be true or false but is 'maybe'"),
        ("persisters: [{eventType: a, state: running}]",
         ":1:29: persisters[0].state: must be capital letters (such as RUNNING) but is 'running'"),
        ("delays: {deploying: soon}", ":1:10: delays.deploying: must be a number but is 'soon'"),
        ("faults: [{kind: latency, seconds: 1, times: 1.5}]",
         ":1:38: faults[0].times: must be a whole number but is '1.5'"),
        ("users: [{name: a, roles: {web: admin}}]",
         ":1:27: users[0].roles.web: must be of viewer, editor, data_owner but is 'admin'"),
        ("release: 1.1\nclients: [{id: a, secret: b, roles: {web: editor}}]",
         ":2:38: clients[0].roles.web: release 1.1 has no roles by project; list the roles of harvester-api,"
         " such as event_type_data_in_edit; *: editor has all"),
        ("users: [{name: a, password: {b: c}}]", ":1:19: users[0].password: must be text"),
    ],
)  # fmt: skip
def test_an_error_has_position_and_hint(tmp_path: Path, text: str, message: str) -> None:
    assert refusal(tmp_path, text) == message


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"sandbox\.yaml: cannot be read: No such file or directory$"):
        Description.load(tmp_path / "sandbox.yaml")
    (tmp_path / "sandbox.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SandboxError, match=r"cannot be read: not UTF-8 text"):
        Description.load(tmp_path / "sandbox.yaml")


def test_the_position_is_that_of_the_deepest_existing_part() -> None:
    node = yaml.compose("a:\n  - b\nc: d", Loader=yaml.SafeLoader)
    assert node is not None
    locations: list[list[str | int]] = [[], ["a"], ["a", 0], ["a", 0, "deeper"], ["c", 1], ["unknown"]]
    assert [position(node, location) for location in locations] == ["1:1", "1:1", "2:5", "2:5", "3:1", "1:1"]


def test_a_control_character_is_not_valid_yaml(tmp_path: Path) -> None:
    assert refusal(tmp_path, "realm: \x01").startswith(":1:1: not valid YAML: unacceptable character")


def test_release_0_8_allows_long_names() -> None:
    assert description_with(release="0.8", persisters=[{"eventType": "x" * 40}]).persisters[0].event_type == "x" * 40


def test_an_event_type_can_have_two_event_stores() -> None:
    stores = [seed.eventstore for seed in Description.for_event_types(
        [("web", "a", "pg"), ("web", "a", "live-segment")]).persisters]  # fmt: skip
    assert stores == ["pg", "live-segment"]


def test_for_event_types_all_are_stopped_and_have_the_defaults() -> None:
    description = Description.for_event_types([("web", "a", "pg"), ("global", "b", "live-segment")])
    seeds = [(seed.project, seed.event_type, seed.eventstore, seed.initial_status()) for seed in description.persisters]
    assert seeds == [("web", "a", "pg", "STOPPED"), ("global", "b", "live-segment", "STOPPED")]
    assert [seed.stored_config(description.defaults) for seed in description.persisters] == [
        description.defaults.for_eventstore("pg"),
        description.defaults.for_eventstore("live-segment"),
    ]


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ([("web", "a_b", "pg")], "web/a_b: eventType must be 1 to 40 letters, digits or hyphens but is 'a_b'"),
        ([("web", "a", "pg")] * 2, "web/a: a: duplicate event type in project web"),
    ],
)
def test_for_event_types_refuses_invalid_names(ids: list[tuple[str, str, str]], message: str) -> None:
    with pytest.raises(SandboxError) as caught:
        Description.for_event_types(ids)
    assert str(caught.value) == message


def test_an_account_can_have_several_roles(tmp_path: Path) -> None:
    text = "release: 0.8\nusers:\n  - {name: a, roles: {harvester-api: [event_type_data_in_edit, readers]}}"
    assert load(tmp_path, text).users[0].roles == {"harvester-api": ("event_type_data_in_edit", "readers")}


def test_the_demo_has_several_run_states() -> None:
    assert [seed.initial_status() for seed in Description.demo().persisters] == [
        "RUNNING",
        "RUNNING",
        "STOPPED",
        "FAILED",
        "RUNNING",
    ]


def test_the_built_in_defaults_are_strings_for_pg() -> None:
    config = Description().defaults.for_eventstore("pg")
    assert config.version == "latest"
    assert {type(value) for values in config.maps.values() for value in values.values()} == {str}
    assert set(config.document()) == set(pg(appVersion=""))
