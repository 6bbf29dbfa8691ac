"""A saved plan and a run are of live persisters: where ``projects`` leads to others now, they are not applied."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import Installation

LIVE = {
    "persisters": [
        {
            "project": "dev-1",
            "eventType": "clicks",
            "appConfig": {"eventstore.tableName": "before"},
            "state": "RUNNING",
        },
        {"project": "dev-2", "eventType": "clicks", "state": "RUNNING"},
    ]
}


@pytest.fixture
def mapped(installation: Installation) -> Installation:
    installation.serve(LIVE, projects="{web: dev-1}")
    installation.write(
        "persisters/a.yaml",
        "project: web\neventType: clicks\nstate: RUNNING\nappConfig: {eventstore.tableName: a}\n",
    )
    return installation


def lead_elsewhere(installation: Installation) -> None:
    assert installation.server is not None
    installation.settings(url=installation.server.url, projects="{web: dev-2}")


@pytest.mark.parametrize("command", [("apply", "plan.json", "--auto-approve"), ("verify", "plan.json")])
def test_a_saved_plan(mapped: Installation, command: tuple[str, ...]) -> None:
    assert mapped.run("plan", "--out", "plan.json").code == 0
    lead_elsewhere(mapped)
    refused = mapped.run(*command)
    assert (refused.code, refused.err, mapped.writes()) == (
        1,
        "error: web/clicks was dev-1/clicks in the installation when the plan was made, and is dev-2/clicks now:"
        " projects of environment test has changed\nhelp: make a new plan\n",
        [],
    )


def test_a_rollback(mapped: Installation) -> None:
    assert mapped.run("apply", "--auto-approve").code == 0
    lead_elsewhere(mapped)
    [journal] = (mapped.folder / ".persync/runs").glob("*.jsonl")
    assert "\nweb/clicks (live: dev-1/clicks)\n" in mapped.run("runs", "show", journal.stem).out
    writes = mapped.writes()
    refused = mapped.run("rollback", str(journal), "--auto-approve")
    assert (refused.code, mapped.writes()) == (1, writes)
    assert [line.strip() for line in refused.out.splitlines() if "web/clicks" in line or "blocked: " in line] == [
        f"✗ web/clicks (live: dev-2/clicks)  {Path(journal).relative_to(mapped.folder)}:2",
        "blocked: it was dev-1/clicks in the installation, and projects in persync.yaml has changed since",
    ]


def test_a_rollback_with_the_same_names(mapped: Installation) -> None:
    assert mapped.run("apply", "--auto-approve").code == 0
    [journal] = (mapped.folder / ".persync/runs").glob("*.jsonl")
    assert mapped.run("rollback", str(journal), "--auto-approve").code == 0
    assert mapped.server is not None
    assert mapped.running("dev-1", "clicks")["appConfig"]["eventstore.tableName"] == "before"
