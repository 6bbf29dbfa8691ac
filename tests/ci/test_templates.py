"""The templates: parsed, and held against the options that persync really has."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from persync.cli.root import root
from persync.report.formats import FORMATS, FORMATS_OF_FINDINGS
from tests.ci.expressions import resolved
from tests.ci.runner import ACTION, ROOT, STEPS
from tests.command_line import Installation

GITLAB: dict[str, Any] = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text(encoding="utf-8"))
WORKFLOW_FILE = ROOT / "examples" / "github-workflow" / "persync.yml"
# the `on` of a workflow is a true of YAML 1.1
WORKFLOW: dict[Any, Any] = yaml.safe_load(WORKFLOW_FILE.read_text(encoding="utf-8"))
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
JOBS = [name for name, job in GITLAB.items() if "script" in job]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()


def options_of(command: str) -> set[str]:
    found = root.get_command(click.Context(root), command)
    assert found is not None, command
    return {option for parameter in found.params for option in parameter.opts}


def commands() -> Iterator[tuple[str, str]]:
    for name in JOBS:
        [line] = GITLAB[name]["script"]
        yield line.removeprefix("exec ").split()[1], line
    for hook in HOOKS:
        yield hook["entry"].split()[1], hook["entry"]
    script = STEPS["Plan or apply"]["run"]
    [cases] = re.findall(r'case "\$command" in\n(.*?)esac', script, re.DOTALL)
    common = script.partition('case "$command" in')[0]
    for name in ("plan", "diff", "apply"):
        [own] = re.findall(rf"^ *{name}\)(.*?);;|\Z", cases, re.DOTALL | re.MULTILINE)[:1]
        yield name, common[common.index("arguments=(") :] + own
    yield "validate", STEPS["Validate"]["run"]


@pytest.mark.parametrize(("command", "text"), list(commands()))
def test_every_option_exists(command: str, text: str) -> None:
    used = {word for word in re.findall(r"(?<![\w-])--[a-z][a-z-]*", text) if word != "--help"}
    assert used - options_of(command) == set()
    formats = set(re.findall(r'--report "?([a-z-]+)', text))
    assert formats <= set(FORMATS_OF_FINDINGS if command == "validate" else FORMATS)


def variables(including: dict[str, Any], name: str) -> dict[str, str]:
    """Return a job's variables as GitLab merges them: those of a job win over all that are global."""
    found: dict[str, str] = {**GITLAB.get("variables", {}), **including.get("variables", {})}
    chain = [including[name]]
    while "extends" in chain[0]:
        chain.insert(0, GITLAB[chain[0]["extends"]])
    for job in chain:
        found |= job.get("variables", {})
    return found


def sh(script: str, folder: Path, given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(  # noqa: S603 - our own script
        ["sh", "-e", "-c", script],  # noqa: S607 - the shell of this machine
        cwd=folder,
        env={**os.environ, "PATH": path, **given},
        capture_output=True,
        text=True,
        check=False,
    )


def documented() -> dict[str, Any]:
    """Return the .gitlab-ci.yml that docs/ci.md shows."""
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8").partition("## GitLab")[2]
    including: dict[str, Any] = yaml.safe_load(text.partition("```yaml\n")[2].partition("```")[0])
    return including


def test_the_gitlab_jobs_in_their_order(installation: Installation) -> None:
    installation.folder = installation.folder / "conf"
    server = installation.serve({"persisters": [{"eventType": "a", "state": "RUNNING"}]})
    installation.write(
        "persync.yaml",
        f"""\
        version: 1
        defaultEnvironment: elsewhere
        environments:
          elsewhere: {{url: "http://127.0.0.1:9"}}
          production: {{url: "{server.url}", timeouts: {{poll: 0.05}}}}
        """,
    )
    installation.write("persisters/a.yaml", "eventType: a\nstate: RUNNING\nappConfig: {eventstore.batchSize: 500}\n")
    workspace = installation.folder.parent
    including = documented()
    including["variables"]["PERSYNC_FOLDER"] = "conf"
    jobs = [name for name, job in including.items() if "extends" in job]
    assert [including[name]["extends"] for name in jobs] == JOBS
    for name in jobs:
        job = GITLAB[including[name]["extends"]]
        [script] = job["script"]
        done = sh(script, workspace, variables(including, name))
        assert (name, done.returncode, done.stderr if done.returncode else "") == (name, 0, "")
        artifacts = job["artifacts"]
        expected = [*artifacts.get("paths", []), *artifacts["reports"].values()]
        assert [file for file in expected if not any(map(Path.is_file, workspace.glob(file)))] == []
    assert json.loads((workspace / "persync-terraform.json").read_text(encoding="utf-8")) == {
        "create": 0,
        "update": 1,
        "delete": 0,
    }
    assert installation.running("global", "a")["appConfig"]["eventstore.batchSize"] == "500"


def test_the_gitlab_jobs_without_any_variable(installation: Installation) -> None:
    installation.serve({"persisters": [{"eventType": "a", "state": "RUNNING"}]})
    installation.write("persisters/a.yaml", "eventType: a\n")
    for name in JOBS:
        [script] = GITLAB[name]["script"]
        done = sh(script, installation.folder, {})
        assert (name, done.returncode, done.stderr if done.returncode else "") == (name, 0, "")


def test_the_gitlab_jobs_are_hidden_and_an_apply_is_alone() -> None:
    assert [name for name in GITLAB if not name.startswith(".")] == []
    assert [GITLAB[name]["extends"] for name in JOBS] == [".persync"] * 4
    assert GITLAB[".persync-apply"]["resource_group"] == "persync-$PERSYNC_ENVIRONMENT"


def test_a_gitlab_pipeline_is_not_blocked_by_an_apply_that_nobody_wants() -> None:
    _, automatic, manual = GITLAB[".persync-apply"]["rules"]
    assert automatic == {"if": f'{manual["if"]} && $PERSYNC_AUTO_APPLY == "true"'}
    assert (manual["when"], manual["allow_failure"]) == ("manual", True)


def test_the_workflow_uses_what_the_action_has() -> None:
    assert WORKFLOW["permissions"] == {}
    assert set(WORKFLOW[True]) == {"pull_request", "push"}
    for job in WORKFLOW["jobs"].values():
        assert {"permissions", "concurrency"} <= set(job)
        for step in job["steps"]:
            assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"])
            if step["uses"].startswith("OWNER/persync@"):
                assert set(step["with"]) - set(ACTION["inputs"]) == set()
    assert WORKFLOW["jobs"]["plan"]["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert WORKFLOW["jobs"]["apply"]["concurrency"]["cancel-in-progress"] is False
    outputs = set(re.findall(r"steps\.persync\.outputs\.([\w-]+)", WORKFLOW_FILE.read_text(encoding="utf-8")))
    assert outputs - set(ACTION["outputs"]) == set()


@pytest.mark.parametrize(
    ("event_name", "event", "base"),
    [
        ("pull_request", {"before": "a" * 40}, "HEAD^1"),  # when commits are added, that is the head before them
        ("push", {"before": "a" * 40, "created": False, "forced": False}, "a" * 40),
        ("push", {"before": "0" * 40, "created": True, "forced": False}, ""),
        ("push", {"before": "a" * 40, "created": False, "forced": True}, ""),
    ],
)
def test_the_base_in_the_workflow(event_name: str, event: dict[str, Any], base: str) -> None:
    checkout, *_, persync, _ = WORKFLOW["jobs"]["plan"]["steps"]
    assert checkout["with"]["fetch-depth"] == 0
    assert resolved(persync["with"]["base"], {"github": {"event_name": event_name, "event": event}}) == base


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.github-workflows", WORKFLOW_FILE),
        ("vendor.github-actions", ROOT / "action.yml"),
        ("vendor.gitlab-ci", ROOT / "ci" / "gitlab.yml"),
    ],
)
def test_they_fit_the_published_schemas(schema: str, file: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert (done.returncode, done.stdout + done.stderr if done.returncode else "") == (0, "")


def test_the_dockerfile() -> None:
    lines = [line.split(maxsplit=1) for line in DOCKERFILE if line.strip() and not line.startswith("#")]
    assert [rest for word, rest in lines if word == "FROM"] == ["python:3-slim AS build", "python:3-slim"]
    assert {word for word, _ in lines} == {"FROM", "WORKDIR", "COPY", "RUN", "USER", "ENTRYPOINT"}
    final = lines[[word for word, _ in lines].index("FROM", 1) :]
    assert [rest for word, rest in final if word == "USER"] == ["10001"]
    assert json.loads(final[-1][1]) == ["persync"]
    runs = [rest for word, rest in lines if word == "RUN"]
    assert [run for run in runs if "pip " in run and "--no-cache-dir" not in run] == []
    for run in runs:
        subprocess.run(["sh", "-n", "-c", re.sub(r"^--mount=\S+", "", run)], check=True)  # noqa: S603, S607 - parses only


def test_what_the_dockerfile_copies_is_enough_for_the_wheel(tmp_path: Path) -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = {line[1:] for line in ignored if line.startswith("!")}
    copied = [shlex.split(line)[1:-1] for line in DOCKERFILE if line.startswith("COPY")]
    names = {name for sources in copied for name in sources}
    assert names == kept
    source = tmp_path / "source"
    source.mkdir()
    for name in names:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source)
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path)]
    command = [sys.executable, "-m", "pip", "wheel", *options, str(source)]
    subprocess.run(command, check=True, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"})  # noqa: S603 - our own
    assert len(list(tmp_path.glob("persync-*.whl"))) == 1
