"""The stream of events: --events json."""

import json
from typing import Any

import jsonschema
import pytest

from persync.published import schema
from tests.command_line import Ended, Installation
from tests.processes import start, wait_until

SECRET = "hunter2-hunter2"
NAMES = ("a", "b", "c")
FILE = "project: web\neventType: {}\nstate: RUNNING\nappConfig: {{my.text: new}}\n"
KINDS = {each["$ref"].rpartition("/")[2] for each in schema("events")["oneOf"]}
OF_ALL = {"timestamp", "level", "logger", "runId", "message"}
UNTIMED = {"url", "version", "seconds", "downtime"}


def strict() -> dict[str, Any]:
    """Return the schema of events that have no other fields than the documented ones."""
    document = schema("events")
    definitions = {
        name: {**each, "additionalProperties": False} if name in KINDS else each
        for name, each in document["$defs"].items()
    }
    return {**document, "$defs": definitions}


def checked(text: str) -> list[dict[str, Any]]:
    """Return the events of a run, which are all as in the schema and of one run."""
    validator = jsonschema.Draft202012Validator(strict())
    events: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    for event in events:
        validator.validate(event)
    assert len({event["runId"] for event in events}) == 1
    assert (events[-1]["event"], [each["event"] for each in events].count("run-finished")) == ("run-finished", 1)
    return events


def shown(events: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    """Return the events with these names, without what differs from run to run."""
    return [
        {name: value for name, value in event.items() if name not in OF_ALL | UNTIMED}
        for event in events
        if event["event"] in names
    ]


@pytest.fixture
def served(installation: Installation) -> Installation:
    seeds = [
        {"project": "web", "eventType": name, "state": "RUNNING", "appConfig": {"my.text": "old"}} for name in NAMES
    ]
    installation.serve({"persisters": seeds})
    installation.write("persisters/all.yaml", "---\n".join(FILE.format(name) for name in NAMES))
    return installation


def apply(installation: Installation, *options: str) -> Ended:
    return installation.run("apply", "--auto-approve", "--parallelism", "1", "--events", "json", *options)


def test_an_apply(served: Installation) -> None:
    ended = apply(served, "web/a")
    of_a = {"persister": {"project": "web", "eventType": "a", "eventstore": "pg"}}
    events = checked(ended.out)
    assert shown(events, *{event["event"] for event in events} - {"state-seen"}) == [
        {"event": "run-started", "environment": "test", "command": "apply"},
        {"event": "persister-read", **of_a, "state": "RUNNING"},
        {
            "event": "persister-planned",
            **of_a,
            "action": "restart",
            "steps": ["stop", "put", "start"],
            "reason": "the configuration differs",
            "changes": ["appConfig.my.text"],
            "blocked": None,
            "warnings": [],
            "help": "",
        },
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
                "inSync": 0,
            },
        },
        {"event": "persister-started", **of_a},
        {"event": "step-started", **of_a, "step": "stop"},
        {"event": "wait-started", **of_a, "state": "STOPPED", "timeout": 30},
        {"event": "step-started", **of_a, "step": "put"},
        {"event": "step-started", **of_a, "step": "start"},
        {"event": "wait-started", **of_a, "state": "RUNNING", "timeout": 150},
        {"event": "verifying", **of_a},
        {
            "event": "persister-finished",
            **of_a,
            "outcome": "done",
            "problem": "",
            "help": "",
            "stepsTaken": ["stop", "put", "start"],
            "stepsLeft": [],
            "leftStopped": False,
        },
        {"event": "apply-finished", "environment": "test", "summary": SUMMARY},
        {"event": "run-finished", "exitCode": 0, "summary": SUMMARY},
    ]
    assert (ended.code, shown(events, "state-seen")[-1]) == (0, {"event": "state-seen", **of_a, "state": "RUNNING"})


SUMMARY = {
    "done": 1,
    "failed": 0,
    "cancelled": 0,
    "notAttempted": 0,
    "blocked": 0,
    "rolledBack": 0,
    "conflict": 0,
    "inSync": 0,
    "already": 0,
}


def test_each_event_is_as_in_the_schema(served: Installation) -> None:
    assert served.server is not None
    served.server.set_faults(
        [
            {"kind": "unavailable", "method": "PUT", "times": 1, "path": "*/a/*"},
            {"kind": "refuse", "message": "no", "path": "*/b/*", "times": 1},
        ]
    )
    outs = [apply(served, "--canary", "1", "--batch", "1", "--pause", "50ms", "--rollback-on-failure=all").out]
    served.write("persisters/more.yaml", "eventType: x\nstat: RUNNING\n")
    outs.append(served.run("plan", "--events", "json").out)
    seen = {event["event"] for out in outs for event in checked(out)}
    names = {schema("events")["$defs"][kind]["properties"]["event"]["const"] for kind in KINDS}
    assert names - seen == {"progress", "throttled"}  # they need an apply of 30 s, and a busy API


def test_a_plan_without_changes_and_one_that_fails(served: Installation) -> None:
    served.write("persisters/all.yaml", FILE.format("a").replace("new", "old"))
    assert apply(served).code == 0
    plan = served.run("plan", "--events", "json", "--detailed-exitcode", "--report", "json=plan.json")
    last = checked(plan.out)[-1]
    assert (plan.code, last["exitCode"], last["summary"]["inSync"]) == (0, 0, 1)
    assert json.loads((served.folder / "plan.json").read_text(encoding="utf-8"))["inSyncPersisters"] == [
        {"project": "web", "eventType": "a", "eventstore": "pg"}
    ]
    served.monkeypatch.setenv("PERSYNC_TOKEN", "wrong")
    failed = served.run("plan", "--events", "json")
    [error] = shown(checked(failed.out), "message")
    assert (failed.code, error["error"], error["help"] != "") == (1, "AuthenticationFailed", True)
    assert shown(checked(failed.out), "run-finished") == [{"event": "run-finished", "exitCode": 1}]


@pytest.mark.parametrize("command", [("plan",), ("apply", "--auto-approve"), ("rollback", "1")])
def test_stdout_has_nothing_else(served: Installation, command: tuple[str, ...]) -> None:
    ended = served.run(*command, "--events", "json", "--report", "markdown")
    assert (ended.code, [event["event"] for event in checked(ended.out)][-2:]) == (1, ["message", "run-finished"])
    if command[0] != "rollback":  # there is no such run, which is found first
        assert "error: --events and the markdown report cannot both go to stdout" in ended.err


def test_a_rollback(served: Installation) -> None:
    run = checked(apply(served).out)[0]["runId"]
    ended = served.run("rollback", run, "--auto-approve", "--events", "json")
    events = checked(ended.out)
    assert (ended.code, len(shown(events, "persister-finished")), events[-1]["summary"]["done"]) == (0, 3, 3)


def test_a_restart(served: Installation) -> None:
    ended = served.run("restart", "web/a", "--auto-approve", "--events", "json")
    events = checked(ended.out)
    steps = [event["step"] for event in shown(events, "step-started")]
    assert (ended.code, steps, events[-1]["summary"]["done"]) == (0, ["stop", "start"], 1)


def test_a_saved_plan(served: Installation) -> None:
    assert served.run("plan", "--out", "saved").code == 0
    events = checked(served.run("apply", "saved", "--events", "json").out)
    assert [event["action"] for event in shown(events, "persister-planned")] == ["restart"] * 3


def test_no_secret_is_in_it(served: Installation) -> None:
    served.monkeypatch.setenv("DB_PASSWORD", SECRET)
    files = "---\n".join(FILE.format(name) for name in NAMES)
    served.write("persisters/all.yaml", files.replace("my.text: new", "db.password: '${{ secret.DB_PASSWORD }}'"))
    assert served.server is not None
    served.server.set_faults([{"kind": "refuse", "message": f"cannot store {SECRET}"}])
    ended = apply(served, "--keep-going", "--log-format", "json")
    problems = [event["problem"] for event in shown(checked(ended.out), "persister-finished")]
    assert ["cannot store (sensitive)" in problem for problem in problems] == [True] * 3
    assert (SECRET in ended.out, SECRET in ended.err) == (False, False)


def test_a_reader_that_goes_away_ends_no_apply(served: Installation) -> None:
    assert served.server is not None
    process = start(served, "apply", "--auto-approve", "--events", "json")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    _, err = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in err) == (0, False)
    server = served.server
    wait_until(lambda: all(server.persister("web", name)["state"] == "RUNNING" for name in NAMES))
    assert served.run("plan", "--detailed-exitcode").code == 0
