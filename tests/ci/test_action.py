"""The shell steps of action.yml, read out of it and run with bash against the sandbox."""

import re
from pathlib import Path

import pytest

from persync.report.markdown_parts import marker
from tests.ci.github import TOKEN, Comments
from tests.ci.runner import ACTION, HEAD_LINE, ROOT, STEPS, Runner, pull_request
from tests.command_line import Installation
from tests.git import GitRepository

FILE = "eventType: {}\nstate: RUNNING\nappConfig: {{eventstore.batchSize: {}}}\n"
HOSTILE = "x'; touch hacked; $(touch hacked) `touch hacked`"


@pytest.fixture
def served(installation: Installation) -> Installation:
    """The configuration repository is a folder of the checkout."""
    installation.folder = installation.folder / "conf"
    installation.serve({"persisters": [{"eventType": name, "state": "RUNNING"} for name in ("a", "b")]})
    installation.write("persisters/a.yaml", FILE.format("a", 500))
    installation.write("persisters/b.yaml", FILE.format("b", 500))
    return installation


CONF = {"working-directory": "conf", "environment": "test"}


def test_a_pull_request_and_then_the_merge(runner: Runner, served: Installation, github: Comments) -> None:
    runner.api, runner.event, runner.event_name = github.url, pull_request(), "pull_request"
    validated = runner.step("Validate", CONF)
    assert (validated.code, "::notice title=persync validate::Validate: no findings" in validated.log) == (0, True)

    planned = runner.step("Plan or apply", CONF)
    assert (planned.code, planned.outputs["changes"]) == (0, "true")
    assert "Plan: 2 to change" in planned.log
    assert "file=conf/persisters/a.yaml,line=1," in planned.log
    assert planned.summary.startswith(marker("test"))
    assert planned.summary == Path(planned.outputs["report"]).read_text(encoding="utf-8")

    for _ in range(2):
        commented = runner.step("Comment", {"github-token": TOKEN})
        assert (commented.code, commented.log.startswith("::notice title=persync::comment ")) == (0, True)
    assert github.bodies == [planned.summary + HEAD_LINE]

    saved = planned.outputs["plan-file"]
    applied = runner.step("Plan or apply", {**CONF, "command": "apply", "plan-file": saved})
    assert (applied.code, applied.outputs["changes"]) == (0, "true")
    assert "2 done" in applied.summary
    assert len([*Path(applied.outputs["journal"]).glob("*.jsonl")]) == 1
    assert served.running("global", "a")["appConfig"]["eventstore.batchSize"] == "500"

    again = runner.step("Plan or apply", {**CONF, "command": "plan"})
    assert (again.code, again.outputs["changes"]) == (0, "false")
    nothing = runner.step("Plan or apply", {**CONF, "command": "apply"})
    assert (nothing.code, nothing.outputs["changes"], "journal" in nothing.outputs) == (0, "false", False)


def test_an_apply_that_plans_anew(runner: Runner, served: Installation) -> None:
    done = runner.step("Plan or apply", {**CONF, "command": "apply", "args": "--exclude=global/b\n\n*/a\n"})
    assert (done.code, done.outputs["changes"]) == (0, "true")
    assert [write for write in served.writes() if "/event-types/a/" not in write] == []
    assert served.running("global", "a")["appConfig"]["eventstore.batchSize"] == "500"
    assert "eventstore.batchSize" not in served.running("global", "b").get("appConfig", {})


def test_an_apply_of_what_is_done_already_changes_nothing(runner: Runner, served: Installation) -> None:
    saved = runner.step("Plan or apply", CONF).outputs["plan-file"]
    assert served.run("apply", "--auto-approve").code == 0
    done = runner.step("Plan or apply", {**CONF, "command": "apply", "plan-file": saved})
    assert (done.code, done.outputs["changes"], "already" in done.summary) == (0, "false", True)


@pytest.mark.parametrize(("head", "actor"), [("mallory/config", "mallory"), ("owner/config", "dependabot[bot]")])
def test_without_secrets_the_files_are_compared(
    runner: Runner, served: Installation, monkeypatch: pytest.MonkeyPatch, head: str, actor: str
) -> None:
    git = GitRepository(runner.workspace)
    git.commit({"conf/persisters/c.yaml": "eventType: c\nappConfig: {my.password: '${{ secret.NOT_SET }}'}\n"})
    git.commit({"conf/persisters/b.yaml": FILE.format("b", 501)})
    monkeypatch.delenv("PERSYNC_TOKEN")
    runner.event, runner.actor, runner.event_name = pull_request(head=head), actor, "pull_request"
    before = served.server.requests() if served.server else []
    ran = runner.use({**CONF, "comment": "false"})
    assert list(ran) == ["Validate", "Plan or apply"]
    done = ran["Plan or apply"]
    assert (done.code, done.outputs["changes"], "plan-file" in done.outputs) == (0, "true", False)
    assert "Diff: 1 changed, 2 unchanged." in done.log
    assert served.server is not None
    assert served.server.requests() == before


@pytest.mark.usefixtures("served")
def test_attribution(runner: Runner) -> None:
    git = GitRepository(runner.workspace)
    git.commit()
    git.commit({"conf/persisters/b.yaml": FILE.format("b", 501)})
    done = runner.step("Plan or apply", {**CONF, "base": "HEAD^1"})
    assert (done.code, "compared with `HEAD^1`" in done.summary) == (0, True)


def test_what_fails(runner: Runner, served: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = runner.step("Plan or apply", {**CONF, "command": HOSTILE})
    assert (bad.code, "not one of plan, diff, apply and validate" in bad.log) == (1, True)
    missing = runner.step("Plan or apply", {**CONF, "command": "apply", "plan-file": "no.persync"})
    assert (missing.code, "no saved plan" in missing.log, served.writes()) == (1, True, [])
    monkeypatch.setenv("PERSYNC_TOKEN", "wrong")
    refused = runner.step("Plan or apply", CONF)
    assert (refused.code, refused.outputs, refused.summary) == (1, {}, "")
    served.write("persisters/c.yaml", "eventType: c\nfoo: 1\n")
    invalid = runner.step("Validate", {**CONF, "command": "validate", "args": "--strict"})
    assert (invalid.code, "::error file=conf/persisters/c.yaml,line=2," in invalid.log) == (1, True)


@pytest.mark.parametrize(
    "broken", [{"base": "nowhere"}, {"environment": "", "base": "nowhere"}, {"args": "--no-such-option"}, {}]
)
def test_a_failure_without_a_report_replaces_the_comment(
    runner: Runner, served: Installation, github: Comments, broken: dict[str, str]
) -> None:
    GitRepository(runner.workspace).commit()
    runner.api, runner.event, runner.event_name = github.url, pull_request(), "pull_request"
    inputs = {**CONF, "github-token": TOKEN}
    assert [done.code for done in runner.use(inputs).values()] == [0, 0, 0]
    if not broken:
        served.write("persisters/c.yaml", "eventType: c\nfoo: 1\n")
    ran = runner.use({**inputs, **broken})
    failing = "Plan or apply" if broken else "Validate"
    assert [name for name, done in ran.items() if done.code] == [failing]
    assert "::error title=persync::no plan: read the log\n" in ran["Say that there is no report"].log
    report = (
        f"{marker('test')}-->\n## persync: no plan for `test`\n\n"
        "**It failed before there was one. Read [the log of the run]"
        "(https://github.example.com/owner/config/actions/runs/42).**\n"
    )
    assert github.bodies == [report + HEAD_LINE]
    assert ran["Say that there is no report"].summary == report


def test_an_installation_that_failed(runner: Runner, github: Comments, tmp_path: Path) -> None:
    runner.api, runner.event, runner.event_name = github.url, pull_request(), "pull_request"
    runner.temp = tmp_path
    github.add(f"{marker('test--1')}digest=old -->\nold\n")
    runner.step("Say that there is no report", {"environment": "test--1"})
    assert runner.step("Comment", {"github-token": TOKEN}).code == 0
    assert [body.splitlines()[1] for body in github.bodies] == ["## persync: no plan for `test%2D%2D1`"]


def test_nobody_knows_whose_comment(runner: Runner, served: Installation) -> None:
    served.write("persync.yaml", "version: 2\n")
    ran = runner.use({"working-directory": "conf"})
    assert list(ran) == ["Validate", "Say that there is no report"]
    done = ran["Say that there is no report"]
    assert (done.code, done.outputs, "## persync: no plan\n" in done.summary) == (0, {}, True)
    assert "an earlier comment is not replaced" in done.log


def test_what_is_blocked_fails_with_its_report(runner: Runner, installation: Installation, github: Comments) -> None:
    installation.folder = installation.folder / "conf"
    installation.serve({"persisters": [{"eventType": "a", "state": "UNKNOWN"}]})
    installation.write("persisters/a.yaml", FILE.format("a", 500))
    runner.api, runner.event, runner.event_name = github.url, pull_request(), "pull_request"
    planned = runner.step("Plan or apply", CONF)
    assert (planned.code, set(planned.outputs)) == (1, {"report", "plan-file"})
    assert runner.step("Comment", {"github-token": TOKEN}).code == 0
    assert [body.count("1 persister blocked") for body in github.bodies] == [1]
    assert installation.writes() == []


@pytest.mark.parametrize("name", ["environment", "working-directory", "args", "base", "plan-file"])
def test_an_input_is_never_run(runner: Runner, served: Installation, name: str) -> None:
    command = "apply" if name == "plan-file" else "plan"
    assert runner.step("Plan or apply", {**CONF, "command": command, name: HOSTILE}).code == 1
    assert list(served.folder.parent.rglob("hacked")) == []


@pytest.mark.usefixtures("served")
def test_a_log_cannot_give_commands(runner: Runner) -> None:
    log = runner.step("Plan or apply", CONF).log
    [pause] = re.findall(r"^::stop-commands::(\w{32})$", log, re.MULTILINE)
    inside = log.partition(f"::stop-commands::{pause}\n")[2].partition(f"::{pause}::\n")
    assert ("Plan: 2 to change" in inside[0], inside[1] != "", "Plan: 2 to change" in inside[2]) == (True, True, True)


def test_commands_go_on_after_half_a_line(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "persync/venv/bin").mkdir(parents=True)
    for name, script in {"persync": "printf half; exit 130", "python": 'exec python3 "$@"'}.items():
        (tmp_path / "persync/venv/bin" / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (tmp_path / "persync/venv/bin" / name).chmod(0o700)
    runner.temp = tmp_path
    done = runner.step("Plan or apply", CONF)
    [pause] = re.findall(r"^::stop-commands::(\w{32})$", done.log, re.MULTILINE)
    assert (done.code, f"::{pause}::" in done.log.splitlines()) == (130, True)


def test_the_variables_of_the_job_are_not_hidden(runner: Runner, served: Installation) -> None:
    served.write("persisters/b.yaml", FILE.format("b", "'${{ env.ENVIRONMENT }}${{ env.BASE }}'"))
    assert served.server is not None
    served.server.change_externally("global", "b", set={"appConfig": {"eventstore.batchSize": "12"}})
    done = runner.step("Plan or apply", CONF, ENVIRONMENT="1", BASE="2")
    assert (done.code, "Plan: 1 to change (1 restart), 1 in sync." in done.log) == (0, True)
    done = runner.step("Plan or apply", CONF, ENVIRONMENT="1", BASE="3")
    assert (done.code, "Plan: 2 to change" in done.log) == (0, True)


def test_the_origins_of_the_token(runner: Runner, served: Installation) -> None:
    origin = {"token-origin": "https://harvester.example.com"}
    refused = runner.step("Plan or apply", CONF | origin)
    assert (refused.code, "is not allowed by PERSYNC_TOKEN_ORIGIN: nothing was sent" in refused.log) == (1, True)
    assert served.server is not None
    assert runner.step("Plan or apply", CONF | {"token-origin": served.server.url}).code == 0


def test_no_expression_stands_in_a_script() -> None:
    assert [name for name, step in STEPS.items() if "${{" in step["run"]] == []
    assert {step["shell"] for step in STEPS.values()} == {"bash"}
    assert ACTION["runs"]["using"] == "composite"
    used = set(re.findall(r"inputs\.([\w-]+)", str(ACTION["runs"])))
    assert set(ACTION["inputs"]) == used
    described = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8").partition("Outputs:")[0]
    assert re.findall(r"^\| `([\w-]+)`", described, re.MULTILINE) == [
        "command",
        "environment",
        "working-directory",
        "args",
        "token-origin",
        "base",
        "plan-file",
        "comment",
        "issue",
        "github-token",
        "install",
        "python",
    ]
