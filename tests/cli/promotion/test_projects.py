"""``projects``: the files' names in everything that is shown, the installation's in every request."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.command_line import Installation, without_times
from tests.schemas import validate

NAMES = "{web: web-dev, web/clicks: web_0001/clicks-x7f2}"
LIVE: dict[str, Any] = {
    "persisters": [
        {"project": "web-dev", "eventType": "views", "appConfig": {"eventstore.tableName": "v"}, "state": "RUNNING"},
        {"project": "web_0001", "eventType": "clicks-x7f2", "state": "RUNNING"},
        {"project": "web_0001", "eventType": "other", "state": "STOPPED"},
        {"project": "web", "eventType": "views", "state": "STOPPED"},
    ]
}
PATHS = {
    "clicks": "/projects/web_0001/event-types/clicks-x7f2/eventstores/pg/persister",
    "views": "/projects/web-dev/event-types/views/eventstores/pg/persister",
}
IN_SYNC = "No changes. 3 persisters are in sync."


@pytest.fixture
def imported(installation: Installation) -> Installation:
    """An installation with other names, imported."""
    installation.serve(LIVE, projects=NAMES)
    (installation.folder / "persisters").mkdir()
    ended = installation.run("import")
    assert (ended.code, ended.out.split()) == (
        0,
        ["persisters/web/clicks.yaml", "persisters/web/views.yaml", "persisters/web_0001/other.yaml"],
    ), ended.err
    assert (
        "passed over 1 live persister that the files cannot name, because projects of the environment gives what it is"
        " called to others: web/views"
    ) in ended.err
    return installation


def change(installation: Installation, table: str = "c") -> None:
    text = f"project: web\neventType: clicks\nstate: RUNNING\nappConfig: {{eventstore.tableName: {table}}}\n"
    installation.write("persisters/web/clicks.yaml", text)


def test_what_was_imported_is_in_sync(imported: Installation) -> None:
    assert imported.run("plan", "--detailed-exitcode").last_line == IN_SYNC
    assert imported.run("import", "--update").code == 0
    assert imported.run("status").out == (
        "PERSISTER                                STATE    DESIRED  VERSION\n"
        "web/clicks (live: web_0001/clicks-x7f2)  RUNNING  RUNNING  latest\n"
        "web/views (live: web-dev/views)          RUNNING  RUNNING  latest\n"
        "web_0001/other                           STOPPED  STOPPED  latest\n"
        "\n"
        "3 persisters: 2 RUNNING, 1 STOPPED; none differs from the files\n"
    )
    assert imported.writes() == []


def test_an_apply_writes_to_the_live_names_and_the_next_plan_is_empty(imported: Installation) -> None:
    change(imported)
    planned = imported.run("plan", "web/clicks", "--report", "json")
    document = json.loads(planned.out)
    validate(document, "plan")
    [clicks] = document["persisters"]
    assert (clicks["id"], clicks["liveId"]) == (
        {"project": "web", "eventType": "clicks", "eventstore": "pg"},
        {"project": "web_0001", "eventType": "clicks-x7f2", "eventstore": "pg"},
    )
    applied = imported.run("apply", "--auto-approve")
    assert "✓ web/clicks (live: web_0001/clicks-x7f2)  done: stop, put, start; down for N s" in without_times(
        applied.out
    )
    state = f"POST {PATHS['clicks']}/state"
    assert imported.writes() == [state, f"PUT {PATHS['clicks']}", state]
    assert imported.running("web_0001", "clicks-x7f2")["appConfig"]["eventstore.tableName"] == "c"
    assert imported.run("plan").last_line == IN_SYNC


@pytest.mark.parametrize("report", ["text", "markdown", "html", "junit", "github", "sarif", "gitlab-codequality"])
def test_every_report_shows_both_names(imported: Installation, report: str) -> None:
    change(imported)
    out = imported.run("plan", "--report", report).out
    assert "(live: web_0001/clicks-x7f2)" in out


def test_an_import_again_keeps_the_files_names(imported: Installation) -> None:
    assert imported.server is not None
    change(imported)
    updated = imported.run("import", "--update", "web/*")
    assert (updated.code, updated.out) == (0, "persisters/web/clicks.yaml\n"), updated.err
    assert imported.run("plan").last_line == IN_SYNC


def test_what_no_file_describes(imported: Installation) -> None:
    (imported.folder / "persisters/web/views.yaml").unlink()
    out = imported.run("plan", "--unmanaged").out
    assert out.splitlines()[2:9] == [
        "? 1 live persister is in no file (looked at all projects that the token may see: web, web_0001):",
        "    web/views (live: web-dev/views)",
        "  help: persync import",
        "! 1 live persister cannot be named by the files: projects gives the name to others:",
        "    web/views",
        "  help: give the project another name in projects of the environment, such as 'other: web'",
        "",
    ]
    document = json.loads(imported.run("plan", "--unmanaged", "--report", "json").out)
    validate(document, "plan")
    views = {"eventType": "views", "eventstore": "pg"}
    assert (document["unmanaged"]["liveIds"], document["unmanaged"]["unnamed"]) == (
        {"web/views": {"project": "web-dev", **views}},
        [{"project": "web", **views}],
    )
    # of a selection it is not known whether they belong to it
    assert "cannot be named" not in imported.run("plan", "--unmanaged", "web_0001/*").out


def test_the_projects_of_an_import_are_the_files(imported: Installation) -> None:
    refused = imported.run("import", "--project", "web-dev")
    assert (refused.code, refused.err) == (
        1,
        "error: project 'web-dev' of the installation is 'web' in the files (projects in persync.yaml)\n"
        "help: write --project web\n",
    )
    (imported.folder / "persisters/web/clicks.yaml").unlink()
    assert imported.run("import", "--project", "web").out == "persisters/web/clicks.yaml\n"


def test_logs_and_doctor(imported: Installation) -> None:
    assert "clicks-x7f2" in imported.run("logs", "web/clicks", "--lines", "1").out
    doctor = imported.run("doctor").out
    assert "web (live: web-dev, web_0001): 2 event types; can read web/clicks" in doctor


def test_what_does_not_exist_is_named_as_the_installation_would(imported: Installation) -> None:
    imported.settings(url=imported.server.url if imported.server else "", projects=NAMES.replace("x7f2", "x7f3"))
    out = imported.run("plan", "web/clicks").out
    assert out.splitlines()[4:] == [
        "✗ web/clicks (live: web_0001/clicks-x7f3)  persisters/web/clicks.yaml:2",
        "    blocked: event type 'clicks-x7f3' does not exist in project 'web_0001'",
        "    help: did you mean 'clicks-x7f2'? names are case-sensitive",
        "",
        "Plan: 1 blocked, 2 not compared.",
    ]


def test_a_release_without_projects_has_one_that_is_mapped(installation: Installation) -> None:
    old = {"release": "1.1", "persisters": [{"eventType": "views", "state": "RUNNING"}]}
    installation.serve(old, projects="{web: global}", projectPrefix="false")
    (installation.folder / "persisters").mkdir()
    assert installation.run("import").out == "persisters/web/views.yaml\n"
    assert installation.run("plan", "--unmanaged", "--detailed-exitcode", "--fail-on-unmanaged").code == 0


def test_event_types_alone_need_no_live_project_of_the_name(installation: Installation) -> None:
    installation.serve(
        {"persisters": [{"project": "web_0001", "eventType": "clicks-x7f2"}]},
        projects="{web/clicks: web_0001/clicks-x7f2}",
    )
    (installation.folder / "persisters").mkdir()
    assert installation.run("import", "--project", "web").out == "persisters/web/clicks.yaml\n"
    missing = installation.run("import", "--project", "iot")
    assert (missing.code, missing.err.splitlines()[0]) == (
        1,
        "error: GET /projects/iot/event-types answered 404: project 'iot' does not exist; Project 'iot' not found.",
    )


def test_the_embedded_sandbox_has_the_live_names(installation: Installation) -> None:
    installation.settings(url='"sandbox:state.db"', projects="{web: web-dev}")
    installation.write("persisters/a.yaml", "project: web\neventType: views\nstate: RUNNING\n")
    assert installation.run("apply", "--auto-approve").code == 0
    assert installation.run("status").out.splitlines()[1].startswith("web/views (live: web-dev/views)  RUNNING")


def test_selectors_and_policies_are_about_the_files_names(installation: Installation) -> None:
    installation.serve(
        LIVE,
        projects=NAMES,
        safety="{protect: [web/views]}",
        ignoreChanges="[{persisters: [web/clicks], properties: [appConfig.eventstore.tableName]}]",
        rollout="{settle: 0, canary: [web/clicks]}",
    )
    document = "project: web\neventType: {}\nstate: RUNNING\nappConfig: {{eventstore.tableName: new}}\n"
    for name in ("clicks", "views"):
        installation.write(f"persisters/{name}.yaml", document.format(name))
    installation.write("policies/names.yaml", "properties: {project: {const: web}}\n")
    with (installation.folder / "persync.yaml").open("a", encoding="utf-8") as file:
        file.write("policies: [policies]\n")
    planned = installation.run("plan")
    assert (planned.code, planned.err) == (1, "")
    assert planned.out.splitlines()[1:5] == [
        "1 property of 1 persister is ignored (ignoreChanges).",
        "  ~ change   ✗ blocked",
        "",
        "✗ web/views (live: web-dev/views)  persisters/views.yaml:1",
    ]
    assert planned.last_line.endswith("1 blocked, 1 in sync.")


def test_persisters_that_do_not_exist_for_the_same_reason_are_one_line(installation: Installation) -> None:
    installation.serve({"persisters": [{"project": "w", "eventType": "x"}]}, projects="{web/a: w/a-1, web/b: w/b-2}")
    for name in ("a", "b"):
        installation.write(f"persisters/{name}.yaml", f"project: web\neventType: {name}\n")
    assert installation.run("plan").out.splitlines()[3:7] == [
        "✗ 2 persisters of web (live: w)  persisters/",
        "    a (live: w/a-1), b (live: w/b-2)",
        "    blocked: event type '…' does not exist in project 'w'",
        "    help: names are case-sensitive; the event type has to be created first",
    ]
    together = "2 persisters: event type '…' does not exist in project 'w' (web/a, web/b)"
    assert together in installation.run("status").out.splitlines()


def test_persisters_that_are_shown_together(installation: Installation) -> None:
    names = ("a-1", "a-2", "a-3", "b")
    live = [{"project": "w", "eventType": name, "state": "STOPPED"} for name in ("a-1", "a-2", "a-3", "b-x7f2")]
    installation.serve({"persisters": live}, projects="{web: w, web/b: w/b-x7f2}")
    for name in names:
        installation.write(f"persisters/{name}.yaml", f"project: web\neventType: {name}\nstate: RUNNING\n")
    title = ["4 persisters of web (live: w)", "a-1 … a-3, b (live: w/b-x7f2)"]
    planned = installation.run("plan").out.splitlines()
    assert [line.split("  ")[0].lstrip("▶ +") for line in (planned[3], planned[4].strip())] == title
    applied = installation.run("apply", "--auto-approve").out.splitlines()
    assert [line.strip() for line in applied if "b-x7f2" in line] == [title[1]] * 2


def test_a_selector_with_a_name_of_the_installation(imported: Installation) -> None:
    """Every command that takes selectors names that of the files."""
    hint = "help: that is a name of the installation (projects in persync.yaml); in the files it is 'web/clicks'"
    for command in ("plan", "status", "logs", "render", "explain", "import", "export --to-grapp x", "plan --canary"):
        ended = imported.run(*command.split(), "web_0001/clicks-x7f2")
        assert (command, ended.code, ended.err.splitlines()[-1]) == (command, 1, hint)
    assert (
        f"matches no persister; {hint.removeprefix('help: ')}"
        in imported.run("plan", "--exclude", "web_0001/clicks-x7f2").err
    )
