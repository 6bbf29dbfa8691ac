"""``persync explain PERSISTER [PROPERTY]``: which layer gives a value, and what that overrides."""

import json
from typing import Any

import pytest

from tests.command_line import Installation
from tests.origins.test_render import CLICKS, ONE, SETTINGS, TWO
from tests.schemas import validate

ALL = """\
web/clicks in test

project = web
  persync.yaml:4  defaults

eventType = clicks
  persisters/all.yaml:2  document

state = RUNNING
  persisters/all.yaml:1  document

appVersion = 2.0
  persync.yaml:5              defaults, overridden  1.9
  persisters/all.yaml:3       document, overridden  1.10
  overlays/two/clicks.yaml:3  overlay               2.0
  ignored by appVersion (persync.yaml:8)

ignoreChanges = [appVersion, deployerConfig.**.memory]
  persync.yaml:8   settings, merged  appVersion
  persync.yaml:14  settings, merged  deployerConfig.**.memory

appConfig.eventstore.batchSize = 1000
  persync.yaml:7              defaults, overridden  100
  persisters/all.yaml:5       document, overridden  500
  overlays/one/clicks.yaml:3  overlay               1000

appConfig.eventstore.tableName = public.events
  persync.yaml:7   defaults
  persync.yaml:13  vars.table

appConfig.my.password = (sensitive)
  persisters/all.yaml:7  document

appConfig.my.removed = the server's default
  persisters/all.yaml:9       document, overridden  1
  overlays/one/clicks.yaml:3  overlay               removed (null)

appConfig.my.token = ${{ secret.TOKEN }}
  persisters/all.yaml:8  document

deployerConfig.kubernetes.podSecurityContext = {runAsUser: 1000, fsGroup: 2000}
  persisters/all.yaml:13      document         {runAsUser: 1000}
  overlays/two/clicks.yaml:5  overlay, merged  {fsGroup: 2000}

deployerConfig.kubernetes.volumes = [{name: a, emptyDir: {}}]
  persisters/all.yaml:12  document
"""


@pytest.fixture
def repository(installation: Installation) -> Installation:
    installation.write("persync.yaml", SETTINGS)
    installation.write("persisters/all.yaml", CLICKS)
    installation.write("overlays/one/clicks.yaml", ONE)
    installation.write("overlays/two/clicks.yaml", TWO)
    return installation


def test_every_value(repository: Installation) -> None:
    ended = repository.run("explain", "clicks")
    assert (ended.code, ended.err, ended.out) == (0, "", ALL)


def shown(repository: Installation, *arguments: str) -> str:
    """Return what is shown below the name of the persister."""
    ended = repository.run("explain", *arguments)
    assert (ended.code, ended.err) == (0, "")
    return ended.out.partition("\n\n")[2]


REMOVED = """\
appConfig.my.removed = the server's default
  persisters/all.yaml:9       document, overridden  1
  overlays/one/clicks.yaml:3  overlay               removed (null)
"""
TABLE = """\
appConfig.eventstore.tableName = dev.events
  persync.yaml:7   defaults
  persync.yaml:17  vars.table
"""
BATCH_SIZE = """\
appConfig.eventstore.batchSize = 100
  persync.yaml:7  defaults
"""
CLICKS_SIZE = """\
appConfig.eventstore.batchSize = 1000
  persync.yaml:7              defaults, overridden  100
  persisters/all.yaml:5       document, overridden  500
  overlays/one/clicks.yaml:3  overlay               1000
"""
CLICKS_TABLE = """\
appConfig.eventstore.tableName = public.events
  persync.yaml:7   defaults
  persync.yaml:13  vars.table
"""
LIMIT = """\
deployerConfig.kubernetes.limits.memory = the server's default
  no file sets it
  ignored by deployerConfig.**.memory (persync.yaml:14)
"""
CPU = """\
deployerConfig.kubernetes.limits.cpu = the server's default
  no file sets it
"""
MOUNTS = """\
deployerConfig.kubernetes.volumeMounts = the server's default
  no file sets it
"""
SECURITY = """\
deployerConfig.kubernetes.podSecurityContext = {runAsUser: 1000, fsGroup: 2000}
  persisters/all.yaml:13      document         {runAsUser: 1000}
  overlays/two/clicks.yaml:5  overlay, merged  {fsGroup: 2000}
"""
TIMEOUT = """\
appConfig.eventstore.batchTimeout = the server's default, in the catalogue 1000
  no file sets it
"""


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("web/clicks", "my.removed"), REMOVED),
        (("clicks", "appConfig.MY.re-moved"), REMOVED),
        (("views", "eventstore", "-e", "dev"), f"{BATCH_SIZE}\n{TABLE}"),
        (("views", "eventstore.", "-e", "dev"), f"{BATCH_SIZE}\n{TABLE}"),
        (("clicks", "batchSize"), CLICKS_SIZE),
        (("clicks", "removed"), REMOVED),  # a key that the catalogue lacks
        (("clicks", "mountPath"), MOUNTS),
        (("clicks", "runAsUser"), SECURITY),
        (("clicks", "limits"), f"{CPU}\n{LIMIT}"),
        (("views", "state"), "state = ${{ env.STATE }}\n  persisters/all.yaml:16  document\n"),
        (("clicks", "kubernetes.limits.memory"), LIMIT),
        (("clicks", "eventstore."), f"{CLICKS_SIZE}\n{CLICKS_TABLE}"),
        (("visitors", "state"), "state = not set\n  no file sets it\n"),
        (("views", "project", "-e", "dev"), "project = web\n  persync.yaml:4  defaults\n"),
        (("clicks", "eventstore.batchTimeout"), TIMEOUT),
        (("visitors", "config"), "config.tasksMax = 2\n  persisters/all.yaml:21  document\n"),
        (("visitors", "batchSize"), "config.batchSize = the server's default\n  no file sets it\n"),
    ],
)
def test_a_property(repository: Installation, arguments: tuple[str, ...], text: str) -> None:
    assert shown(repository, *arguments) == text


@pytest.mark.parametrize(
    ("document", "overlay", "text"),
    [
        (
            "appConfig: {my.list: [a, b]}",
            "appConfig: {my.list: [c]}",
            """\
appConfig.my.list[0] = c
  persisters/a.yaml:2  document, overridden  a
  overlays/a.yaml:2    overlay               c

appConfig.my.list[1] = the server's default
  persisters/a.yaml:2  document, overridden  b
  overlays/a.yaml:2    overlay               removed (null)
""",
        ),
        (
            "appConfig: {my.a.b: 1, my.a.c: 2}",
            "appConfig: null",
            """\
appConfig.my.a.b = the server's default
  persisters/a.yaml:2  document, overridden  1
  overlays/a.yaml:2    overlay               removed (null)

appConfig.my.a.c = the server's default
  persisters/a.yaml:2  document, overridden  2
  overlays/a.yaml:2    overlay               removed (null)
""",
        ),
        (
            "deployerConfig: {kubernetes.podAnnotations: {a: 1, b: 2}}",
            "deployerConfig: {kubernetes.podAnnotations: {b: null}}",
            """\
deployerConfig.kubernetes.podAnnotations = {a: 1}
  persisters/a.yaml:2  document         {a: 1, b: 2}
  overlays/a.yaml:2    overlay, merged  {b: null}
""",
        ),
        (
            "state: RUNNING",
            "state: null",
            "state = not set\n  persisters/a.yaml:2  document, overridden  RUNNING\n"
            "  overlays/a.yaml:1    overlay               removed (null)\n",
        ),
        ("appConfig: {my.empty: ''}", "", 'appConfig.my.empty = ""\n  persisters/a.yaml:2  document\n'),
    ],
)
def test_what_an_overlay_does(installation: Installation, document: str, overlay: str, text: str) -> None:
    installation.settings(url="https://harvester.example.com", overlays="[overlays]")
    installation.write("persisters/a.yaml", f"eventType: a\n{document}\n")
    installation.write("overlays/a.yaml", f"eventType: a\n{overlay}\n")
    assert shown(installation, "global/a").partition("\n\n")[2] == text


def test_json(repository: Installation) -> None:
    document = json.loads(repository.run("explain", "clicks", "-o", "json").out)
    validate(document, "explanation")
    [table] = [value for value in document["values"] if value["path"] == "appConfig.eventstore.tableName"]
    layer: dict[str, Any] = table["layers"][0]
    place = {"file": "persync.yaml", "line": 13, "column": 24}
    assert (layer["layer"], layer["variables"]) == ("settings", [{"name": "table", "place": place}])


NOT_THERE = "web/clicks has no property {}, and neither has the catalogue"


@pytest.mark.parametrize(
    ("arguments", "message", "meant"),
    [
        (("clicks", "my.tokn"), NOT_THERE.format("my.tokn"), "appConfig.my.token"),
        (("clicks", "batchSiez"), NOT_THERE.format("batchSiez"), "appConfig.eventstore.batchSize"),
        (("clicks", "app.batchSiez"), NOT_THERE.format("app.batchSiez"), "appConfig.eventstore.batchSize"),
        (("clicks", "nothingLikeThis"), NOT_THERE.format("nothingLikeThis"), ""),
        (("clicks", "config.batchSize"), "web/clicks has no property config.batchSize", None),
        (("visitors", "appVersion"), "iot/visitors/live-segment has no property appVersion", None),
        (("web/nothing",), "no persister matches 'web/nothing'", None),
        (("*/*", "state"), "'*/*' matches 3 persisters: iot/visitors/live-segment, web/clicks, web/views", None),
    ],
)
def test_what_is_not_there(
    repository: Installation, arguments: tuple[str, ...], message: str, meant: str | None
) -> None:
    ended = repository.run("explain", *arguments)
    assert (ended.code, ended.out, ended.err.splitlines()[0]) == (1, "", f"error: {message}")
    assert meant is None or (f"did you mean {meant}?" in ended.err) is bool(meant)


LIVE = """\
state = RUNNING
  persisters/a.yaml:2  document
  live: STOPPED

appConfig.eventstore.batchSize = 500
  persisters/a.yaml:3  document
  live: 100 (the server's default)

appConfig.eventstore.tableName = a
  persisters/a.yaml:3  document
  live: b (configured)

appConfig.my.password = (sensitive)
  persisters/a.yaml:3  document
  live: (sensitive) (configured)

appConfig.my.ref = ${{ secret.REF }}
  persisters/a.yaml:4  document
  live: (sensitive) (configured)

appConfig.my.x = 1
  persisters/a.yaml:3  document
  live: not set, and the server shows no default
"""


def test_live(installation: Installation) -> None:
    config = {"eventstore.tableName": "b", "my.password": "Zq4xeRD2hg8y", "my.ref": "Zq4xeRD2hg8y"}
    server = installation.serve(
        {
            "persisters": [{"eventType": "a", "appVersion": "1.0", "appConfig": config}],
            "defaults": {"pg": {"appVersion": "1", "appConfig": {"eventstore.batchSize": "100"}}},
        }
    )
    installation.write(
        "persisters/a.yaml",
        "eventType: a\nstate: RUNNING\n"
        "appConfig: {eventstore: {batchSize: 500, tableName: a}, my.x: 1, my.password: secret,\n"
        "  my.ref: '${{ secret.REF }}'}\n",
    )
    ended = installation.run("explain", "a", "--live")
    assert ended.out.partition("  persisters/a.yaml:1  document\n\n")[2] == LIVE
    assert [request.method for request in server.requests()] == ["GET", "GET"]
    document = json.loads(installation.run("explain", "a", "--live", "-o", "json").out)
    validate(document, "explanation")
    installation.write("persisters/b.yaml", "eventType: b\nappVersion: 1.0\n")
    ended = installation.run("explain", "b", "--live")
    message = "error: event type 'b' does not exist in project 'global'"
    assert (ended.code, ended.err.splitlines()[0]) == (1, message)


@pytest.mark.parametrize(("version", "live"), [("2.0", "2.0 (configured)"), (None, "1 (the server's default)")])
def test_a_live_version(installation: Installation, version: str | None, live: str) -> None:
    configured = {"appVersion": version} if version else {}
    installation.serve(
        {"persisters": [{"eventType": "a", **configured}], "defaults": {"pg": {"appVersion": "1", "appConfig": {}}}}
    )
    installation.write("persisters/a.yaml", "eventType: a\nappVersion: 1.0\n")
    expected = f"appVersion = 1.0\n  persisters/a.yaml:2  document\n  live: {live}\n"
    assert shown(installation, "a", "appVersion", "--live") == expected
