"""``persync runs``: what became of the applies."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

from persync.apply.journal.listing import list_runs
from persync.cli.runs.shown import runs_table
from persync.run_id import PATTERN
from tests.command_line import Ended, Installation
from tests.schemas import validate

REFUSED = {"kind": "api-error", "method": "PUT", "type": "bad_parameter_value"}
FILE = "eventType: a\nstate: RUNNING\nappConfig: {{eventstore.batchSize: {}}}\n"


@pytest.fixture
def runs(installation: Installation) -> Path:
    """One run that finished, one that failed, one that was killed, and a file that is none."""
    server = installation.serve({"persisters": [{"eventType": "a", "state": "RUNNING"}]})
    for size in (100, 200, 300):
        installation.write("persisters/a.yaml", FILE.format(size))
        server.set_faults(
            [{"kind": "api-error", "method": "PUT", "type": "bad_parameter_value"}] if size == 200 else []
        )
        installation.run("apply", "--auto-approve")
    folder = installation.folder / ".persync/runs"
    *others, killed = sorted(folder.glob("*.jsonl"), key=lambda path: path.stat().st_mtime_ns)
    for index, path in enumerate((*others, killed)):  # the runs of a second have no order
        path.rename(folder / f"20260101T00000{index}Z-00000{index}.jsonl")
    last = folder / "20260101T000002Z-000002.jsonl"
    text = last.read_text(encoding="utf-8").splitlines(keepends=True)
    last.write_text("".join(text[:5]) + text[5][:20], encoding="utf-8")
    return folder


@pytest.mark.usefixtures("runs")
def test_runs_are_listed_with_what_became_of_them(installation: Installation) -> None:
    listed = installation.run("runs")
    assert (listed.code, listed.err) == (0, "")
    head, *rows = [re.split(r"\s{2,}", line) for line in listed.out.splitlines()]
    assert head == ["RUN", "BEGAN", "USER", "ENVIRONMENT", "OUTCOME", "PERSISTERS"]
    assert [row[3:] for row in rows] == [
        ["test", "killed", "–"],
        ["test", "failed", "1 failed"],
        ["test", "finished", "1 done"],
    ]
    assert installation.run("runs", "-e", "tets") == Ended(
        1, "", "error: persync.yaml:3:1: there is no environment tets\nhelp: did you mean test?\n"
    )
    assert installation.run("runs", "-e", "test", "--journal", "none").out == "There are no runs.\n"


@pytest.mark.parametrize(
    ("width", "head"),
    [
        (200, ["RUN", "BEGAN", "USER", "ENVIRONMENT", "OUTCOME", "PERSISTERS"]),
        (80, ["RUN", "AGE", "USER", "ENVIRONMENT", "OUTCOME", "PERSISTERS"]),
        (64, ["RUN", "AGE", "ENVIRONMENT", "OUTCOME", "PERSISTERS"]),
        (60, ["RUN", "ENVIRONMENT", "OUTCOME", "PERSISTERS"]),
        (50, ["RUN", "OUTCOME", "PERSISTERS"]),
    ],
)
def test_the_list_fits_the_terminal(runs: Path, width: int, head: list[str]) -> None:
    listed, _ = list_runs(runs)
    now = datetime.fromisoformat(listed[0].head.time).timestamp() + 60
    table = runs_table(listed, width, now).splitlines()
    assert (table[0].split(), [line for line in table if len(line) > width]) == (head, [])


@pytest.mark.usefixtures("runs")
def test_runs_as_json(installation: Installation) -> None:
    document = json.loads(installation.run("runs", "-o", "json").out)
    validate(document, "runs")
    assert [(run["status"], run["summary"] and run["summary"]["done"]) for run in document["runs"]] == [
        ("killed", None),
        ("failed", 0),
        ("finished", 1),
    ]


def test_a_run_is_shown_with_its_writes(installation: Installation, runs: Path) -> None:
    shown = installation.run("runs", "show", "20260101T000002Z").out
    shown = re.sub(PATTERN, "RUN", shown)
    assert shown.splitlines()[0] == "Run RUN: killed"
    assert shown.splitlines()[-6:] == [
        "",
        "global/a",
        "    before: RUNNING, 1 property recorded",
        "    stop: accepted",
        "    put: outcome unknown",
        "    its result is not known",
    ]
    failed = installation.run("runs", "show", str(runs / "20260101T000001Z-000001.jsonl")).out.splitlines()
    assert [line.split(":")[0].strip() for line in failed[-6:]] == ["before", "stop", "put", "start", "failed", "help"]


def test_a_run_is_shown_by_its_name_alone_by_last_and_by_its_file(installation: Installation, runs: Path) -> None:
    failed, killed = (f"20260101T00000{number}Z-00000{number}" for number in (1, 2))
    for name, run in (
        (failed, failed),
        ("20260101T000001", failed),
        ("last", killed),
        (f"{runs}/{killed}.jsonl", killed),
    ):
        assert installation.run("runs", name) == installation.run("runs", "show", run), name
    listed = json.loads(installation.run("runs", "-o", "json").out)
    for arguments in (
        ("runs", "last", "-o", "json"),
        ("runs", "-o", "json", "last"),
        ("runs", "show", "last", "-ojson"),
    ):
        assert json.loads(installation.run(*arguments).out) == {**listed, "runs": listed["runs"][:1]}


@pytest.mark.parametrize("command", ["runs show", "rollback"])
def test_without_a_name_the_last_run_is_in_the_hint(installation: Installation, runs: Path, command: str) -> None:
    began = f"{json.loads(installation.run('runs', '-o', 'json').out)['runs'][0]['time'][:16].replace('T', ' ')} UTC"
    assert installation.run(*command.split()) == Ended(
        1,
        "",
        "error: name a run\n"
        f"help: 'persync {command} 20260101T000002Z-000002' is about the last one, of {began};"
        " 'persync runs' lists all\n",
    )
    assert installation.run(*command.split(), "--journal", "none") == Ended(
        1, "", "error: name a run\nhelp: there is none in none; a journal from elsewhere is named by its file\n"
    )
    assert len(list(runs.glob("*"))) == 4


def test_the_last_run_of_a_rollback_has_changed_something(installation: Installation, runs: Path) -> None:
    installation.write("persisters/a.yaml", FILE.format(400))
    assert installation.run("plan", "--out", "plan.persync").code == 0
    for _ in range(2):
        assert installation.run("apply", "plan.persync").code == 0
    listed = [line.split("test")[1].split() for line in installation.run("runs").out.splitlines()[1:3]]
    assert listed == [["finished", "1", "in", "sync", "already"], ["finished", "1", "done"]]
    newest, changed = sorted(runs.glob("*.jsonl"), key=lambda path: path.stat().st_mtime_ns, reverse=True)[:2]
    assert f"Run {newest.stem}: finished" in installation.run("runs", "last").out
    ended = installation.run("rollback", "last", "--out", "back.persync")
    assert (ended.code, ended.out.splitlines()[1]) == (
        0,
        f"Rollback of run {changed.stem}: the desired side is what was live before it.",
    )


def test_the_last_run_of_another_environment_is_not_rolled_back(installation: Installation, runs: Path) -> None:
    for path in runs.glob("*.jsonl"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('"environment":"test"', '"environment":"production"', 1), encoding="utf-8")
    ended = installation.run("rollback", "last")
    assert (ended.code, ended.err) == (
        1,
        f"error: there is no run of test that has changed something in {runs}\n"
        "help: a journal from elsewhere is named by its file\n",
    )


@pytest.mark.usefixtures("runs")
def test_a_name_of_several_runs_and_of_none(installation: Installation) -> None:
    assert installation.run("runs", "show", "2026").err.splitlines()[0] == (
        "error: 3 runs begin with 2026: 20260101T000000Z-000000, 20260101T000001Z-000001, 20260101T000002Z-000002, …"
    )
    assert installation.run("runs", "show", "x").code == 1


def test_a_damaged_journal_is_named(installation: Installation, runs: Path) -> None:
    (runs / "x.jsonl").write_text("hello\n", encoding="utf-8")
    listed = installation.run("runs")
    assert (listed.code, len(listed.out.splitlines())) == (1, 4)
    assert listed.err.splitlines()[0] == f"error: {runs}/x.jsonl:1:1: this line of the journal is damaged"


def test_a_run_that_was_killed_before_its_first_line_is_not_listed(installation: Installation, runs: Path) -> None:
    before = installation.run("runs")
    (runs / "20260101T000009Z-000009.jsonl").touch()
    assert installation.run("runs") == before
