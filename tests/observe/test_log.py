"""The log of a run: --log-format and --log-file."""

import json
import re
import stat
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from persync.published import schema
from tests.command_line import Installation

SEEDS = [
    {"project": "web", "eventType": "clicks", "state": "RUNNING"},
    {"project": "web", "eventType": "views", "state": "STOPPED"},
]
CLICKS = "project: web\neventType: clicks\nstate: RUNNING\nappConfig:\n  my.text: b\n"
VIEWS = "project: web\neventType: views\nstate: STOPPED\n"
CLICKS_ID = {"project": "web", "eventType": "clicks", "eventstore": "pg"}
VIEWS_ID = {**CLICKS_ID, "eventType": "views"}
SUMMARY = {
    "done": 1,
    "failed": 0,
    "cancelled": 0,
    "notAttempted": 0,
    "blocked": 0,
    "rolledBack": 0,
    "conflict": 0,
    "inSync": 1,
    "already": 0,
}
OF_ALL = {"timestamp", "level", "logger", "runId", "message"}


@pytest.fixture
def served(installation: Installation) -> Installation:
    installation.serve({"persisters": SEEDS})
    installation.write("persisters/clicks.yaml", CLICKS)
    installation.write("persisters/views.yaml", VIEWS)
    return installation


def checked(text: str) -> list[dict[str, Any]]:
    """Return the objects of a log, which have only fields that are documented."""
    strict = {**schema("log"), "additionalProperties": False}
    lines = [json.loads(line) for line in text.splitlines()]
    for line in lines:
        jsonschema.Draft202012Validator(strict).validate(line)
    assert len({line["runId"] for line in lines}) == 1
    return lines


def events(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what programs see, without what differs from run to run."""
    left_out = {*OF_ALL, "url", "version", "seconds", "downtime"}
    return [{name: value for name, value in line.items() if name not in left_out} for line in lines if "event" in line]


def test_an_apply_as_json(served: Installation) -> None:
    ended = served.run("apply", "--auto-approve", "--log-format", "json")
    lines = checked(ended.err)
    of_clicks = {"persister": CLICKS_ID}
    # which states are seen depends on when it is looked
    states = [line["state"] for line in lines if line.get("event") == "state-seen"]
    assert (states[0], states[-1], set(states) <= {"RUNNING", "STOPPING", "STOPPED", "DEPLOYING"}) == (
        "RUNNING",
        "RUNNING",
        True,
    )
    assert [line for line in events(lines) if line["event"] != "state-seen"] == [
        {"event": "run-started", "environment": "test", "command": "apply"},
        {
            "event": "plan-made",
            "environment": "test",
            "summary": {
                "apply": 1,
                "configurations": 1,
                "restarts": 1,
                "starts": 0,
                "stops": 0,
                "resets": 0,
                "blocked": 0,
                "inSync": 1,
            },
        },
        {"event": "persister-started", **of_clicks},
        {"event": "step-started", **of_clicks, "step": "stop"},
        {"event": "wait-started", **of_clicks, "state": "STOPPED", "timeout": 30},
        {"event": "step-started", **of_clicks, "step": "put"},
        {"event": "step-started", **of_clicks, "step": "start"},
        {"event": "wait-started", **of_clicks, "state": "RUNNING", "timeout": 150},
        {"event": "verifying", **of_clicks},
        {
            "event": "persister-finished",
            **of_clicks,
            "outcome": "done",
            "problem": "",
            "stepsTaken": ["stop", "put", "start"],
            "stepsLeft": [],
            "leftStopped": False,
            "help": "",
        },
        {
            "event": "apply-finished",
            "environment": "test",
            "summary": SUMMARY,
        },
        {"event": "run-finished", "exitCode": 0, "summary": SUMMARY},
    ]
    assert (ended.code, "web/clicks" in ended.out) == (0, True)


def test_a_failed_apply_as_json(served: Installation) -> None:
    assert served.server is not None
    served.server.set_faults([{"kind": "refuse", "message": "no"}])
    ended = served.run("apply", "--auto-approve", "--log-format", "json", "--report", "json")
    lines = checked(ended.err)
    [finished] = [line for line in lines if line.get("event") == "persister-finished"]
    [result] = json.loads(ended.out)["persisters"]
    assert [line for line in events(lines) if line["event"] == "starting-again"] == [
        {"event": "starting-again", "persister": CLICKS_ID}
    ]
    assert (finished["level"], finished["outcome"], finished["leftStopped"]) == ("error", "failed", False)
    assert finished["message"] == f"web/clicks: failed: {result['problem']}"
    assert (lines[-2]["level"], lines[-2]["message"]) == ("error", "Apply: 1 failed.")
    summary = {**SUMMARY, "done": 0, "failed": 1}
    assert (ended.code, events(lines)[-1]) == (1, {"event": "run-finished", "exitCode": 1, "summary": summary})


def test_each_request_with_debug_has_the_id_that_the_server_saw(served: Installation) -> None:
    lines = checked(served.run("plan", "--debug", "--log-format", "json").err)
    logged = [(line["requestId"], line["path"], line["status"]) for line in lines if line.get("event") == "request"]
    assert served.server is not None
    seen = [(request.request_id, request.path, request.status) for request in served.server.requests()]
    assert sorted(logged) == sorted(seen, key=str)
    read = [line for line in events(lines) if line["event"] == "persister-read"]
    assert sorted(read, key=str) == [
        {"event": "persister-read", "persister": CLICKS_ID, "state": "RUNNING"},
        {"event": "persister-read", "persister": VIEWS_ID, "state": "STOPPED"},
    ]


def test_a_result_names_its_run(served: Installation) -> None:
    ended = served.run("apply", "--auto-approve", "--report", "json", "--log-file", "log", "--log-format", "json")
    lines = checked((served.folder / "log").read_text(encoding="utf-8"))
    assert json.loads(ended.out)["runId"] == lines[0]["runId"]


def test_a_plan_does_not(served: Installation) -> None:
    """The same input gives the same bytes."""
    assert served.run("plan", "--report", "json").out == served.run("plan", "--report", "json").out


def test_a_file_leaves_stderr_as_it_is(served: Installation) -> None:
    served.write("persisters/none.yaml", "project: web\neventType: nothing\nstate: RUNNING\n")
    without = served.run("plan", "--debug", "--exclude", "nobody/*", "web/nothing")
    with_file = served.run(
        "plan", "--debug", "--exclude", "nobody/*", "web/nothing", "--log-file", "log", "--log-format", "json"
    )
    assert (with_file.code, with_file.out) == (without.code, without.out)
    trace = re.compile(r"[0-9a-f]{16,}")
    assert trace.sub("", with_file.err) == trace.sub("", without.err)
    levels = {line["message"]: line["level"] for line in checked((served.folder / "log").read_text())}
    assert levels["--exclude 'nobody/*' matches no persister"] == "warning"


def test_the_file_is_private_and_appended_to(served: Installation) -> None:
    for _ in range(2):
        assert served.run("status", "--log-file", "log", "--log-format", "json").code == 0
    file = served.folder / "log"
    names = [json.loads(line)["event"] for line in file.read_text(encoding="utf-8").splitlines()]
    runs = {json.loads(line)["runId"] for line in file.read_text(encoding="utf-8").splitlines()}
    assert (names, len(runs)) == (["run-started", "run-finished"] * 2, 2)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_text_has_time_level_and_run(served: Installation) -> None:
    served.run("apply", "--auto-approve", "--log-file", "log")
    stamp = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}|\d{4}-\d\d-\d\dT[\d:.]{12}Z")
    lines = (served.folder / "log").read_text(encoding="utf-8").splitlines()
    states = re.compile("[A-Z]+$")  # which are seen depends on when it is looked
    assert [stamp.sub("*", line) for line in lines if not states.search(line) or "waiting" in line][1:-1] == [
        "* INFO * Plan: 1 to change (1 restart), 1 in sync.",
        "* INFO * web/clicks: begun",
        "* INFO * web/clicks: step stop",
        "* INFO * web/clicks: waiting for STOPPED, 30 s at most",
        "* INFO * web/clicks: step put",
        "* INFO * web/clicks: step start",
        "* INFO * web/clicks: waiting for RUNNING, 150 s at most",
        "* INFO * web/clicks: verifying",
        "* INFO * web/clicks: done",
        "* INFO * Apply: 1 done.",
    ]


def test_a_request_in_text_has_its_own_id(served: Installation) -> None:
    assert served.run("status", "web/clicks", "--debug", "--log-file", "log").code == 0
    [line] = [line for line in (served.folder / "log").read_text().splitlines() if " GET " in line]
    assert served.server is not None
    [request] = served.server.requests()
    assert line.split()[2] == request.request_id


def test_an_error_has_its_place_its_kind_and_its_help(served: Installation) -> None:
    served.write("persisters/views.yaml", "project: web\neventType: views\nstat: STOPPED\n")
    ended = served.run("plan", "--log-format", "json")
    lines = checked(ended.err)
    found = [{name: line[name] for name in line if name not in {*OF_ALL, "help"}} for line in lines]
    assert found[1:] == [
        {"rule": "unknown-field", "file": "persisters/views.yaml", "line": 3, "column": 1},
        {"error": "InvalidConfig"},
        {"event": "run-finished", "exitCode": 1, "seconds": lines[-1]["seconds"]},
    ]
    assert [line["level"] for line in lines] == ["info", "error", "error", "info"]
    assert (ended.code, ended.out) == (1, "")


def test_usage_errors_and_bugs_are_lines_too(served: Installation) -> None:
    lines = checked(served.run("apply", "--log-format", "json").err)
    assert next((line["error"], line["message"], line.get("help")) for line in lines if "error" in line) == (
        "UsageError",
        "stdin is not a terminal: give --auto-approve or a saved plan",
        "see 'persync apply --help'",
    )


def test_variables_set_the_options(served: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PERSYNC_LOG_FORMAT", "json")
    monkeypatch.setenv("PERSYNC_LOG_FILE", str(tmp_path / "elsewhere.jsonl"))
    assert served.run("plan").err == ""
    last = events(checked((tmp_path / "elsewhere.jsonl").read_text()))[-1]
    assert (last["event"], last["exitCode"], last["summary"]["inSync"]) == ("run-finished", 0, 1)


def test_a_file_that_cannot_be_written_is_an_error_before_any_request(served: Installation) -> None:
    ended = served.run("apply", "--auto-approve", "--log-file", "none/log")
    assert served.server is not None
    assert (ended.code, ended.err, served.server.requests()) == (
        1,
        "error: none/log cannot be written: there is no folder none\nhelp: check the folder and its permissions\n",
        [],
    )


def test_a_full_disk_does_not_stop_an_apply(served: Installation) -> None:
    ended = served.run("apply", "--auto-approve", "--log-file", "/dev/full", "--log-format", "json")
    warnings = [line for line in ended.err.splitlines() if "log file" in line]
    assert (ended.code, warnings) == (
        0,
        ["warning: the log file /dev/full cannot be written any more: No space left on device"],
    )


def test_no_secret_is_in_the_log(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    server = installation.serve({"persisters": SEEDS})
    monkeypatch.setenv("DB_PASSWORD", "hunter2-hunter2")
    secret = "project: web\neventType: clicks\nstate: RUNNING\nappConfig:\n  db.password: ${{ secret.DB_PASSWORD }}\n"
    installation.write("persisters/clicks.yaml", secret)
    assert installation.run("apply", "--auto-approve", "--debug", "--log-file", "l", "--log-format", "json").code == 0
    text = (installation.folder / "l").read_text(encoding="utf-8")
    assert ("hunter2-hunter2" in text, server.token() in text, "step-started" in text) == (False, False, True)


def test_a_message_cannot_forge_a_line_of_a_text_log(served: Installation) -> None:
    """Of several lines all but the first are indented, and other control characters are escaped."""
    served.run("apply", "--auto-approve", "--report", "json", "--log-file", "log")
    lines = (served.folder / "log").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.match(r"\d{4}-|    ", line)] == []
    assert any(line.startswith("    ") for line in lines)


def test_throttling_is_a_line_too(served: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("persync.cli.progress.reading._SILENT", 0.05)
    monkeypatch.setattr("persync.cli.progress.reading._LOOK", 0.05)
    assert served.server is not None
    served.server.set_faults([{"kind": "too-many-requests", "lasts": 1}])
    lines = checked(served.run("status", "--log-format", "json").err)
    assert [(line["level"], line["status"]) for line in lines if line.get("event") == "throttled"] == [("warning", 429)]


@pytest.mark.parametrize("options", [("-v",), ("--debug",), ("--log-format", "json"), ("--log-file", "log")])
def test_a_url_that_is_refused_is_not_logged(
    served: Installation, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PERSYNC_VAR_URL", "https://me:hunter2@api.example/x")
    served.settings(url="${{ env.URL }}")
    ended = served.run("plan", *options)
    log = served.folder / "log"
    texts = [ended.out, ended.err, log.read_text() if log.exists() else ""]
    assert (ended.code, [text for text in texts if "hunter2" in text]) == (1, [])
    assert any("an invalid URL" in text for text in texts)
