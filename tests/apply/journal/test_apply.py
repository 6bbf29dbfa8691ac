"""The journal that an apply leaves behind."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from persync.apply.journal.files import is_open
from tests.command_line import Installation
from tests.processes import start, wait_until
from tests.schemas import validate

FILE = "eventType: {}\nstate: RUNNING\nappConfig: {{eventstore.batchSize: 500}}\n"
RUNNING = {"state": "RUNNING", "appConfig": {"eventstore.batchSize": "200"}}


def journals(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.jsonl"))


def lines(folder: Path) -> list[dict[str, Any]]:
    """Return the lines of the only journal, each valid by the published schema."""
    [path] = journals(folder)
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines(keepends=True)]
    for line in found:
        validate(line, "journal")
    return found


def brief(line: dict[str, Any]) -> str:
    """Return what a line is about: ``intent a stop``."""
    name = line["id"]["eventType"] if "id" in line else ""
    return " ".join(filter(None, (line["kind"], name, line.get("write"), line.get("outcome"))))


@pytest.fixture
def runs(installation: Installation) -> Path:
    installation.serve({"persisters": [{"eventType": "a", **RUNNING}, {"eventType": "b", **RUNNING}]})
    installation.write("persisters/a.yaml", FILE.format("a"))
    return installation.folder / ".persync/runs"


def test_every_write_is_announced_and_answered(installation: Installation, runs: Path) -> None:
    applied = installation.run("apply", "--auto-approve", "--report", "json")
    assert applied.code == 0
    head, before, *rest = lines(runs)
    assert [*map(brief, (before, *rest))] == [
        "before a",
        "intent a stop",
        "answer a stop",
        "intent a put",
        "answer a put",
        "intent a start",
        "answer a start",
        "persister a done",
        "end finished",
    ]
    assert before["state"] == "RUNNING"
    value = {"section": "appConfig", "key": "eventstore.batchSize", "hash": None}
    nothing = {"text": None, "hash": None}
    version = {"text": "latest", "hash": None}
    assert before["configuration"] == {"appVersion": version, "properties": [{**value, "text": "200"}]}
    assert rest[2]["configuration"] == {"appVersion": nothing, "properties": [{**value, "text": "500"}]}
    assert (head["environment"], head["run"]) == ("test", json.loads(applied.out)["runId"])
    [path] = journals(runs)
    assert path.stem == head["run"]
    assert [stat.S_IMODE(each.stat().st_mode) for each in (runs.parent, runs, path)] == [0o700, 0o700, 0o600]
    assert (runs / ".gitignore").read_text(encoding="ascii") == "*\n"


def test_nothing_to_do_and_no_journal_leave_none(installation: Installation, runs: Path) -> None:
    assert installation.run("apply", "--auto-approve", "--no-journal").code == 0
    assert installation.run("apply", "--auto-approve").code == 0
    assert not runs.exists()


def test_a_write_that_fails_has_its_answer(installation: Installation, runs: Path) -> None:
    assert installation.server is not None
    installation.server.set_faults([{"kind": "api-error", "method": "PUT", "type": "bad_parameter_value"}])
    assert installation.run("apply", "--auto-approve").code == 1
    assert [*map(brief, lines(runs)[1:])] == [
        "before a",
        "intent a stop",
        "answer a stop",
        "intent a put",
        "answer a put",
        "intent a start",
        "answer a start",
        "persister a failed",
        "end failed",
    ]
    refused = lines(runs)[5]
    assert (refused["accepted"], refused["problem"] != "") == (False, True)


def test_the_folder_is_chosen_by_setting_variable_and_option(installation: Installation, runs: Path) -> None:
    settings = installation.folder / "persync.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + "journal: {folder: my/journals}\n", encoding="utf-8")
    for arguments, variable, folder in (
        ((), "", "my/journals"),
        ((), "from-variable", "from-variable"),
        (("--journal", "from-option"), "from-variable", "from-option"),
    ):
        installation.write("persisters/a.yaml", FILE.format("a").replace("500", str(500 + len(folder))))
        installation.monkeypatch.setenv("PERSYNC_JOURNAL", variable)
        assert installation.run("apply", "--auto-approve", *arguments).code == 0
        assert len(journals(installation.folder / folder)) == 1
    assert not runs.exists()


def test_a_folder_outside_of_the_repository_is_refused(installation: Installation, runs: Path) -> None:
    settings = installation.folder / "persync.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + "journal: {folder: ../journals}\n", encoding="utf-8")
    refused = installation.run("apply", "--auto-approve")
    outside, top = (installation.folder.parent / "journals").resolve(), installation.folder.resolve()
    assert refused.err.splitlines()[-4:] == [
        "error: persync.yaml:8:19: the folder of the journals is outside of the repository: it leads to"
        f" {outside}, outside of {top}",
        "   8 | journal: {folder: …}",
        "     |                   ^",
        "help: name one in the repository, or give --journal, which may be anywhere",
    ]
    assert (refused.code, installation.writes(), runs.exists()) == (1, [], False)


def test_without_a_journal_nothing_is_written(installation: Installation, runs: Path) -> None:
    installation.write(".persync/runs", "a file")
    refused = installation.run("apply", "--auto-approve")
    shown = [line for line in refused.err.splitlines() if line.startswith(("error", "help"))]
    assert [line.replace(line.rpartition("/runs/")[2].partition(" ")[0], "RUN") for line in shown[:1]] == [
        f"error: the journal {runs}/RUN cannot be written: Not a directory"
    ]
    assert shown[1:] == [
        "help: let this user write to that folder, name another one with --journal, or give --no-journal"
    ]
    assert (refused.code, installation.writes()) == (1, [])


def test_a_journal_is_open_while_its_run_lives(installation: Installation, runs: Path) -> None:
    assert installation.server is not None
    installation.server.set_faults([{"kind": "latency", "method": "PUT", "seconds": 2}])
    process = start(installation, "apply", "--auto-approve")
    try:
        wait_until(lambda: len(installation.writes()) == 1 and b'"put"' in journals(runs)[0].read_bytes())
        assert is_open(journals(runs)[0])
    finally:
        process.kill()
        process.communicate()
    assert not is_open(journals(runs)[0])


@pytest.mark.parametrize("size", ["300", "200"])
def test_no_secret_is_in_clear(installation: Installation, size: str) -> None:
    password, url = "Zq4xeRD2hg8y", "jdbc:postgresql://grnry:Zq1url9pass@pg/db"
    installation.serve(
        {
            "persisters": [
                {
                    "eventType": "a",
                    "state": "RUNNING",
                    "appConfig": {
                        "eventstore.batchSize": "200",
                        "spring.datasource.password": "Zq0live1pass",
                        "spring.datasource.url": url,
                        "my.copy": f"again {password}",
                    },
                    "deployerConfig": {
                        "kubernetes.volumes": "[{name: a, secret: {secretName: db}}]",
                        "kubernetes.environmentVariables": "A=b,DB_PASSWORD=Zq2env3pass",
                    },
                }
            ]
        }
    )
    installation.monkeypatch.setenv("DB", password)
    installation.write(
        "persisters/a.yaml",
        f"eventType: a\nstate: RUNNING\nappConfig: {{my.text: '${{{{ secret.DB }}}}', eventstore.batchSize: {size}}}\n",
    )
    assert installation.run("apply", "--auto-approve").code == 0
    runs = installation.folder / ".persync/runs"
    assert "Zq" not in journals(runs)[0].read_text(encoding="utf-8")
    before = lines(runs)[1]["configuration"]["properties"]
    assert {line["key"]: line["text"] for line in before if line["text"]} == {
        "eventstore.batchSize": "200",
        "kubernetes.volumes": "[{name: a, secret: {secretName: db}}]",
    }
    assert {line["key"] for line in before if line["hash"]} == {
        "spring.datasource.password",
        "spring.datasource.url",
        "my.copy",
        "kubernetes.environmentVariables",
    }
    assert [line["key"] for line in before if not line["hash"] and line["text"] is None] == ["my.text"]
