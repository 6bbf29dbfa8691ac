"""``start``, ``stop`` and ``restart`` are applied as any plan is: limits, waves, lock, journal, rollback, reports."""

from __future__ import annotations

import json
import os
import pty
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import Installation, without_times
from tests.processes import start, wait_until
from tests.schemas import validate

NAMES = ("a", "b", "c")


@pytest.fixture
def running(installation: Installation) -> Installation:
    """Three persisters that run; the file of c says STOPPED."""
    persisters = [{"eventType": name, "state": "RUNNING"} for name in NAMES]
    installation.serve({"persisters": persisters})
    for name in NAMES:
        installation.write(
            f"persisters/{name}.yaml", f"eventType: {name}\nstate: {'STOPPED' if name == 'c' else 'RUNNING'}\n"
        )
    return installation


def states(installation: Installation) -> dict[str, str]:
    assert installation.server is not None
    found: dict[str, Any] = {name: installation.server.persister("global", name) for name in NAMES}
    return {name: one["state"] for name, one in found.items()}


def journal(installation: Installation) -> Path:
    paths = (installation.folder / ".persync/runs").glob("*.jsonl")
    return max(paths, key=lambda path: path.stat().st_mtime_ns)


def test_what_is_shown(running: Installation) -> None:
    ended = running.run("restart", "*", "--exclude", "c", "--auto-approve", "--canary", "1")
    assert ended.code == 0
    lines = without_times(ended.out).splitlines()
    assert lines[1] == (
        "Restart of * without c: 2 of 3 persisters; only run states are changed, configurations stay as they are."
    )
    assert "    stop, start: restart requested (RUNNING → RUNNING)" in lines
    assert any(line.startswith("  1. canary: global/a") for line in lines)
    assert "Plan: 2 to change (2 restart), 1 not selected." in lines
    assert lines[-1] == "Restart: 2 done."


@pytest.mark.parametrize(
    ("command", "option", "breach"),
    [
        ("restart", "--max-restarts", "3 persisters restart, and maxRestarts allows 2"),
        ("stop", "--max-stops", "3 persisters stop, and maxStops allows 2"),
        ("stop", "--max-changes", "3 persisters change, and maxChanges allows 2"),
    ],
)
def test_the_limits_of_an_apply_hold(running: Installation, command: str, option: str, breach: str) -> None:
    ended = running.run(command, "*", "--auto-approve", option, "2")
    assert (ended.code, running.writes()) == (1, [])
    assert breach in ended.err


def test_what_is_protected_is_not_stopped(running: Installation) -> None:
    ended = running.run("stop", "*", "--auto-approve", "--keep-going", "--protect", "global/a")
    assert (ended.code, states(running)) == (1, {"a": "RUNNING", "b": "STOPPED", "c": "STOPPED"})
    assert "blocked: it is protected by 'global/a': an apply may not stop it" in ended.out


def test_a_stop_is_rolled_back(running: Installation) -> None:
    assert running.run("stop", "a", "c", "--auto-approve").code == 0
    assert states(running) == {"a": "STOPPED", "b": "RUNNING", "c": "STOPPED"}
    run = journal(running).stem
    assert json.loads(running.run("runs", "--output", "json").out)["runs"][0]["request"] == "stop"
    assert f"Run {run}: finished\n" in running.run("runs", "show", run).out
    assert "  stop: run states only\n" in running.run("runs", "show", run).out
    back = running.run("rollback", run, "--auto-approve")
    assert (back.code, states(running)) == (0, dict.fromkeys(NAMES, "RUNNING"))
    assert {request.rpartition("/")[2] for request in running.writes()} == {"state"}


@pytest.mark.parametrize("saved", [False, True])
def test_a_rollback_of_a_stop_looks_at_run_states_only(running: Installation, saved: bool) -> None:
    assert running.run("stop", "a", "--auto-approve").code == 0
    assert running.server is not None
    running.server.change_externally("global", "a", set={"appConfig": {"eventstore.batchSize": "7"}})
    configured = running.server.persister("global", "a")["stored"]
    sent = len(running.writes())
    if saved:
        assert running.run("rollback", journal(running).stem, "--out", "plan.persync").code == 0
        back = running.run("apply", "plan.persync")
    else:
        back = running.run("rollback", journal(running).stem, "--auto-approve")
    assert (back.code, back.last_line) == (0, "Rollback: 1 done."), back.err
    after = running.server.persister("global", "a")
    assert (after["state"], after["stored"]) == ("RUNNING", configured)
    assert [request.rpartition("/")[2] for request in running.writes()[sent:]] == ["state"]


@pytest.mark.parametrize("option", ["--auto-approve", "--out=plan.persync"])
def test_what_is_not_restored_is_named(running: Installation, option: str) -> None:
    assert running.run("restart", "a", "--auto-approve").code == 0
    assert running.server is not None
    running.server.change_externally("global", "a", state="STOPPED")
    back = running.run("rollback", journal(running).stem, option)
    assert (back.code, back.last_line) == (0, "No changes. 1 persister is not restored.")
    document = json.loads(running.run("rollback", journal(running).stem, "--out=other.persync", "--report=json").out)
    validate(document, "plan")
    left = [(each["project"], each["eventType"]) for each in document["rollbackOf"]["left"]]
    assert left == [("global", "a")]
    assert "! global/a is left as it is: its run state was changed after the run" in back.out


def test_the_lines_of_its_journal(running: Installation) -> None:
    assert running.run("restart", "a", "--auto-approve").code == 0
    lines = [json.loads(line) for line in journal(running).read_text(encoding="utf-8").splitlines()]
    for line in lines:
        validate(line, "journal")
    assert (lines[0]["request"], [line.get("write") for line in lines if line["kind"] == "intent"]) == (
        "restart",
        ["stop", "start"],
    )


def test_a_report_for_programs(running: Installation) -> None:
    ended = running.run("stop", "a", "--auto-approve", "--report", "json", "--metrics-file", "metrics.prom")
    document = json.loads(ended.out)
    validate(document, "result")
    persisters = [(each["plan"]["action"], each["outcome"]) for each in document["persisters"]]
    assert (document["request"], persisters) == ("stop", [("stop", "done")])
    assert 'command="stop"' in (running.folder / "metrics.prom").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("command", "selector", "summary"),
    [
        ("start", "*", "No changes. 3 persisters are running already."),
        ("start", "a", "No changes. 1 persister is running already. 2 others were not selected."),
        ("stop", "*", "Plan: 3 to change (3 stop)."),
        ("restart", "a", "Plan: 1 to change (1 restart), 2 not selected."),
    ],
)
def test_what_is_left_alone_is_not_called_in_sync(
    running: Installation, command: str, selector: str, summary: str
) -> None:
    ended = running.run(command, selector, "--auto-approve")
    assert (ended.code, summary in ended.out.splitlines()) == (0, True)


def test_a_token_that_ends_too_soon_restarts_nothing_and_may_stop(running: Installation) -> None:
    assert running.server is not None
    running.monkeypatch.setenv("PERSYNC_TOKEN", running.server.token(lifetime=60))
    ended = running.run("restart", "a", "--auto-approve")
    assert (ended.code, running.writes()) == (1, [])
    assert "with it, no persister is restarted, because a restart may need it for 120 s" in ended.out
    ended = running.run("stop", "a", "--auto-approve")
    assert (ended.code, states(running)["a"], "the token ends" in ended.out) == (0, "STOPPED", False)


def test_one_at_a_time(running: Installation) -> None:
    assert running.server is not None
    running.server.set_faults([{"kind": "latency", "method": "POST", "seconds": 1.0}])
    first = start(running, "restart", "a", "--auto-approve")
    wait_until(
        lambda: (
            (running.folder / ".persync/test.lock").exists()
            and bool(list(running.folder.glob(".persync/runs/*.jsonl")))
        )
    )
    second = running.run("stop", "b", "--auto-approve")
    first.communicate(timeout=60)
    assert (first.returncode, second.code, states(running)) == (0, 1, dict.fromkeys(NAMES, "RUNNING"))
    assert "another apply" in second.err


def test_a_persister_that_does_not_start_again_is_named(running: Installation) -> None:
    assert running.server is not None
    running.server.set_faults([{"kind": "ends-failed", "path": "*/a/*"}])
    ended = running.run("restart", "a", "b", "--auto-approve", "--parallelism", "1")
    assert (ended.code, states(running)) == (1, {"a": "FAILED", "b": "RUNNING", "c": "RUNNING"})
    assert ended.last_line == "Restart: 1 failed, 1 not attempted."


def test_a_persister_that_is_left_stopped_has_what_starts_it(running: Installation) -> None:
    assert running.server is not None
    refused = {"kind": "api-error", "method": "POST", "after": 1, "type": "bad_parameter_value"}
    running.server.set_faults([refused])
    ended = running.run("restart", "a", "--auto-approve")
    assert (ended.code, states(running)["a"]) == (1, "STOPPED")
    lines = ended.out.splitlines()
    assert [line.partition("; ")[2] for line in lines if "answered 400" in line] == [
        "it is STOPPED now, and events queue until it runs again"
    ]
    remedy = "the API refuses the configuration that is stored: correct the file of this persister, and apply that"
    assert f"    help: {remedy}" in lines


def test_a_restart_that_is_killed_is_seen_and_started_again(running: Installation) -> None:
    assert running.server is not None
    running.server.set_faults([{"kind": "latency", "method": "POST", "after": 1, "times": 1, "seconds": 0.6}])
    process = start(running, "restart", "a", "--auto-approve")
    wait_until(lambda: states(running)["a"] == "STOPPED")
    process.kill()
    process.communicate()
    time.sleep(0.7)  # a request that was under way has its effect only now
    if states(running)["a"] == "STOPPED":
        assert running.run("status", "a").out.splitlines()[1].split()[:3] == ["global/a", "STOPPED", "RUNNING"]
    assert [line.split()[-3:] for line in running.run("runs").out.splitlines()[1:]] == [["killed", "(restart)", "–"]]
    assert running.run("start", "a", "--auto-approve").code == 0
    assert states(running) == dict.fromkeys(NAMES, "RUNNING")


def test_a_signal_finishes_what_is_begun(running: Installation) -> None:
    assert running.server is not None
    running.server.set_faults([{"kind": "latency", "method": "POST", "times": 1, "seconds": 0.6}])
    process = start(running, "restart", "*", "--auto-approve", "--parallelism", "1")
    wait_until(lambda: bool(list(running.folder.glob(".persync/runs/*.jsonl"))))
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, states(running)) == (130, dict.fromkeys(NAMES, "RUNNING"))
    assert "not attempted" in out


def test_it_asks_on_a_terminal(running: Installation) -> None:
    terminal, inside = pty.openpty()
    process = start(running, "stop", "a", stdin=inside)
    os.write(terminal, b"no\n")
    _, err = process.communicate(timeout=60)
    os.close(terminal)
    os.close(inside)
    assert (process.returncode, running.writes()) == (1, [])
    assert f"Stop 1 persister in test, {running.server.url if running.server else ''}?\n" in err
    assert err.endswith("error: not approved; nothing was changed\n")
