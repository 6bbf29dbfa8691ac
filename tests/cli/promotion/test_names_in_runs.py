"""The live persister is named wherever a run reports which persister it hit."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from persync.published import schema
from tests.command_line import Installation
from tests.report.html.page import Page

CLICKS, OTHER = ({"project": project, "eventType": "clicks", "eventstore": "pg"} for project in ("web-dev", "web-2"))


@pytest.fixture
def mapped(installation: Installation) -> Installation:
    live = [{"project": each["project"], "eventType": "clicks", "state": "RUNNING"} for each in (CLICKS, OTHER)]
    installation.serve({"persisters": live}, projects="{web: web-dev}")
    installation.write("persisters/clicks.yaml", "project: web\neventType: clicks\nstate: RUNNING\n")
    return installation


def lead_to(installation: Installation, project: str) -> None:
    assert installation.server is not None
    installation.settings(url=installation.server.url, projects=f"{{web: {project}}}")


def last_run(installation: Installation) -> str:
    """Return the last cell of the only persister on the status page."""
    assert installation.run("status", "--report", "html=status.html").code == 0
    text = Page((installation.folder / "status.html").read_text(encoding="utf-8")).text
    return "done" if " done " in text.partition("App version Last run")[2] else "none known"


def test_a_restart(mapped: Installation) -> None:
    options = ("--auto-approve", "--events", "json", "--report", "json=result.json")
    ended = mapped.run("restart", "web/clicks", *options)
    assert ended.code == 0, ended.err
    events: list[dict[str, Any]] = [json.loads(line) for line in ended.out.splitlines()]
    for event in events:
        jsonschema.validate(event, schema("events"))
    assert {event["event"] for event in events if event.get("liveId") == CLICKS} == {
        event["event"] for event in events if "persister" in event
    }
    result = json.loads((mapped.folder / "result.json").read_text(encoding="utf-8"))
    assert [each["plan"]["liveId"] for each in result["persisters"]] == [CLICKS]


@pytest.mark.parametrize("command", ["stop", "start", "restart"])
def test_the_plan_of_a_run_state(mapped: Installation, command: str) -> None:
    if command == "start":
        assert mapped.server is not None
        mapped.server.change_externally("web-dev", "clicks", state="STOPPED")
    ended = mapped.run(command, "web/clicks", "--auto-approve")
    assert (ended.code, ended.out.count("web/clicks (live: web-dev/clicks)")) == (0, 2)


def test_the_last_run_is_of_the_live_persister(mapped: Installation) -> None:
    assert mapped.run("restart", "web/clicks", "--auto-approve").code == 0
    assert last_run(mapped) == "done"
    lead_to(mapped, "web-2")
    assert last_run(mapped) == "none known"
    # the same live persister under another name
    assert mapped.server is not None
    mapped.settings(url=mapped.server.url, projects="{site: web-dev}")
    mapped.write("persisters/clicks.yaml", "project: site\neventType: clicks\nstate: RUNNING\n")
    assert last_run(mapped) == "done"


def test_a_run_that_has_written_nothing_is_of_a_live_persister_too(mapped: Installation) -> None:
    assert mapped.server is not None
    names = [*"abc"]
    for name in names:
        mapped.write(f"persisters/{name}.yaml", f"project: web\neventType: {name}\nstate: RUNNING\n")
    mapped.write("persisters/clicks.yaml", "project: web\neventType: clicks\nappConfig: {my.text: a}\n")
    ended = mapped.run("apply", "--auto-approve", "--keep-going", "--report", "markdown=result.md")
    assert ended.code == 1
    [journal] = (mapped.folder / ".persync/runs").glob("*.jsonl")
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        jsonschema.validate(line, schema("journal"))
    ends = {line["id"]["eventType"]: line["liveId"]["project"] for line in lines if line["kind"] == "persister"}
    assert ends == dict.fromkeys(("clicks", *names), "web-dev")
    assert "\nweb/a (live: web-dev/a)\n" in mapped.run("runs", "show", journal.stem).out
    markdown = (mapped.folder / "result.md").read_text(encoding="utf-8")
    assert "event type '…' does not exist in project 'web-dev'" in markdown
    assert "event type 'a' does not exist" not in markdown


@pytest.mark.parametrize("report", ["text", "markdown", "html"])
def test_a_problem_of_several_names_none_of_them(mapped: Installation, report: str) -> None:
    assert mapped.server is not None
    mapped.settings(url=mapped.server.url, projects="{web: web-dev, web/a: web-2/a-1111, web/b: web-2/b-2222}")
    mapped.write("persisters/clicks.yaml", "project: web\neventType: clicks\nappConfig: {my.text: a}\n")
    for name in "ab":
        mapped.write(f"persisters/{name}.yaml", f"project: web\neventType: {name}\nstate: RUNNING\n")
    ended = mapped.run("apply", "--auto-approve", "--keep-going", "--report", report)
    out = ended.out
    assert ended.code == 1
    assert ("a-1111' does not exist" in out, "a-1111&#39; does not exist" in out, "…" in out) == (False, False, True)
