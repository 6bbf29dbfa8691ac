"""action.yml and the example workflow on act, a runner of GitHub Actions that is not ours."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from persync.report.markdown_parts import marker
from tests.ci.github import Comments
from tests.ci.runner import pull_request
from tests.ci_runners.conftest import DESIRED, ROOT, TOOLS, Quickstart, read_until
from tests.processes import wait_until

WORKFLOW = (ROOT / "examples/github-workflow/persync.yml").read_text(encoding="utf-8")
# what the example uses of other owners, made small: act cannot fetch them here
SET_UP_PYTHON = "{name: setup-python, runs: {using: composite, steps: [{shell: bash, run: python3 --version}]}}"
UPLOAD = """\
name: upload
inputs: {name: {}, path: {}, retention-days: {}}
runs:
  using: composite
  steps:
    - shell: bash
      run: |
        mkdir -p "$ARTIFACTS/${{ inputs.name }}"
        from="${{ inputs.path }}"
        if [ -d "$from" ]; then from="$from/."; fi
        cp -r "$from" "$ARTIFACTS/${{ inputs.name }}/"
"""
DOWNLOAD = """\
name: download
inputs: {name: {}, path: {}}
runs:
  using: composite
  steps:
    - shell: bash
      run: cp -r "$ARTIFACTS/${{ inputs.name }}" "${{ inputs.path }}"
"""


@dataclass(frozen=True)
class Act:
    """act, with a copy of the checkout as the action ``OWNER/persync@v1``."""

    folder: Path
    release: Path
    quickstart: Quickstart
    github: Comments

    def start(self, event: str, payload: dict[str, Any]) -> subprocess.Popen[str]:
        """Start the workflows of the repository for an event."""
        for name, action in {"setup-python": SET_UP_PYTHON, "upload": UPLOAD, "download": DOWNLOAD}.items():
            (self.folder / name).mkdir(parents=True, exist_ok=True)
            (self.folder / name / "action.yml").write_text(action, encoding="utf-8")
        (self.folder / "event.json").write_text(json.dumps(payload), encoding="utf-8")
        local = {
            "OWNER/persync@v1": self.release,
            "actions/setup-python@v5": self.folder / "setup-python",
            "actions/upload-artifact@v4": self.folder / "upload",
            "actions/download-artifact@v4": self.folder / "download",
        }
        token = self.quickstart.token
        return subprocess.Popen(  # noqa: S603 - the act that `make test-ci` installed
            [
                str(TOOLS / "bin/act"),
                event,
                "--platform=ubuntu-latest=-self-hosted",
                "--no-cache-server",
                f"--action-cache-path={self.folder / 'cache'}",
                f"--eventpath={self.folder / 'event.json'}",
                f"--env=GITHUB_API_URL={self.github.url}",
                f"--env=ARTIFACTS={self.folder / 'artifacts'}",
                f"--secret=PERSYNC_READ_TOKEN={token}",
                f"--secret=PERSYNC_TOKEN={token}",
                "--secret=GITHUB_TOKEN=ghs_of-this-run",
                *(f"--local-repository={name}={folder}" for name, folder in local.items()),
            ],
            cwd=self.quickstart.git.folder,
            env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, event: str, payload: dict[str, Any]) -> tuple[int, str]:
        process = self.start(event, payload)
        log, _ = process.communicate()
        return process.returncode, log


@pytest.fixture
def act(tmp_path: Path, release: Path, quickstart: Quickstart, github: Comments) -> Act:
    quickstart.git.commit({".github/workflows/persync.yml": example(quickstart)})
    return Act(tmp_path / "act", release, quickstart, github)


def example(quickstart: Quickstart) -> str:
    """Return the example workflow, with the only change that its users make, beside the owner."""
    text = WORKFLOW.replace("https://harvester.example.com", quickstart.server.url)
    assert text != WORKFLOW
    return text


def step(command: str, **inputs: str) -> str:
    """Return a workflow with a step of the action, which also shows its outputs."""
    workflow = {
        "on": "push",
        "jobs": {
            "job": {
                "runs-on": "ubuntu-latest",
                "steps": [
                    {"uses": "actions/checkout@v4"},
                    {
                        "id": "persync",
                        "uses": "OWNER/persync@v1",
                        "with": {"command": command, "environment": "production", **inputs},
                        "env": {"PERSYNC_TOKEN": "${{ secrets.PERSYNC_TOKEN }}"},
                    },
                ],
            }
        },
    }
    return yaml.safe_dump(workflow)


def test_a_pull_request_is_planned_and_its_merge_is_applied(act: Act) -> None:
    code, log = act.run("pull_request", pull_request())
    assert code == 0, log
    assert "Job succeeded" in log
    [comment] = act.github.bodies
    assert comment.startswith(marker("production"))
    assert act.quickstart.writes() == []

    code, log = act.run("push", {"created": True, "before": "0" * 40})
    assert code == 0, log
    assert log.count("Job succeeded") == 2
    assert sorted(file.name for file in (act.folder / "artifacts/plan").iterdir()) == ["plan.persync"]
    assert "Apply: 5 done." in log
    assert act.quickstart.states() == DESIRED


def test_a_plan_that_fails_is_red(act: Act) -> None:
    act.quickstart.git.commit({"persisters/wrong.yaml": "eventType: wrong\nfoo: 1\n"})
    code, log = act.run("pull_request", pull_request())
    assert (code, "Job failed" in log) == (1, True)
    assert "::error file=persisters/wrong.yaml,line=2," in log
    [comment] = act.github.bodies
    assert "It failed before there was one" in comment


def test_what_pip_installs_gets_no_secret(act: Act, spy: Path) -> None:
    act.quickstart.git.commit({".github/workflows/persync.yml": step("plan", install=str(spy))})
    code, log = act.run("push", {})
    assert (code, "the spy is not to be installed" in log) == (1, True)
    environment = (spy / "environment").read_text(encoding="utf-8")
    assert [secret for secret in (act.quickstart.token, "ghs_of-this-run") if secret in environment] == []
    names = {line.partition("=")[0] for line in environment.splitlines()}
    assert {name for name in names if name.startswith(("PERSYNC", "GITHUB", "INPUT", "ACTIONS"))} == set()


def test_a_cancelled_apply_leaves_nothing_stopped(
    tmp_path: Path, release: Path, slow_quickstart: Quickstart, github: Comments
) -> None:
    act = Act(tmp_path / "act", release, slow_quickstart, github)
    slow_quickstart.git.commit({".github/workflows/persync.yml": step("apply", args="webtracking/adobe-s3\n-v")})
    process = act.start("push", {})
    read_until("waiting for STOPPED", process)
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode != 0
    wait_until(lambda: slow_quickstart.writes() == ["POST", "PUT", "POST"])
    wait_until(lambda: slow_quickstart.states()["webtracking/adobe-s3"] == "RUNNING")
