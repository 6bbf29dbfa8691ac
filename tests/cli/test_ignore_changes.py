"""ignoreChanges and hidden values, from the files to the live side."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.command_line import Installation
from tests.git import GitRepository

PASSWORD = "spring.datasource.password"
SECRET = "hunter2-hunter2"
MASKED = {"masked": ["*password"]}
ONE = {
    "eventType": "one",
    "state": "RUNNING",
    "appConfig": {PASSWORD: SECRET, "eventstore.batchSize": "200"},
    "deployerConfig": {"kubernetes.limits.memory": "999Mi", "kubernetes.readinessProbeDelay": "0"},
}
HEAD = "eventType: one\nstate: RUNNING\n"
DELAY = "deployerConfig: {kubernetes.readinessProbeDelay: 0, kubernetes.limits.memory: 999Mi}\n"
WRITTEN = f"{PASSWORD}: '${{{{ secret.PW }}}}'"
IN_SYNC = "No changes. 1 persister is in sync."


def stored(installation: Installation, section: str = "appConfig") -> dict[str, str]:
    assert installation.server is not None
    found: Any = installation.server.persister("global", "one")["stored"]
    own: dict[str, str] = found[section]
    return own


@pytest.fixture
def masked(installation: Installation) -> Installation:
    installation.serve({"persisters": [ONE], "properties": MASKED})
    installation.monkeypatch.setenv("PW", SECRET)
    return installation


def test_a_hidden_value_restarts_nothing(masked: Installation) -> None:
    masked.write("persisters/one.yaml", f"{HEAD}appConfig: {{{WRITTEN}, eventstore.batchSize: 200}}\n{DELAY}")
    ended = masked.run("plan", "--detailed-exitcode")
    warning = (
        f"! live shows ****** for appConfig.{PASSWORD}: not compared; an update sends the file's value"
        " (list it under ignoreChanges if that is expected)"
    )
    assert (ended.code, warning in ended.out, ended.last_line) == (0, True, IN_SYNC)
    masked.write("persisters/one.yaml", f"{HEAD}appConfig: {{{WRITTEN}, eventstore.batchSize: 300}}\n{DELAY}")
    masked.monkeypatch.setenv("PW", "another-hunter")
    ended = masked.run("apply", "--auto-approve")
    assert (ended.code, "hunter" in ended.out + ended.err) == (0, False), ended.out
    assert (stored(masked)[PASSWORD], stored(masked)["eventstore.batchSize"]) == ("another-hunter", "300")
    assert masked.run("plan", "--detailed-exitcode").last_line == IN_SYNC
    assert len(masked.writes()) == 3


def test_an_ignored_value_that_is_hidden_is_sent_from_the_files(masked: Installation) -> None:
    ignored = f"ignoreChanges: [appConfig.spring.datasource.*, '**.limits.memory']\n{DELAY.replace('999', '512')}"
    masked.write("persisters/one.yaml", f"{HEAD}appConfig: {{{WRITTEN}, eventstore.batchSize: 300}}\n{ignored}")
    ended = masked.run("plan", "--report", "json=plan.json", "--report", "html=plan.html", "--report", "markdown=p.md")
    assert ended.out.split("\n\n")[1] == (
        "↻ global/one  persisters/one.yaml:1\n"
        "    stop, put, start: the configuration differs (RUNNING → RUNNING)\n"
        "    ~ appConfig.eventstore.batchSize: 200 → 300  :3\n"
        f"    ignored: 2 properties (appConfig.{PASSWORD}, deployerConfig.kubernetes.limits.memory)"
    )
    assert ended.out.splitlines()[1] == "2 properties of 1 persister are ignored (ignoreChanges)."
    assert json.loads((masked.folder / "plan.json").read_text())["ignored"] == [
        {
            "id": {"project": "global", "eventType": "one", "eventstore": "pg"},
            "properties": [f"appConfig.{PASSWORD}", "deployerConfig.kubernetes.limits.memory"],
        }
    ]
    for name in ("plan.html", "p.md"):
        text = (masked.folder / name).read_text()
        assert "ignored: 2 properties (appConfig." in text
        assert "2 properties of 1 persister are ignored" in text
    assert masked.run("apply", "--auto-approve").code == 0
    assert stored(masked)[PASSWORD] == SECRET
    assert stored(masked, "deployerConfig")["kubernetes.limits.memory"] == "999Mi"
    again = masked.run("plan")
    assert (again.out.splitlines()[1:], SECRET in again.out + again.err) == (
        ["2 properties of 1 persister are ignored (ignoreChanges).", "", IN_SYNC],
        False,
    )


def test_a_hidden_value_that_the_files_lack_blocks(masked: Installation) -> None:
    text = f"{HEAD}appConfig: {{eventstore.batchSize: 300}}\nignoreChanges: ['**.password']\n{DELAY}"
    masked.write("persisters/one.yaml", text)
    ended = masked.run("plan")
    assert (ended.code, ended.out.split("\n\n")[1]) == (
        1,
        "✗ global/one  persisters/one.yaml:1\n"
        f"    blocked: live shows ****** for appConfig.{PASSWORD}, which ignoreChanges keeps: an update would have to"
        " send its value, and that is not known\n"
        "    help: configure its value in the file: it is sent along, and still not compared\n"
        "    ~ appConfig.eventstore.batchSize: 200 → 300  :3\n"
        f"    ignored: 1 property (appConfig.{PASSWORD})",
    )
    assert (masked.run("apply", "--auto-approve").code, masked.writes()) == (1, [])
    # what needs no update is done
    masked.write("persisters/one.yaml", text.replace("RUNNING", "STOPPED").replace("300", "200"))
    assert (masked.run("apply", "--auto-approve").code, len(masked.writes())) == (0, 1)


def test_it_is_hidden_after_the_plan_only(installation: Installation) -> None:
    server = installation.serve({"persisters": [ONE]})
    text = f"{HEAD}appConfig: {{eventstore.batchSize: 300}}\nignoreChanges: ['**.password']\n{DELAY}"
    installation.write("persisters/one.yaml", text)
    assert installation.run("plan", "--out", "plan.persync").code == 0
    server.change_externally("global", "one", set={"appConfig": {PASSWORD: "******"}})
    ended = installation.run("apply", "plan.persync")
    assert (ended.code, installation.writes()) == (1, [])
    assert "nothing was written: live shows ****** for" in ended.out


def test_a_saved_plan_stays_valid_and_the_newest_value_is_kept(installation: Installation) -> None:
    server = installation.serve({"persisters": [ONE]})
    installation.write(
        "persisters/one.yaml",
        f"{HEAD}appConfig: {{{PASSWORD}: '${{superuser-password}}', eventstore.batchSize: 9}}\n{DELAY}"
        "ignoreChanges: [app-config.EVENTSTORE.batch-size]\n",
    )
    assert installation.run("plan", "--out", "plan.persync").code == 0
    server.change_externally("global", "one", set={"appConfig": {"eventstore.batchSize": "77"}})
    assert installation.run("verify", "plan.persync").code == 0
    assert installation.run("apply", "plan.persync").code == 0
    assert (stored(installation)["eventstore.batchSize"], stored(installation)[PASSWORD]) == (
        "77",
        "${superuser-password}",
    )
    # what is ignored is a part of what was approved
    installation.write("persisters/one.yaml", f"{HEAD}{DELAY}")
    assert "the files changed since it was saved" in installation.run("verify", "plan.persync").out


def test_a_live_secret_that_is_carried_is_shown_nowhere(installation: Installation) -> None:
    server = installation.serve({"persisters": [ONE]})
    text = f"{HEAD}appConfig: {{eventstore.batchSize: 300}}\nignoreChanges: ['**.password']\n{DELAY}"
    installation.write("persisters/one.yaml", text)
    reports = [option for name in ("json", "html", "markdown", "text") for option in ("--report", f"{name}=r.{name}")]
    planned = installation.run("plan", *reports, "--out", "plan.persync")
    server.set_faults([{"kind": "refuse", "message": f"the value '{SECRET}' cannot be"}])
    failed = installation.run("apply", "plan.persync", *reports, "--debug")
    assert (planned.code, failed.code) == (0, 1)
    assert "the value '(sensitive)' cannot be" in failed.out
    server.set_faults([])
    applied = installation.run("apply", "--auto-approve", "--debug")
    assert (applied.code, stored(installation)[PASSWORD]) == (0, SECRET), applied.err
    files = [path.read_text() for path in installation.folder.iterdir() if path.is_file()]
    shown = [*files, *(text for ended in (planned, failed, applied) for text in (ended.out, ended.err))]
    assert [text for text in shown if SECRET in text] == []


@pytest.mark.parametrize("habit", ["trimmed", "dropped", "hidden"])
def test_what_the_server_rewrites(installation: Installation, habit: str) -> None:
    installation.serve({"persisters": [ONE], "properties": {habit: ["my.own"]}})
    text = f"{HEAD}appConfig: {{{WRITTEN}, eventstore.batchSize: 200, my.own: ' x '}}\n{DELAY}"
    installation.monkeypatch.setenv("PW", SECRET)
    installation.write("persisters/one.yaml", text)
    ended = installation.run("apply", "--auto-approve")
    assert ended.code == 1
    assert "still differ: appConfig.my.own; the server ignores or rewrites them" in ended.out
    assert "or list them under ignoreChanges" in ended.out
    installation.write("persisters/one.yaml", f"{text}ignoreChanges: [appConfig.my.own]\n")
    assert installation.run("plan", "--detailed-exitcode").last_line == IN_SYNC
    installation.write("persisters/one.yaml", f"{text.replace('200', '201')}ignoreChanges: [appConfig.my.own]\n")
    assert installation.run("apply", "--auto-approve").code == 0
    expected = {"trimmed": "x", "dropped": None, "hidden": " x "}
    assert stored(installation).get("my.own") == expected[habit]


def test_globs_that_name_nothing(installation: Installation) -> None:
    server = installation.serve(
        {
            "persisters": [ONE, {"eventType": "two"}],
            "defaults": {"pg": {"appVersion": "1", "appConfig": {"my.d": "x"}}},
        },
        ignoreChanges="[{properties: ['**.memory', appConfig.my.d, appConfig.my.e]}]",
    )
    installation.write("persisters/one.yaml", "eventType: one\nignoreChanges: [appVersion, 'config.**']\n")
    installation.write("persisters/two.yaml", "eventType: two\n")
    warnings = [line for line in installation.run("plan").out.splitlines() if "names no property" in line]
    assert warnings == [
        "! persisters/one.yaml:2:29: 'config.**' of ignoreChanges names no property",
        "! persync.yaml:6:64: 'appConfig.my.e' of ignoreChanges names no property",
    ]
    assert "names no property" not in installation.run("plan", "one").out
    # what has its default is only in a full answer: without one, nothing is known
    server.set_faults([{"kind": "api-error", "type": "entity_not_accessible", "method": "GET", "after": 2}])
    ended = installation.run("plan")
    assert (ended.code, "names no property" in ended.out) == (0, False)


def commit(repository: GitRepository) -> None:
    repository("add", "--all")
    repository("commit", "--quiet", "--message", "one")


def test_a_base_with_other_globs(installation: Installation) -> None:
    installation.serve({"persisters": [ONE]})
    repository = GitRepository(installation.folder)
    text = f"{HEAD}appConfig: {{eventstore.batchSize: 9}}\n{DELAY}"
    installation.write("persisters/one.yaml", f"{text}ignoreChanges: [appConfig.**]\n")
    commit(repository)
    installation.write("persisters/one.yaml", f"{text}ignoreChanges: [appConfig.spring.**]\n")
    assert installation.run("diff").out.split("\n\n")[1] == (
        "~ global/one  persisters/one.yaml:1\n    ~ ignoreChanges: appConfig.** → appConfig.spring.**  :5"
    )
    assert (
        "~ appConfig.eventstore.batchSize: 200 → 9  this branch, :3" in installation.run("plan", "--base", "HEAD").out
    )
    commit(repository)
    # the older commit configured something else, though it did not compare it: live does not come from there
    installation.write("persisters/one.yaml", f"{text.replace('9', '8')}ignoreChanges: [appConfig.spring.**]\n")
    commit(repository)
    assert "~ appConfig.eventstore.batchSize: 200 → 8  drift, :3" in installation.run("plan", "--base", "HEAD").out
