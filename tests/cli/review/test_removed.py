"""Documents that were removed since the base: their persisters stay, and the plan says how to stop or reset them."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from persync.cli.review.commands import Requests
from persync.model import LivePersister, PersisterId, RunState, Section
from tests.builders import live_properties
from tests.command_line import Installation
from tests.git import GitRepository
from tests.processes import start
from tests.schemas import validate

SET = {"appConfig": {"my.own": "1"}}
LIVE: list[dict[str, Any]] = [
    {"project": "web", "eventType": "kept", "state": "RUNNING"},
    {"project": "web", "eventType": "running", "state": "RUNNING", **SET},
    {"project": "web", "eventType": "stopped"},
    {"project": "iot", "eventType": "segment", "eventstore": "live-segment", "state": "RUNNING"},
]
NAMES = ("web/kept", "web/running", "web/stopped", "web/gone", "iot/segment")
SUMMARY = "No changes. 1 persister is in sync."
STOP_FIRST = "to stop it with persync, keep its document with 'state: STOPPED' and apply that before it is removed"
CURL = "curl -fsS -X {} -H \"Authorization: Bearer $PERSYNC_TOKEN\" -H 'Content-Type: application/json' -d {}"
STOP = CURL.format("POST", '\'{"action": "STOP"}\'')
RESET = CURL.format("PUT", '\'{"appConfig": {}, "deployerConfig": {}}\'')
PATH = "projects/web/event-types/running/eventstores/pg/persister"


def document(name: str) -> str:
    project, event_type = name.split("/")
    store = "eventstore: live-segment\n" if event_type == "segment" else ""
    return f"project: {project}\neventType: {event_type}\n{store}"


@pytest.fixture
def repo(installation: Installation) -> GitRepository:
    """A repository whose last commit removes all documents but that of web/kept."""
    installation.serve({"persisters": LIVE})
    made = GitRepository(installation.folder)
    made.commit({f"persisters/{name}.yaml": document(name) for name in NAMES})
    made.commit({f"persisters/{name}.yaml": None for name in NAMES[1:]})
    return made


def url(installation: Installation) -> str:
    assert installation.server is not None
    return installation.server.url


@pytest.mark.usefixtures("repo")
def test_a_plan_names_them_and_the_requests(installation: Installation) -> None:
    assert "no longer managed" not in installation.run("plan").out
    ended = installation.run("plan", "--base", "HEAD~1", "--detailed-exitcode")
    address = f"{url(installation)}/projects"
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.endswith(
        "\n\n- iot/segment/live-segment is no longer managed, and left as it is"
        " (RUNNING, was in persisters/iot/segment.yaml:1)\n"
        f"  help: {STOP_FIRST}\n"
        f"  help: to stop it now: {STOP} {address}/iot/event-types/segment/eventstores/live-segment/persister/state\n"
        "- web/running is no longer managed, and left as it is (RUNNING, was in persisters/web/running.yaml:1)\n"
        f"  help: {STOP_FIRST}\n"
        f"  help: to stop it now: {STOP} {url(installation)}/{PATH}/state\n"
        f"  help: to reset it to the defaults, from its next start on: {RESET}"
        f" '{url(installation)}/{PATH}?imported=true'\n"
        "- web/stopped is no longer managed, and left as it is (STOPPED, was in persisters/web/stopped.yaml:1)\n"
        f"\n{SUMMARY}\n"
    )


@pytest.mark.usefixtures("repo")
@pytest.mark.parametrize(
    ("report", "text"),
    [
        ("markdown", "> ⊖ **`web/running is no longer managed, and left as it is (RUNNING, was in "),
        ("html", "<strong>web/running is no longer managed, and left as it is (RUNNING, was in "),
        (
            "github",
            "::notice file=persisters/web/running.yaml,line=1,col=1,title=persync/removed::web/running: no longer",
        ),
        ("sarif", '"text": "web/running: no longer managed, and left as it is"'),
        ("gitlab-codequality", '"description": "web/running: no longer managed, and left as it is"'),
        ("junit", "web/running is no longer managed, and left as it is (RUNNING, was in "),
    ],
)
def test_every_report_names_them(installation: Installation, report: str, text: str) -> None:
    assert text in installation.run("plan", "--base", "HEAD~1", "--report", report).out


@pytest.mark.usefixtures("repo")
def test_the_model_has_them(installation: Installation) -> None:
    out = installation.run("plan", "--base", "HEAD~1", "web/*", "--exclude", "*/stopped", "--report", "json").out
    document = json.loads(out)
    validate(document, "plan")
    assert document["removed"] == [
        {
            "id": {"project": "web", "eventType": "running", "eventstore": "pg"},
            "liveId": None,
            "span": {"file": "persisters/web/running.yaml", "line": 1, "column": 1},
            "liveState": "RUNNING",
            "problem": "",
            "stopCommand": f"{STOP} {url(installation)}/{PATH}/state",
            "resetCommand": f"{RESET} '{url(installation)}/{PATH}?imported=true'",
        }
    ]
    assert installation.server is not None
    assert installation.server.token() not in out


@pytest.mark.usefixtures("repo")
def test_the_requests_do_what_they_say(installation: Installation) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    out = installation.run("plan", "--base", "HEAD~1", "web/*", "--exclude", "*/stopped", "--report", "json").out
    [removed] = json.loads(out)["removed"]
    for name in ("stopCommand", "resetCommand"):
        subprocess.run(["/bin/sh", "-c", removed[name]], check=True, capture_output=True)  # noqa: S603 - our own
    assert installation.writes() == [f"POST /{PATH}/state", f"PUT /{PATH}"]
    assert installation.server is not None
    assert installation.server.persister("web", "running")["state"] in {"STOPPING", "STOPPED"}
    out = installation.run("plan", "--base", "HEAD~1", "web/*", "--exclude", "*/stopped", "--report", "json").out
    [after] = json.loads(out)["removed"]
    assert (after["stopCommand"], after["resetCommand"]) == ("", "")


@pytest.mark.usefixtures("repo")
def test_what_cannot_be_read_is_named_with_the_reason(installation: Installation) -> None:
    assert installation.server is not None
    installation.server.set_faults([{"kind": "api-error", "status": 403, "method": "GET", "path": f"/{PATH}"}])
    ended = installation.run("plan", "--base", "HEAD~1")
    assert (ended.code, "\n- web/running is no longer managed, and left as it is (its run state" in ended.out) == (
        0,
        True,
    )


def test_of_many_the_names_are_listed(installation: Installation, repo: GitRepository) -> None:
    installation.serve({"persisters": [{"project": "web", "eventType": f"e{number}"} for number in range(7)]})
    repo.commit({f"persisters/web/e{number}.yaml": document(f"web/e{number}") for number in range(7)})
    repo.commit({f"persisters/web/e{number}.yaml": None for number in range(1, 7)} | {"persisters/web/kept.yaml": None})
    ended = installation.run("plan", "--base", "HEAD~1")
    assert (
        "\n- 6 persisters are no longer managed, and left as they are:\n    web/e1 (STOPPED, was in pers" in ended.out
    )


def test_the_embedded_sandbox_has_no_address(installation: Installation, repo: GitRepository) -> None:
    installation.settings(url="'sandbox:'")
    installation.write("sandbox.yaml", json.dumps({"persisters": LIVE}))
    ended = installation.run("plan", "--base", "HEAD~1", "web/*")
    assert "- web/running is no longer managed, and left as it is (RUNNING" in ended.out
    assert (f"  help: {STOP_FIRST}\n" in ended.out, "curl" in ended.out) == (True, False)
    assert repo.folder == installation.folder


PG, SEGMENT = PersisterId("p", "e", "pg"), PersisterId("p", "e", "live-segment")
URL = "https://h.example/api"
PG_PATH = "projects/p/event-types/e/eventstores/pg/persister"


@pytest.mark.parametrize(
    ("pid", "state", "is_set", "stop", "reset"),
    [
        (PG, RunState.RUNNING, True, f"{URL}/{PG_PATH}/state", f"'{URL}/{PG_PATH}?imported=true'"),
        (PG, RunState.RUNNING, False, f"{URL}/{PG_PATH}/state", ""),
        (PG, RunState.FAILED, False, f"{URL}/{PG_PATH}/state", ""),
        (PG, RunState.UNKNOWN, False, f"{URL}/{PG_PATH}/state", ""),
        (PG, RunState.STOPPED, True, "", f"'{URL}/{PG_PATH}?imported=true'"),
        (PG, RunState.STOPPING, False, "", ""),
        (SEGMENT, RunState.RUNNING, True, f"{URL}/{PG_PATH.replace('pg', 'live-segment')}/state", ""),
        (SEGMENT, RunState.STOPPED, True, "", ""),
    ],
)
def test_which_requests_there_are(pid: PersisterId, state: RunState, is_set: bool, stop: str, reset: str) -> None:
    section = Section.APP if pid is PG else Section.LIVE_SEGMENT
    live = LivePersister(pid, state, state, None, {section: live_properties(section, {"a": "1"} if is_set else {})})
    expected = (f"{STOP} {stop}" if stop else "", f"{RESET} {reset}" if reset else "")
    assert Requests(URL, project_prefix=True).stop_and_reset(live) == expected
    assert Requests("", project_prefix=True).stop_and_reset(live) == ("", "")


def test_without_a_project_prefix() -> None:
    live = LivePersister(PersisterId("global", "e", "pg"), RunState.RUNNING, "RUNNING", None, {})
    stop, _ = Requests(URL, project_prefix=False).stop_and_reset(live)
    assert stop.endswith(f" {URL}/event-types/e/eventstores/pg/persister/state")


@pytest.mark.usefixtures("repo")
def test_it_is_shown_that_they_are_read(installation: Installation) -> None:
    assert installation.server is not None
    installation.server.set_faults([{"kind": "latency", "seconds": 2, "path": "*/running/*"}])
    _, err = start(installation, "plan", "--base", "HEAD~1").communicate(timeout=60)
    assert [line.partition(" in ")[0] for line in err.splitlines()] == [
        "read 3 of 4 removed persisters",
        "read 4 of 4 removed persisters",
    ]
