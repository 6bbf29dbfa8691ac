"""The scheduled drift watch: one issue that is open while live differs, and the job of GitLab that fails."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from persync.report.markdown_parts import marker_line
from tests.ci.github import TOKEN, Comments
from tests.ci.runner import ACTION, ROOT, Done, Runner, pull_request
from tests.ci.test_templates import GITLAB, options_of, sh
from tests.command_line import Installation

WORKFLOW = ROOT / "examples/github-workflow/drift.yml"
REPORT = marker_line("test", "abc") + "\n## persync plan\n"
LOG = "\n[The log of the run](https://github.example.com/owner/config/actions/runs/42)\n"
TITLE = "persync: test differs from its files"
SCHEDULED = {"working-directory": "conf", "environment": "test", "issue": "true", "github-token": TOKEN}


def publish(runner: Runner, github: Comments, changes: str = "true", report: str = REPORT) -> Done:
    file = runner.files / "report.md"
    file.write_text(report, encoding="utf-8")
    runner.api, runner.steps = github.url, {"run": {"report": str(file), "changes": changes}}
    return runner.step("Issue", {"github-token": TOKEN})


def shown(github: Comments) -> list[tuple[str, str, str]]:
    return [(issue["state"], issue["title"], issue["body"]) for issue in github.issues]


def test_a_drift_that_comes_and_goes(runner: Runner, github: Comments, installation: Installation) -> None:
    installation.folder = installation.folder / "conf"
    server = installation.serve({"persisters": [{"eventType": "a", "state": "RUNNING"}]})
    installation.write("persisters/a.yaml", "eventType: a\nstate: RUNNING\n")
    runner.api, runner.event_name = github.url, "schedule"
    logs = [runner.use(SCHEDULED)["Issue"].log]
    server.change_externally("global", "a", state="STOPPED")
    logs += [runner.use(SCHEDULED)["Issue"].log for _ in range(2)]
    assert [(state, title) for state, title, _ in shown(github)] == [("open", TITLE)]
    assert "global/a" in github.issues[0]["body"]
    assert installation.run("apply", "--auto-approve").code == 0
    logs.append(runner.use(SCHEDULED)["Issue"].log)
    assert logs == [
        f"::notice title=persync::issue {what}\n"
        for what in ("not needed: nothing differs", "opened", "updated", "closed: nothing differs any more")
    ]
    assert [(state, title) for state, title, _ in shown(github)] == [("closed", TITLE)]


def test_a_failure_opens_it_too(runner: Runner, github: Comments, installation: Installation) -> None:
    installation.folder = installation.folder / "conf"
    installation.settings(url="http://127.0.0.1:9")
    installation.write("persisters/a.yaml", "eventType: a\n")
    installation.monkeypatch.setenv("PERSYNC_TOKEN", "token")
    runner.api = github.url
    ran = runner.use({**SCHEDULED, "args": "--parallelism=1"})
    assert (ran["Plan or apply"].code, ran["Issue"].code) == (1, 0)
    assert [(state, title) for state, title, _ in shown(github)] == [
        ("open", "persync: test cannot be compared, or is blocked")
    ]


def test_not_for_a_pull_request_nor_unasked(runner: Runner, github: Comments, installation: Installation) -> None:
    installation.folder = installation.folder / "conf"
    installation.serve({"persisters": [{"eventType": "a", "state": "STOPPED"}]})
    installation.write("persisters/a.yaml", "eventType: a\nstate: RUNNING\n")
    runner.api = github.url
    assert "Issue" not in runner.use({**SCHEDULED, "issue": "false"})
    runner.event, runner.event_name = pull_request(), "pull_request"
    assert "Issue" not in runner.use(SCHEDULED)
    assert github.issues == []


def test_issues_of_others_and_pull_requests_stay(runner: Runner, github: Comments) -> None:
    others: list[dict[str, Any]] = [
        {"body": REPORT, "login": "mallory"},
        {"body": REPORT, "pull_request": {}},
        {"body": marker_line("test2", "x")},
        {"body": None},
    ]
    for other in others:
        github.add_issue(**other)
    before = [dict(issue) for issue in github.issues]
    publish(runner, github)
    publish(runner, github, "false")
    assert github.issues[:-1] == before
    assert shown(github)[-1] == ("closed", TITLE, REPORT + LOG)


@pytest.mark.parametrize("before", [99, 100, 201])
def test_it_is_found_on_any_page(runner: Runner, github: Comments, before: int) -> None:
    for _ in range(before):
        github.add_issue("another", login="ada")
    github.add_issue(REPORT)
    assert publish(runner, github).log == "::notice title=persync::issue updated\n"
    assert (len(github.issues), shown(github)[-1]) == (before + 1, ("open", TITLE, REPORT + LOG))


def test_never_more_than_one(runner: Runner, github: Comments) -> None:
    for _ in range(3):
        github.add_issue(REPORT)
    publish(runner, github)
    assert [issue["state"] for issue in github.issues] == ["open", "closed", "closed"]


def test_refused(runner: Runner, github: Comments) -> None:
    github.refuse = 403
    done = publish(runner, github)
    message = "no issue: GitHub answers 403 (does the job have the permission issues: write?)"
    assert (done.code, done.log) == (1, f"::error title=persync::{message}\n")


def test_what_is_no_report(runner: Runner, github: Comments) -> None:
    assert (publish(runner, github, report="hello").code, github.asked) == (1, [])


def test_the_workflow() -> None:
    workflow: dict[Any, Any] = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    assert (workflow["permissions"], set(workflow[True])) == ({}, {"schedule", "workflow_dispatch"})
    [job] = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "read", "issues": "write"}
    [_, _, persync] = job["steps"]
    assert set(persync["with"]) - set(ACTION["inputs"]) == set()
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(WORKFLOW)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert (done.returncode, done.stdout + done.stderr if done.returncode else "") == (0, "")


def test_the_job_of_gitlab_fails_where_something_differs(installation: Installation) -> None:
    installation.serve({"persisters": [{"eventType": "a", "state": "STOPPED"}]})
    installation.write("persisters/a.yaml", "eventType: a\nstate: RUNNING\n")
    job = GITLAB[".persync-drift"]
    done = sh(job["script"][0], installation.folder, {})
    assert (done.returncode, "1 to change" in done.stdout) == (2, True)
    files = [*job["artifacts"]["paths"], *job["artifacts"]["reports"].values()]
    assert [file for file in files if not Path(installation.folder, file).is_file()] == []
    assert "--metrics-file" in options_of("plan")


def test_a_schedule_of_gitlab_runs_nothing_else() -> None:
    never = {"if": '$CI_PIPELINE_SOURCE == "schedule"', "when": "never"}
    assert GITLAB[".persync-drift"]["rules"] == [{"if": never["if"]}]
    assert [GITLAB[name]["rules"][0] for name in (".persync", ".persync-apply")] == [never, never]
