"""What must not go wrong even then: listeners that leave, hostile texts, bugs."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import QUICK, Installation
from tests.processes import ROOT, start, wait_until

ONE = {"eventType": "one", "appConfig": {"eventstore.batchSize": "200"}, "state": "RUNNING"}
FILE = "eventType: one\nstate: RUNNING\nappConfig: {eventstore.batchSize: 500}\n"


@pytest.fixture
def running(installation: Installation) -> Installation:
    installation.serve({"persisters": [ONE]})
    installation.write("persisters/one.yaml", FILE)
    return installation


def test_a_reader_of_stderr_that_leaves_leaves_nothing_stopped(running: Installation) -> None:
    process = start(running, "apply", "--auto-approve")
    assert process.stderr is not None
    process.stderr.close()
    assert process.stdout is not None
    out = process.stdout.read()
    process.stdout.close()
    assert (process.wait(timeout=30), out.splitlines()[-1]) == (
        0,
        "Apply: 1 done.",
    )
    assert running.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("arguments", [("plan",), ("schema", "plan"), ("validate",), ("--help",), ("--version",)])
def test_a_full_disk_behind_stdout_is_an_error_in_a_line(running: Installation, arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        process = start(running, *arguments, stdout=full.fileno())
    _, err = process.communicate(timeout=60)
    [line] = [line for line in err.splitlines() if line.startswith("error: ")]
    assert (process.returncode, "No space left on device" in line, "a bug" in err, "Traceback" in err) == (
        1, True, False, False,
    )  # fmt: skip


@pytest.mark.parametrize("arguments", [("plan",), ("--version",)])
def test_a_closed_stdout_is_like_one_that_leads_nowhere(running: Installation, arguments: tuple[str, ...]) -> None:
    command = shlex.join([sys.executable, "-m", "persync", *arguments])
    ended = subprocess.run(  # noqa: S602 - our own command
        f"{command} >&-", shell=True, cwd=running.folder, stderr=subprocess.PIPE, check=False, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_hangup_is_an_interruption(installation: Installation) -> None:
    server = installation.serve({"persisters": [ONE], "delays": {**QUICK, "deploying": 1}})
    installation.write("persisters/one.yaml", FILE)
    process = start(installation, "apply", "--auto-approve")
    wait_until(lambda: len(installation.writes()) == 3)
    process.send_signal(signal.SIGHUP)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, "SIGHUP: no other persister is begun" in err) == (0, True)
    assert out.splitlines()[-1] == "Apply: 1 done."
    assert server.persister("global", "one")["state"] == "RUNNING"


def test_a_silent_server_keeps_nobody_waiting(running: Installation) -> None:
    server = running.server
    assert server is not None
    running.write("persisters/two.yaml", FILE.replace("one", "two"))
    server.set_faults([{"kind": "latency", "seconds": 600, "after": 1}])
    process = start(running, "plan", "--parallelism", "1")
    wait_until(lambda: len(server.requests()) == 1)
    process.send_signal(signal.SIGINT)
    # long before the answer would come, and before the read timeout
    out, err = process.communicate(timeout=50)
    assert (process.returncode, out, err.splitlines()[-1]) == (130, "", "interrupted")


def test_a_restart_that_nobody_approved_is_not_taken(installation: Installation) -> None:
    older = {"appConfig": {"eventstore.batchSize": "1"}}
    persister = {**ONE, "appConfig": {"eventstore.batchSize": "500"}, "state": "RUNNING_BUT_OUTDATED", "running": older}
    delays = {**QUICK, "deploying": 300}
    server = installation.serve({"release": "1.1", "persisters": [persister], "delays": delays}, projectPrefix="false")
    installation.write("persisters/one.yaml", FILE)
    server.change_externally("global", "one", state="DEPLOYING")
    plan = installation.run("plan", "--out", "plan.persync")
    assert "wait: a change of its run state is under way" in plan.out
    server.change_externally("global", "one", state="RUNNING_BUT_OUTDATED")
    ended = installation.run("apply", "plan.persync")
    assert (ended.code, "stale plan: live changed since it was made" in ended.out, installation.writes()) == (
        1,
        True,
        [],
    )


def test_keys_are_sent_in_their_documented_spelling(installation: Installation) -> None:
    installation.serve({"persisters": [ONE], "keysOnGet": "as-stored"})
    installation.write(
        "persisters/one.yaml",
        "eventType: one\nstate: RUNNING\nappConfig: {eventstore.batch-size: 500}\n"
        "deployerConfig: {kubernetes.readiness-probe-delay: 1}\n",
    )
    assert installation.run("apply", "--auto-approve").code == 0
    running = installation.running("global", "one")
    spellings = {key for section in running.values() if isinstance(section, dict) for key in section if "-" in key}
    assert (spellings, running["deployerConfig"]["kubernetes.readinessProbeDelay"]) == (set(), "1")


def test_hostile_texts_begin_no_line(installation: Installation) -> None:
    hostile = "a\x1b[31m\n::error::y"
    server = installation.serve({"persisters": [ONE]})
    installation.write("persisters/one.yaml", FILE)
    installation.write("persisters/b\n::error::name.yaml", "eventType: [\n")
    ended = installation.run("validate")
    assert [line for line in (ended.out + ended.err).splitlines() if line.startswith("::")] == []
    (installation.folder / "persisters/b\n::error::name.yaml").unlink()
    server.change_externally("global", "one", set={"appConfig": {hostile: "x"}}, app_version="1\x1b]0;\x07\n::error::x")
    server.set_faults([{"kind": "ignore-property", "property": hostile}])
    for arguments in (("status",), ("plan",), ("apply", "--auto-approve")):
        ended = installation.run(*arguments)
        lines = (ended.out + ended.err).splitlines()
        assert [line for line in lines if line.startswith("::") or "\x1b" in line] == []


def test_a_structure_that_does_not_fit_its_tag_hides_no_other(installation: Installation) -> None:
    odd = {"deployerConfig": {"kubernetes.volumes": "!!float hunter2"}}
    installation.serve({"persisters": [{**ONE, **odd}, {"eventType": "two", "state": "RUNNING"}]})
    installation.write("persisters/one.yaml", FILE + "---\neventType: two\nstate: STOPPED\n")
    ended = installation.run("plan")
    assert (ended.code, ended.last_line) == (
        0,
        "Plan: 2 to change (1 restart, 1 stop).",
    )
    installation.write("persisters/one.yaml", FILE + "deployerConfig: {kubernetes.volumes: '!!float hunter2'}\n")
    ended = installation.run("validate")
    assert (ended.code, "hunter2" in ended.out + ended.err) == (1, False)


def test_validating_needs_no_secrets(installation: Installation) -> None:
    installation.settings(url="https://harvester.example.com", auth="{token: '${{ env.NOT_SET }}'}")
    installation.write("persisters/one.yaml", FILE)
    assert installation.run("validate").code == 0
    installation.write("persync.yaml", "version: 1\n")
    assert installation.run("validate").out == "Validate: 1 persister, no findings.\n"


def test_an_exclusion_that_matches_nothing_is_said(running: Installation) -> None:
    ended = running.run("plan", "--exclude", "glbal/*")
    assert (ended.code, ended.err) == (
        0,
        "warning: --exclude 'glbal/*' matches no persister; did you mean 'global/*'?\n",
    )


def test_an_api_that_is_away_is_said_once(installation: Installation) -> None:
    names = [f"e{number}" for number in range(40)]
    server = installation.serve({"persisters": [{"eventType": name, "state": "RUNNING"} for name in names]})
    installation.write("persisters/all.yaml", "---\n".join(f"eventType: {name}\nstate: RUNNING\n" for name in names))
    server.set_faults([{"kind": "html-error", "status": 200}])
    ended = installation.run("plan")
    assert (ended.code, ended.out, ended.err.count("error:"), len(ended.err.splitlines())) == (1, "", 1, 2)
    server.set_faults([{"kind": "html-error", "status": 200, "path": "*/e7/*"}])
    ended = installation.run("plan")
    assert (ended.code, ended.last_line) == (
        1,
        "Plan: 1 blocked, 39 in sync.",
    )


def test_a_server_that_is_unwell_while_it_is_waited_for(running: Installation) -> None:
    assert running.server is not None
    running.server.set_faults([{"kind": "server-error", "method": "GET", "path": "*/state", "times": 2}])
    ended = running.run("apply", "--auto-approve")
    assert (ended.code, ended.last_line) == (0, "Apply: 1 done.")


def test_a_yaml_file_is_not_overwritten_by_a_sandbox(installation: Installation) -> None:
    installation.settings(url="sandbox:sandbox.yaml")
    path = installation.write("sandbox.yaml", "persisters: []\n")
    installation.write("persisters/one.yaml", FILE)
    ended = installation.run("plan")
    assert (ended.code, path.read_text(encoding="utf-8")) == (1, "persisters: []\n")
    assert ended.err.startswith("error: sandbox:sandbox.yaml would be overwritten")


def test_a_pattern_that_takes_hours(installation: Installation) -> None:
    installation.serve({"persisters": [{"eventType": "one"}]}, sensitive="['(a|aa)+$']")
    key = "a" * 60
    installation.write("persisters/one.yaml", f"eventType: one\nappConfig: {{{key}!: x}}\n")
    ended = installation.run("plan")
    assert (ended.code, ended.out, ended.err) == (
        1,
        "",
        "error: the search for the regular expression '(a|aa)+$' takes more than 0.5 s in a text of 61 characters\n"
        "help: write it without alternatives or repetitions that overlap within a repetition, such as (a|aa)+\n",
    )
