"""``persync render``: the final documents, with the origin of each value."""

import json

import pytest
import yaml

from persync.config.fmt.format import formatted
from tests.command_line import Ended, Installation
from tests.schemas import validate

SETTINGS = """\
version: 1
defaultEnvironment: test
defaults:
  project: web
  appVersion: 1.9
  appConfig:
    eventstore: {batchSize: 100, tableName: "${{ vars.table }}"}
  ignoreChanges: [appVersion]
environments:
  test:
    url: https://harvester.example.com
    overlays: [overlays/one, overlays/two]
    variables: {table: public.events}
    ignoreChanges: [{persisters: [clicks], properties: [deployerConfig.**.memory]}]
  dev:
    url: "${{ env.DEV_URL }}"
    variables: {table: dev.events}
"""
CLICKS = """\
state: RUNNING
eventType: clicks
appVersion: 1.10
appConfig:
  eventstore.batch-size: 500
  my:
    password: geheim
    token: ${{ secret.TOKEN }}
    removed: 1
deployerConfig:
  kubernetes:
    volumes: "[{name: a, emptyDir: {}}]"
    podSecurityContext: {runAsUser: 1000}
---
eventType: views
state: ${{ env.STATE }}
---
project: iot
eventType: visitors
eventstore: live-segment
config: {tasksMax: 2}
ignoreChanges: []
"""
ONE = """\
project: web
eventType: clicks
appConfig: {eventstore.batchSize: 1000, my.removed: null}
"""
TWO = """\
project: web
eventType: clicks
appVersion: "2.0"
deployerConfig:
  kubernetes.podSecurityContext: {fsGroup: 2000}
"""
EXPECTED = """\
# iot/visitors/live-segment: persisters/all.yaml
project: iot              # :18
eventType: visitors       # :19
eventstore: live-segment  # :20
config:
  tasksMax: 2             # :21
---
# web/clicks: persisters/all.yaml
project: web                     # persync.yaml:4
eventType: clicks                # :2
state: RUNNING                   # :1
appVersion: "2.0"                # overlays/two/clicks.yaml:3
appConfig:
  eventstore:
    batchSize: 1000              # overlays/one/clicks.yaml:3
    tableName: public.events     # persync.yaml:7
  my.password: (sensitive)       # :7, hidden
  my.token: ${{ secret.TOKEN }}  # :8
deployerConfig:
  kubernetes:
    podSecurityContext: {runAsUser: 1000, fsGroup: 2000}  # :13, overlays/two/clicks.yaml:5
    volumes:
      - {name: a, emptyDir: {}}  # :12
ignoreChanges:
  - appVersion                   # persync.yaml:8
  - deployerConfig.**.memory     # persync.yaml:14
---
# web/views: persisters/all.yaml
project: web                  # persync.yaml:4
eventType: views              # :15
state: ${{ env.STATE }}       # :16
appVersion: "1.9"             # persync.yaml:5
appConfig:
  eventstore:
    batchSize: 100            # persync.yaml:7
    tableName: public.events  # persync.yaml:7
ignoreChanges:
  - appVersion                # persync.yaml:8
"""


@pytest.fixture
def repository(installation: Installation) -> Installation:
    installation.write("persync.yaml", SETTINGS)
    installation.write("persisters/all.yaml", CLICKS)
    installation.write("overlays/one/clicks.yaml", ONE)
    installation.write("overlays/two/clicks.yaml", TWO)
    return installation


def rendered(repository: Installation, *arguments: str) -> Ended:
    ended = repository.run("render", *arguments)
    assert ended.code == 0, ended.err
    return ended


def test_the_final_documents(repository: Installation) -> None:
    ended = rendered(repository)
    assert ended.out == EXPECTED
    assert ended.err.endswith("1 secret hidden: this output is for reading, not for an apply\n")


def test_they_are_canonical() -> None:
    assert formatted(EXPECTED.encode(), "a.yaml") == (EXPECTED.encode(), ())


def test_no_variable_is_read_but_those_that_may_be_shown(repository: Installation) -> None:
    for variable in ("TOKEN", "STATE", "DEV_URL"):
        repository.monkeypatch.setenv(variable, "Zq4xeRD2hg8y")
    repository.monkeypatch.setenv("PERSYNC_VAR_STATE", "STOPPED")
    assert rendered(repository).out == EXPECTED.replace("${{ env.STATE }}       #", "STOPPED                #")


def test_an_environment_and_a_selection(repository: Installation) -> None:
    out = rendered(repository, "-e", "dev", "web/*", "--exclude", "clicks").out
    assert yaml.safe_load(out) == {
        "project": "web",
        "eventType": "views",
        "state": "${{ env.STATE }}",
        "appVersion": "1.9",
        "appConfig": {"eventstore": {"batchSize": 100, "tableName": "dev.events"}},
        "ignoreChanges": ["appVersion"],
    }


def test_json(repository: Installation) -> None:
    document = json.loads(rendered(repository, "-o", "json", "clicks").out)
    validate(document, "render")
    [clicks] = document["persisters"]
    assert (document["environment"], clicks["id"]["eventType"]) == ("test", "clicks")
    assert clicks["document"]["appConfig"] == {
        "eventstore": {"batchSize": "1000", "tableName": "public.events"},
        "my.password": "(sensitive)",
        "my.token": "${{ secret.TOKEN }}",
    }
    assert clicks["document"]["deployerConfig"]["kubernetes"] == {
        "podSecurityContext": {"runAsUser": "1000", "fsGroup": "2000"},
        "volumes": [{"name": "a", "emptyDir": {}}],
    }
    assert {pointer: list(origin.values()) for pointer, origin in clicks["origins"].items()} == {
        "/project": ["persync.yaml", 4, 12, "settings", "text"],
        "/eventType": ["persisters/all.yaml", 2, 12, "document", "text"],
        "/state": ["persisters/all.yaml", 1, 8, "document", "text"],
        "/appVersion": ["overlays/two/clicks.yaml", 3, 13, "overlay", "text"],
        "/appConfig/eventstore/batchSize": ["overlays/one/clicks.yaml", 3, 35, "overlay", "text"],
        "/appConfig/eventstore/tableName": ["persync.yaml", 7, 45, "settings", "text"],
        "/appConfig/my.password": ["persisters/all.yaml", 7, 15, "document", "hidden"],
        "/appConfig/my.token": ["persisters/all.yaml", 8, 12, "document", "text"],
        "/deployerConfig/kubernetes/podSecurityContext/runAsUser": ["persisters/all.yaml", 13, 37, "document", "text"],
        "/deployerConfig/kubernetes/podSecurityContext/fsGroup": ["overlays/two/clicks.yaml", 5, 44, "overlay", "text"],
        "/deployerConfig/kubernetes/volumes/0/name": ["persisters/all.yaml", 12, 14, "document", "text"],
        "/deployerConfig/kubernetes/volumes/0/emptyDir": ["persisters/all.yaml", 12, 14, "document", "text"],
        "/ignoreChanges/0": ["persync.yaml", 8, 19, "settings", "text"],
        "/ignoreChanges/1": ["persync.yaml", 14, 57, "settings", "text"],
    }


def test_without_an_environment(installation: Installation) -> None:
    installation.write("persync.yaml", "version: 1\n")
    installation.write("persisters/a.yaml", "eventType: a\nappConfig: {my.list: [x, y], 'a/b': 1}\n")
    ended = installation.run("render")
    assert (ended.code, ended.err) == (0, "no environment is chosen: no overlays, no variables; choose one with -e\n")
    assert ended.out == (
        "# global/a: persisters/a.yaml\n"
        "eventType: a     # :1\n"
        "appConfig:\n"
        "  a/b: 1         # :2\n"
        "  my.list[0]: x  # :2\n"
        "  my.list[1]: y  # :2\n"
    )
    document = json.loads(installation.run("render", "-o", "json").out)
    assert list(document["persisters"][0]["origins"]) == [
        "/eventType",
        "/appConfig/a~1b",
        "/appConfig/my.list[0]",
        "/appConfig/my.list[1]",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nothing",), "error: no persister matches 'nothing'"),
        (("-e", "tset"), "did you mean test?"),
        (("views", "--exclude", "none"), "warning: --exclude 'none' matches no persister"),
    ],
)
def test_what_is_wrong_with_the_command_line(
    repository: Installation, arguments: tuple[str, ...], message: str
) -> None:
    ended = repository.run("render", *arguments)
    assert message in ended.err
    assert ended.code == (0 if "warning" in message else 1)


def test_invalid_files_are_not_rendered(repository: Installation) -> None:
    repository.write("persisters/again.yaml", "eventType: clicks\n")
    ended = repository.run("render", "views")
    assert (ended.code, ended.out) == (1, "")
    assert "[duplicate-persister]" in ended.err


def test_nothing_in_it_controls_a_terminal(installation: Installation) -> None:
    installation.settings(url="'sandbox:'")
    installation.write(
        "persisters/one.yaml",
        r"""
        eventType: one
        appConfig:
          my.text: "a\u202eb\u2066c"
          my.note: "it's\u200bd"
        """,
    )
    ended = installation.run("render")
    lines = [line.partition("  #")[0].rstrip() for line in ended.out.splitlines()[1:]]
    assert (ended.code, lines) == (
        0,
        [
            "eventType: one",
            "appConfig:",
            r'  my.note: "it' + r"'s\u200bd" + '"',
            r'  my.text: "a\u202eb\u2066c"',
        ],
    )
