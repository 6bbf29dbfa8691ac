"""``start``, ``stop`` and ``restart``: the requests by run state, and what is shown, against a sandbox."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from persync.config.findings import OF_PROPERTIES
from tests.command_line import QUICK, Ended, Installation
from tests.processes import ROOT

BASE = "/projects/global/event-types/one/eventstores/pg/persister"
# command → live run state → the actions that are sent, for a file with RUNNING
TABLE: dict[str, dict[str, list[str]]] = {
    "start": {
        "RUNNING": [],
        "RUNNING_BUT_OUTDATED": ["STOP", "START"],
        "STOPPED": ["START"],
        "DEPLOYING": [],
        "STOPPING": ["START"],
        "FAILED": ["STOP", "START"],
    },
    "stop": {
        "RUNNING": ["STOP"],
        "RUNNING_BUT_OUTDATED": ["STOP"],
        "STOPPED": [],
        "DEPLOYING": ["STOP"],
        "STOPPING": [],
        "FAILED": ["STOP"],
    },
    "restart": {
        "RUNNING": ["STOP", "START"],
        "RUNNING_BUT_OUTDATED": ["STOP", "START"],
        "STOPPED": ["START"],
        "DEPLOYING": ["STOP", "START"],
        "STOPPING": ["START"],
        "FAILED": ["STOP", "START"],
    },
}
STORED = {"eventstore.batchSize": "200", "my.password": "Zq4xeRD2hg8y"}


def served(installation: Installation, state: str, **description: Any) -> None:
    """Serve a persister that differs from its file, which needs a variable that is not set."""
    one: dict[str, Any] = {"eventType": "one", "state": state, "appConfig": STORED}
    if state == "RUNNING_BUT_OUTDATED":
        one["running"] = {"appConfig": {"eventstore.batchSize": "1"}}
    slow = {"deploying": 0.3, "stopping": 0.3, "failing": 0.3}
    delays = slow if state in {"DEPLOYING", "STOPPING"} else QUICK
    installation.serve({"persisters": [one], "delays": delays, **description})


def file(installation: Installation, state: str) -> None:
    text = "eventType: one\n{}appConfig: {{eventstore.batchSize: 500, my.password: '${{{{ secret.NOT_SET }}}}'}}\n"
    installation.write("persisters/one.yaml", text.format(f"state: {state}\n" if state else ""))


def actions(installation: Installation) -> list[str]:
    """Return the actions that were sent, as the journal has them; nothing else was written."""
    paths = sorted((installation.folder / ".persync/runs").glob("*.jsonl"))
    lines = [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    sent = [line["write"].upper() for line in lines if line["kind"] == "intent"]
    assert installation.writes() == [f"POST {BASE}/state"] * len(sent)
    return sent


def final(installation: Installation) -> tuple[str, dict[str, str]]:
    assert installation.server is not None
    one: Any = installation.server.persister("global", "one")
    return one["state"], {key: one["stored"]["appConfig"][key] for key in STORED}


@pytest.mark.parametrize(("command", "live"), [(command, live) for command, row in TABLE.items() for live in row])
def test_only_the_run_state_is_changed(installation: Installation, command: str, live: str) -> None:
    served(installation, live)
    file(installation, "RUNNING")
    ended = installation.run(command, "one", "--auto-approve")
    assert (ended.code, actions(installation)) == (0, TABLE[command][live]), ended.out + ended.err
    assert final(installation) == ("STOPPED" if command == "stop" else "RUNNING", STORED)
    journals = list((installation.folder / ".persync/runs").glob("*.jsonl"))
    shown = [ended.out, ended.err, *(path.read_text(encoding="utf-8") for path in journals)]
    assert not any(STORED["my.password"] in text for text in shown)
    again = installation.run("start" if command == "restart" else command, "one", "--auto-approve")
    assert (again.code, actions(installation)) == (0, TABLE[command][live])


@pytest.mark.parametrize("command", TABLE)
def test_a_secret_of_the_file_that_the_api_repeats_is_hidden(installation: Installation, command: str) -> None:
    served(installation, "STOPPED" if command == "start" else "RUNNING")
    secrets = {"my.password": "FilePassword7", "my.url": "jdbc:x://u:UrlPassword7@h", "my.note": "token=Assigned7"}
    installation.write("persisters/one.yaml", json.dumps({"eventType": "one", "appConfig": secrets}))
    message = "refused: FilePassword7 UrlPassword7 Assigned7 visible"
    assert installation.server is not None
    installation.server.set_faults(
        [{"kind": "api-error", "status": 400, "type": "bad_parameter_value", "message": message, "method": "POST"}]
    )
    ended = installation.run(command, "one", "--auto-approve", "--report", "json=result.json", "--debug")
    journals = (installation.folder / ".persync/runs").glob("*.jsonl")
    files = [path.read_text(encoding="utf-8") for path in (*journals, installation.folder / "result.json")]
    shown = [ended.out, ended.err, *files]
    assert (ended.code, [word for word in message.split()[1:] if any(word in text for text in shown)]) == (
        1,
        ["visible"],
    )


@pytest.mark.parametrize("command", ["stop", "status"])
def test_a_mistake_in_a_property_prevents_no_stop(installation: Installation, command: str) -> None:
    served(installation, "RUNNING")
    file(installation, "RUNNING")
    installation.write("persisters/two.yaml", "eventType: two\nappConfig: {eventstore.batchSiz: 500}\n")
    arguments = [command, "one", *(["--auto-approve"] if command == "stop" else [])]
    ended = installation.run(*arguments)
    assert (ended.code, ended.err.splitlines()[0]) == (
        0,
        "persisters/two.yaml:2:13: warning: eventstore.batchSiz is not in the catalogue of properties [near-miss]",
    )
    installation.write("persisters/two.yaml", "eventType: two\nappConfig: {eventstore.batchSize: 500\n")
    refused = installation.run(*arguments)
    assert (refused.code, refused.err.splitlines()[-1]) == (1, "error: 1 error in the configuration; nothing was sent")


def test_the_rules_about_properties_are_those_of_the_page() -> None:
    page = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
    chapters = {text.partition("\n")[0]: re.findall("^### (.+)$", text, re.MULTILINE) for text in page.split("\n## ")}
    names = ("Keys of properties", "Values that would not arrive", "Structures", "Resources")
    of_properties = {rule for name in names for rule in chapters[name]} - {"unknown-volume"}
    assert OF_PROPERTIES - {"plain-secret", "literal-secret"} == of_properties


@pytest.mark.parametrize("command", TABLE)
@pytest.mark.parametrize("live", ["UNKNOWN", "PAUSED"])
def test_a_state_that_nothing_is_known_of_is_blocked(installation: Installation, command: str, live: str) -> None:
    served(installation, live)
    file(installation, "RUNNING")
    ended = installation.run(command, "one", "--auto-approve")
    assert (ended.code, actions(installation)) == (1, [])
    assert f"blocked: its run state is {live}: no safe transition is defined for this state" in ended.out


@pytest.mark.parametrize(
    ("command", "live", "configured", "sent", "warning"),
    [
        (
            "stop",
            "RUNNING",
            "RUNNING",
            ["STOP"],
            "the next apply starts global/one again, because its file says RUNNING; write 'state: STOPPED' there to"
            " keep it so",
        ),
        ("stop", "RUNNING", "STOPPED", ["STOP"], ""),
        ("stop", "RUNNING", "", ["STOP"], ""),
        (
            "start",
            "STOPPED",
            "STOPPED",
            ["START"],
            "the next apply stops global/one again, because its file says STOPPED; write 'state: RUNNING' there to"
            " keep it so",
        ),
        ("start", "STOPPED", "", ["START"], ""),
        (
            "restart",
            "RUNNING",
            "STOPPED",
            ["STOP", "START"],
            "the next apply stops global/one again, because its file says STOPPED; write 'state: RUNNING' there to"
            " keep it so",
        ),
        (
            "restart",
            "STOPPED",
            "STOPPED",
            [],
            "global/one is stopped and left so, because its file does not say RUNNING; 'persync start' starts it",
        ),
        (
            "restart",
            "STOPPED",
            "",
            [],
            "global/one is stopped and left so, because its file does not say RUNNING; 'persync start' starts it",
        ),
        ("restart", "RUNNING", "", ["STOP", "START"], ""),
    ],
)
def test_what_the_files_say_otherwise_is_a_warning(
    installation: Installation, command: str, live: str, configured: str, sent: list[str], warning: str
) -> None:
    served(installation, live)
    file(installation, configured)
    ended = installation.run(command, "one", "--auto-approve")
    assert (ended.code, actions(installation)) == (0, sent)
    assert [line for line in ended.out.splitlines() if line.startswith("! ")] == ([f"! {warning}"] if warning else [])


def errors(ended: Ended) -> str:
    return ended.err.removesuffix("\n")


@pytest.mark.parametrize("command", TABLE)
def test_no_selector_is_an_error(installation: Installation, command: str) -> None:
    served(installation, "RUNNING")
    file(installation, "RUNNING")
    for arguments in ((), ("--exclude", "two")):
        ended = installation.run(command, "--auto-approve", *arguments)
        assert (ended.code, actions(installation), errors(ended)) == (
            1,
            [],
            f"error: name the persisters to {command}: project/event-type or a pattern such as 'webtracking/*'; '*' is"
            f" all of them\nhelp: see 'persync {command} --help'",
        )


def test_without_a_terminal_approval_is_an_option(installation: Installation) -> None:
    served(installation, "RUNNING")
    file(installation, "RUNNING")
    ended = installation.run("stop", "*")
    assert (ended.code, actions(installation), errors(ended)) == (
        1,
        [],
        "error: stdin is not a terminal: give --auto-approve\nhelp: see 'persync stop --help'",
    )


def test_the_stored_delay_of_the_probe_is_waited_for_and_not_that_of_the_files(installation: Installation) -> None:
    delay = "kubernetes.readinessProbeDelay"
    installation.serve({"persisters": [{"eventType": "one", "state": "STOPPED", "deployerConfig": {delay: "50"}}]})
    installation.write("persisters/one.yaml", f"eventType: one\ndeployerConfig: {{{delay}: 5}}\n")
    ended = installation.run("start", "one", "--auto-approve", "-v")
    assert (ended.code, "global/one: waiting for RUNNING, 80 s at most" in ended.err) == (0, True)


def test_what_is_ignored_may_change_between_plan_and_stop(installation: Installation) -> None:
    """A restart of a persister that something else scales is no conflict, and its stored configuration stays."""
    served(installation, "RUNNING")
    text = "eventType: one\nstate: RUNNING\nignoreChanges: [appConfig.my.password]\n"
    installation.write("persisters/one.yaml", text)
    ended = installation.run("restart", "one", "--auto-approve")
    assert (ended.code, actions(installation), final(installation)) == (0, ["STOP", "START"], ("RUNNING", STORED))
    assert "ignored" not in ended.out
