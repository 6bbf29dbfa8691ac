"""The table "Who has to be trusted, by command" of SECURITY.md is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from persync.cli.root import COMMANDS
from persync.run_id import PATTERN as RUN
from tests.command_line import Installation
from tests.git import GitRepository

SECURITY = (Path(__file__).parents[3] / "SECURITY.md").read_text(encoding="utf-8")
TABLE = SECURITY.partition("## Who has to be trusted, by command")[2].partition("\n## ")[0]
ROWS = [line.split("|")[1:3] for line in TABLE.splitlines() if line.startswith("| `")]
REQUESTS = {command: requests.strip() for commands, requests in ROWS for command in re.findall("`(.+?)`", commands)}
FILE = "state: RUNNING\neventType: one\nappConfig: {my.x: '${{ env.LEAK }}', my.y: '${{ secret.LEAK }}'}\n"
SAVED = ["plan.persync"]
JOURNAL = "journals/before.jsonl"
ARGUMENTS = {
    "apply": ["--auto-approve"],
    "completion": ["bash"],
    "explain": ["global/one"],
    "export": ["--to-grapp", "."],
    "logs": ["one"],
    "rollback": [JOURNAL, "--auto-approve", "--max-resets", "1"],
    "restart": ["one", "--auto-approve"],
    "schema": ["persister"],
    "show": SAVED,
    "start": ["two", "--auto-approve"],
    "stop": ["one", "--auto-approve"],
    "verify": SAVED,
}
OF_A_RUN = {".persync/test.lock", ".persync/.gitignore", ".persync/runs/.gitignore", ".persync/runs/RUN.jsonl"}
WRITES = {
    **dict.fromkeys(("apply", "restart", "rollback", "start", "stop"), OF_A_RUN),
    "export": {f"grapp/event-types/{name}/eventstores/pg/persister.json" for name in ("one", "two")},
    "fmt": {"persisters/one.yaml"},
}
OF_EVERY_REQUEST = {
    "none": set(),
    "reads, with the token": {"GET"},
    "starts and stops, with the token": {"GET", "POST"},
    "writes, with the token": {"GET", "PUT", "POST"},
}


@pytest.fixture
def repository(installation: Installation) -> Installation:
    installation.serve({"persisters": [{"eventType": "one", "state": "RUNNING"}, {"eventType": "two"}]})
    installation.monkeypatch.setenv("LEAK", "Zq4xeRD2hg8y")
    installation.write("persisters/one.yaml", "state: RUNNING\neventType: one\nappConfig: {my.x: before}\n")
    assert installation.run("apply", "--auto-approve", "--no-lock", "--journal", "journals").code == 0
    [journal] = (installation.folder / "journals").glob("*.jsonl")
    journal.rename(installation.folder / JOURNAL)
    installation.write("persisters/one.yaml", FILE)
    installation.write("persisters/two.yaml", "eventType: two\n")
    assert installation.run("plan", "--out", "plan.persync").code == 0
    GitRepository(installation.folder).commit()
    return installation


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    names = {path: re.sub(rf"runs/{RUN}", "runs/RUN", str(path.relative_to(folder))) for path in files}
    return {name: path.read_bytes() for path, name in names.items()}


def test_the_table_has_every_command() -> None:
    assert sorted(REQUESTS) == sorted(COMMANDS)


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "sandbox"])
def test_a_command_sends_and_writes_what_the_table_says(repository: Installation, command: str) -> None:
    server = repository.server
    assert server is not None
    before, sent = contents(repository.folder), len(server.requests())
    ended = repository.run(command, *ARGUMENTS.get(command, []))
    assert (ended.code, ended.err if command in {"completion", "fmt", "schema"} else "") == (0, "")
    assert {request.method for request in server.requests()[sent:]} == OF_EVERY_REQUEST[REQUESTS[command]]
    changed = {name for name, content in contents(repository.folder).items() if before.get(name) != content}
    if command == "init":
        assert changed.isdisjoint(before)
    else:
        assert changed == WRITES.get(command, set())
    assert "Zq4xeRD2hg8y" not in ended.out + ended.err


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_fmt_that_only_looks_writes_nothing(repository: Installation, option: str) -> None:
    before = contents(repository.folder)
    repository.run("fmt", option)
    assert contents(repository.folder) == before


@pytest.mark.parametrize("command", [name for name in COMMANDS if REQUESTS[name] == "none"])
def test_what_sends_nothing_needs_no_token(repository: Installation, command: str) -> None:
    repository.monkeypatch.delenv("PERSYNC_TOKEN")
    repository.monkeypatch.delenv("LEAK")
    assert repository.run(command, *ARGUMENTS.get(command, [])).code == 0
