"""The commands that only look: validate, status, logs, schema, sandbox; and what --help says of all."""

import json
import re
import signal
import socket
import urllib.request
from pathlib import Path

import click
import jsonschema
import pytest

from persync.cli.root import COMMANDS, command_of
from persync.published import NAMES
from tests.command_line import Installation
from tests.processes import start

ROOT = Path(__file__).parents[2]
SEGMENT = {"eventType": "visitors", "eventstore": "live-segment"}
TWO = {"persisters": [{"eventType": "one", "state": "RUNNING"}, SEGMENT], "appVersions": ["latest"]}
FILES = """\
eventType: one
state: STOPPED
appConfig: {my.own: "${{ secret.MINE }}"}
---
eventType: visitors
eventstore: live-segment
"""


@pytest.fixture
def served(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setenv("MINE", "Started")
    installation.serve(TWO)
    installation.write("persisters/all.yaml", FILES)
    return installation


def test_validate(served: Installation) -> None:
    assert served.run("validate").out == "Validate: 2 persisters, no findings.\n"
    served.write("persisters/more.yaml", "eventType: two\nappVersion: latest\n")
    ended = served.run("validate")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("persisters/more.yaml:2:13: warning: ")
    assert ended.last_line == "Validate: 3 persisters, 1 warning."
    assert served.run("validate", "--strict").code == 1
    served.write("persisters/more.yaml", "eventType: two\nstate: maybe\n")
    assert served.run("validate").code == 1
    assert served.server is not None
    assert served.server.requests() == []


def test_status(served: Installation) -> None:
    served.write("persisters/more.yaml", "eventType: nobody\nstate: RUNNING\n")
    ended = served.run("status")
    assert (ended.code, ended.out) == (
        1,
        "PERSISTER                     STATE    DESIRED  VERSION\n"
        "global/nobody                 –        RUNNING  –"
        "  event type 'nobody' does not exist in project 'global'\n"
        "global/one                    RUNNING  STOPPED  latest\n"
        "global/visitors/live-segment  RUNNING  –        –\n"
        "\n"
        "3 persisters: 2 RUNNING, 1 cannot be read; 1 differs from the files\n",
    )
    assert served.run("status", "one").code == 0


def test_status_in_colour(served: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[32mRUNNING\x1b[0m" in served.run("status").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in served.run("status").out


def test_status_watch_looks_until_interrupted(served: Installation) -> None:
    process = start(served, "status", "one", "--watch", "--interval", "0.1")
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(8)]
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (lines, process.returncode, err) == (
        [
            "PERSISTER   STATE    DESIRED  VERSION\n",
            "global/one  RUNNING  STOPPED  latest\n",
            "\n",
            "1 persister: 1 RUNNING; 1 differs from the files\n",
        ]
        * 2,
        130,
        "\ninterrupted\n",
    )


@pytest.mark.parametrize("name", NAMES)
def test_schema(installation: Installation, name: str) -> None:
    ended = installation.run("schema", name)
    schema = json.loads(ended.out)
    jsonschema.Draft202012Validator.check_schema(schema)
    # in one piece: an editor that has this file has everything
    references = re.findall(r'"\$ref": "([^"]+)"', ended.out)
    assert [reference for reference in references if not reference.startswith("#/")] == []
    for reference in references:
        found = schema
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


def test_sandbox(installation: Installation) -> None:
    installation.write("sandbox.yaml", "persisters: [{eventType: mine, state: RUNNING}]\n")
    process = start(installation, "sandbox", "--port", "0")
    assert process.stdout is not None
    url = process.stdout.readline().removeprefix("url: ").strip()
    token = process.stdout.readline().removeprefix("token: ").strip()
    installation.settings(url=url)
    installation.monkeypatch.setenv("PERSYNC_TOKEN", token)
    installation.write("persisters/mine.yaml", "eventType: mine\nstate: RUNNING\n")
    assert installation.run("plan", "--detailed-exitcode").code == 0
    with urllib.request.urlopen(f"{url}/openapi.json") as answer:  # noqa: S310 - our own loopback server
        assert json.load(answer)["openapi"].startswith("3.1")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_a_sandbox_whose_port_is_taken(installation: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = installation.run("sandbox", "--port", str(taken.getsockname()[1]))
    assert (ended.code, ended.out, ended.err.startswith("error: ")) == (1, "", True)


def test_a_sandbox_makes_no_folder_for_its_state(installation: Installation) -> None:
    missing = installation.folder / "nowhere" / "deep"
    expected = (
        f"error: {missing}/x.db: the sandbox's state cannot be opened: there is no folder {missing}\n"
        "help: create it, or name another file\n"
    )
    installation.settings(url="sandbox:nowhere/deep/x.db")
    installation.write("persisters/all.yaml", "eventType: one\n")
    for command in (("plan",), ("sandbox", "--port", "0", "--state", str(missing / "x.db"))):
        ended = installation.run(*command)
        assert (ended.code, ended.out, ended.err, missing.parent.exists()) == (1, "", expected, False)


def test_the_embedded_sandbox_knows_the_event_types_of_the_files(installation: Installation) -> None:
    installation.settings(url="'sandbox:'")
    installation.write("persisters/all.yaml", "eventType: one\nstate: RUNNING\nappConfig: {my.own: x}\n")
    ended = installation.run("plan")
    assert (ended.code, ended.last_line) == (
        0,
        "Plan: 1 to change (1 start).",
    )


def test_the_embedded_sandbox_is_described_by_the_file_beside_its_state(installation: Installation) -> None:
    installation.settings(url="sandbox:my.db")
    installation.write("my.yaml", "persisters: [{eventType: one, state: RUNNING}]\n")
    installation.write("persisters/all.yaml", "eventType: one\nstate: STOPPED\n")
    assert installation.run("apply", "--auto-approve").code == 0
    assert installation.run("plan", "--detailed-exitcode").code == 0
    installation.write("my.yaml", "persisters: [{eventType: one, stat: RUNNING}]\n")
    ended = installation.run("plan")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"error: {installation.folder}/my.yaml:1:")


@pytest.mark.parametrize(("name", "line"), COMMANDS.items())
def test_every_command_says_what_it_is_for(name: str, line: str) -> None:
    """The list of commands and the help of each begin with the same short sentence; examples follow."""
    command = command_of(name)
    first, *others = re.split(r"\n\s*\n", (command.help or "").strip())
    assert (command.name, first) == (name, line)
    assert [part for part in others if re.match(r"\s*Examples?:\n", part)], name
    assert len(line) <= 66  # beside the longest name, within 80 columns
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts}"


def test_the_most_parallelism_is_the_same_everywhere(served: Installation) -> None:
    schema = json.loads(served.run("schema", "settings").out)
    most = schema["$defs"]["environment"]["properties"]["parallelism"]["maximum"]
    assert f"{most} at most" in served.run("plan", "--help").out
    codes = [served.run("plan", "--parallelism", str(number)).code for number in (most, most + 1)]
    assert codes == [0, 1]


def test_every_command_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"| `persync {name}" not in readme] == []


def test_debug_shows_every_request_and_no_token(served: Installation) -> None:
    assert served.server is not None
    token = served.server.token()
    served.monkeypatch.setenv("PERSYNC_TOKEN", token)
    err = served.run("--debug", "plan").err
    assert (token in err, "GET /projects/global/event-types/one/eventstores/pg/persister" in err) == (False, True)


def test_a_missing_argument_is_one_line(installation: Installation) -> None:
    ended = installation.run("schema")
    assert (ended.code, ended.out, ended.err) == (
        1,
        "",
        "error: Missing argument 'NAME'. Choose from: persister, overlay, settings, plan, result, diagnosis, log,"
        " journal, runs, status, events, render, explanation\n"
        "help: see 'persync schema --help'\n",
    )


def test_without_a_command_the_help_is_shown(installation: Installation) -> None:
    ended = installation.run()
    assert (ended.code, ended.out, ended.err.splitlines()[:3]) == (
        1,
        "",
        [
            "Usage: persync [OPTIONS] COMMAND [ARGS]...",
            "",
            "  Terraform for Granary persisters: plan and apply their configuration from",
        ],
    )


@pytest.mark.parametrize(
    ("arguments", "of"),
    [(("frobnicate",), "persync"), (("plan", "--nope"), "persync plan"), (("schema",), "persync schema")],
)
def test_usage_errors_have_the_form_of_all_errors(
    installation: Installation, arguments: tuple[str, ...], of: str
) -> None:
    ended = installation.run(*arguments)
    error, help_line = ended.err.splitlines()  # the text of the error is click's
    assert (ended.code, error.partition(" ")[0], help_line) == (1, "error:", f"help: see '{of} --help'")


def test_the_status_needs_no_secret(installation: Installation) -> None:
    installation.serve({"persisters": [{"eventType": "a", "state": "STOPPED"}]})
    installation.write("persisters/a.yaml", "eventType: a\nappConfig: {my.password: '${{ secret.NOT_SET }}'}\n")
    assert (installation.run("status").code, installation.run("plan").code) == (0, 1)


def test_a_url_with_another_path_is_not_taken_for_a_missing_project(installation: Installation) -> None:
    server = installation.serve({"persisters": [{"eventType": "a"}]})
    installation.settings(url=f"{server.url}/api")
    ended = installation.run("import")
    assert (ended.code, ended.err.splitlines()) == (
        1,
        [
            "error: GET /api/event-types answered 404: there is no such list; Not Found",
            "help: check the URL; releases before 1.2 have no paths that begin with /projects"
            " (set projectPrefix: false)",
        ],
    )
