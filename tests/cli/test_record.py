"""A record of the API's answers, and the server that answers from it."""

import json
import signal
import stat
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from persync.harvester.auth import StaticToken
from persync.harvester.client import Harvester
from persync.sandbox.replay import Record, ReplayServer
from tests.command_line import Installation
from tests.processes import start

PRIVATE = ("clicks", "webshop", "my.own.key", "hunter2", "jdbc:postgresql", "acme")
PERSISTER = {
    "project": "webshop",
    "eventType": "clicks-1",
    "state": "RUNNING",
    "appConfig": {
        "eventstore.tableName": "acme.events",
        "my.own.key": "acme",
        "spring.datasource.password": "hunter2",
        "spring.cloud.stream.kafka.binder.configuration.acme.x": "1",
    },
}
SEGMENT = {"project": "webshop", "eventType": "clicks-2", "eventstore": "live-segment"}


@pytest.fixture
def recorded(installation: Installation) -> Path:
    installation.serve({"persisters": [PERSISTER, SEGMENT]})
    installation.write("persisters/one.yaml", "project: webshop\neventType: clicks-1\nstate: RUNNING\n")
    ended = installation.run("doctor", "--record", "record.json")
    assert (ended.code, ended.err) == (
        0,
        "record.json: 8 answers, without names and without values; read it before you pass it on\n",
    )
    return installation.folder / "record.json"


@pytest.fixture
def replay(recorded: Path) -> Iterator[ReplayServer]:
    with ReplayServer(Record.load(recorded)) as server:
        yield server


def test_it_has_no_name_no_value_and_no_address(installation: Installation, recorded: Path) -> None:
    text = recorded.read_text(encoding="utf-8")
    assert installation.server is not None
    secrets = (*PRIVATE, "127.0.0.1", installation.server.token())
    assert [word for word in secrets if word in text] == []
    assert stat.S_IMODE(recorded.stat().st_mode) == 0o600
    found = {exchange["path"] + "?" + exchange["query"]: exchange for exchange in json.loads(text)["exchanges"]}
    path = "/projects/project-1/event-types/event-type-1/eventstores/pg/persister"
    assert found[f"{path}?export=true&expand=state"] == {
        "method": "GET",
        "path": path,
        "query": "export=true&expand=state",
        "status": 200,
        "contentType": "application/json",
        "json": {
            "appConfig": {
                "eventstore.tablename": "text",
                "key-1": "text",
                "spring.datasource.password": "text",
                "key-2": "1",
            },
            "deployerConfig": {},
            "eventTypeName": "event-type-1",
            "eventstoreType": "pg",
            "state": {"status": "RUNNING"},
        },
    }


def test_with_names(installation: Installation, recorded: Path) -> None:
    ended = installation.run("doctor", "--record", "record.json", "--with-names")
    text = recorded.read_text(encoding="utf-8")
    assert ended.err.startswith("record.json: 8 answers, with the names of projects and event types and without values")
    assert [word in text for word in PRIVATE] == [True, True, True, False, False, True]


def test_doctor_against_the_record(installation: Installation, replay: ReplayServer) -> None:
    before = json.loads(installation.run("doctor", "-o", "json").out)["checks"]
    installation.settings(url=replay.url)
    installation.monkeypatch.setenv("PERSYNC_TOKEN", replay.token())
    (installation.folder / "persisters" / "one.yaml").unlink()
    ended = installation.run("doctor", "-o", "json")
    after = json.loads(ended.out)["checks"]
    same = ("projects", "export", "state", "keys")
    assert ended.code == 0
    assert [check for check in after if check["id"] in same] == [check for check in before if check["id"] in same]


def test_a_plan_against_the_record(installation: Installation, replay: ReplayServer) -> None:
    installation.settings(url=replay.url)
    installation.monkeypatch.setenv("PERSYNC_TOKEN", replay.token())
    installation.write("persisters/one.yaml", "project: project-1\neventType: event-type-1\nstate: STOPPED\n")
    assert installation.run("plan").code == 0
    ended = installation.run("apply", "--auto-approve", "--max-resets", "1")
    assert (ended.code, "A replay answers reads only." in ended.out + ended.err) == (1, True)


def test_pages_behind_those_of_a_record_are_empty(installation: Installation) -> None:
    installation.serve({"persisters": [{"eventType": f"e{number:02}"} for number in range(45)]})
    installation.run("doctor", "--record", "record.json")
    with ReplayServer(Record.load(installation.folder / "record.json")) as server:
        with Harvester.at(server.url, StaticToken(server.token())) as client:
            listed = [len(list(client.event_types(project))) for project in (None, "project-1")]
        with urllib.request.urlopen(f"{server.url}/event-types?offset=7") as answer:  # noqa: S310 - loopback
            assert json.load(answer)["eventTypes"] == []
    assert listed == [45, 20]  # of a project, the doctor reads one page


def test_the_command_serves_a_record(installation: Installation, recorded: Path) -> None:
    process = start(installation, "sandbox", "--replay", recorded.name, "--port", "0")
    assert process.stdout is not None
    url = process.stdout.readline().removeprefix("url: ").strip()
    assert process.stdout.readline() == "token: any-token\n"
    installation.settings(url=url)
    installation.monkeypatch.setenv("PERSYNC_TOKEN", "any-token")
    assert "✓ export" in installation.run("doctor").out
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (
        0,
        "This is the record record.json; it answers reads only. Press Ctrl-C to stop it.\n",
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "is not a record of format 1"),
        ('{"formatVersion": "2.0", "kind": "record", "exchanges": []}', "is not a record of format 1"),
        ('{"formatVersion": "1.0", "kind": "plan", "exchanges": []}', "is not a record of format 1"),
    ],
)
def test_what_is_no_record(installation: Installation, text: str, reason: str) -> None:
    installation.write("record.json", text)
    ended = installation.run("sandbox", "--replay", "record.json")
    assert (ended.code, ended.err.startswith(f"error: record.json {reason}: "), ended.err.splitlines()[-1]) == (
        1,
        True,
        "help: make one with 'persync doctor --record FILE'",
    )


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("doctor", "--with-names"), "--with-names is for --record"),
        (("doctor", "--record", "nowhere/x.json"), "nowhere/x.json cannot be written: there is no folder nowhere"),
        (
            ("sandbox", "--replay", "persync.yaml", "--state", "x.db"),
            "--replay answers from a record: it has no --description and no --state",
        ),
    ],
)
def test_what_is_refused(installation: Installation, arguments: tuple[str, ...], error: str) -> None:
    installation.settings(url="'sandbox:'")
    ended = installation.run(*arguments)
    assert (ended.code, ended.out, ended.err.splitlines()[0]) == (1, "", f"error: {error}")
