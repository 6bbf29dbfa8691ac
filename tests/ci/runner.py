"""What a GitHub runner does with the composite action, as far as its shell steps see it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.ci.expressions import condition, resolved

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HEAD = "0123456789abcdef0123456789abcdef01234567"
HEAD_LINE = f"\nHead of the pull request: {HEAD}\n"
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}


class Done(NamedTuple):
    """What a step left behind; ``log`` is both streams."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str


@dataclass
class Runner:
    """One job: ``workspace`` is the checkout, ``temp`` what steps share."""

    workspace: Path
    temp: Path
    files: Path
    api: str = "http://127.0.0.1:9"
    event: dict[str, Any] = field(default_factory=dict)
    event_name: str = "push"
    actor: str = "ada"
    steps: dict[str, dict[str, str]] = field(default_factory=dict)

    def use(self, inputs: Mapping[str, str], **environment: str) -> dict[str, Done]:
        """Use the action, installed already: run the steps whose condition holds; return them by their names."""
        ran: dict[str, Done] = {}
        self.steps = {}
        for name, step in STEPS.items():
            failed = any(done.code for done in ran.values())
            if name != "Install persync" and condition(step.get("if", ""), self._context(inputs), failed=failed):
                ran[name] = self.step(name, inputs, **environment)
        return ran

    def _context(self, inputs: Mapping[str, str]) -> dict[str, Any]:
        return {
            "inputs": {key: str(value.get("default", "")) for key, value in ACTION["inputs"].items()} | dict(inputs),
            "github": {"event": self.event, "token": ""},
            "steps": {name: {"outputs": outputs} for name, outputs in self.steps.items()},
        }

    def step(self, name: str, inputs: Mapping[str, str] | None = None, **environment: str) -> Done:
        """Run a step of action.yml with bash, as a runner calls it; ``environment`` is that of the job."""
        return self.finished(name, self.start(name, inputs, **environment))

    def start(self, name: str, inputs: Mapping[str, str] | None = None, **environment: str) -> subprocess.Popen[str]:
        """Start a step."""
        context = self._context(inputs or {})
        step = STEPS[name]
        for file in ("output", "summary", "path"):
            (self.files / file).write_text("", encoding="utf-8")
        (self.files / "event.json").write_text(json.dumps(self.event), encoding="utf-8")
        (self.files / "step.sh").write_text(step["run"], encoding="utf-8")
        return subprocess.Popen(  # noqa: S603 - our own steps
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(self.files / "step.sh")],  # noqa: S607 - bash
            cwd=self.workspace,
            env={
                **os.environ,
                "CI": "true",
                "GITHUB_ACTIONS": "true",
                "GITHUB_ACTION_PATH": str(ROOT),
                "GITHUB_ACTOR": self.actor,
                "GITHUB_API_URL": self.api,
                "GITHUB_EVENT_NAME": self.event_name,
                "GITHUB_EVENT_PATH": str(self.files / "event.json"),
                "GITHUB_OUTPUT": str(self.files / "output"),
                "GITHUB_PATH": str(self.files / "path"),
                "GITHUB_REPOSITORY": "owner/config",
                "GITHUB_RUN_ID": "42",
                "GITHUB_SERVER_URL": "https://github.example.com",
                "GITHUB_STEP_SUMMARY": str(self.files / "summary"),
                "RUNNER_TEMP": str(self.temp),
                **environment,
                **{key: resolved(str(value), context) for key, value in step.get("env", {}).items()},
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def finished(self, name: str, process: subprocess.Popen[str]) -> Done:
        """Wait for the end of a step; return what it left behind."""
        log, _ = process.communicate()
        written = (self.files / "output").read_text(encoding="utf-8").splitlines()
        outputs = {line.partition("=")[0]: line.partition("=")[2] for line in written}
        if "id" in STEPS[name]:
            self.steps[STEPS[name]["id"]] = outputs
        return Done(process.returncode, log, outputs, (self.files / "summary").read_text(encoding="utf-8"))

    def cancel(self, name: str, process: subprocess.Popen[str], *, seconds: float = 10) -> Done:
        """Cancel a step as GitHub's runner does, in 10 seconds: signals to its process, and to no child of it.

        See CancelAndKillProcessTree in src/Runner.Sdk/ProcessInvoker.cs of github.com/actions/runner.
        """
        for send, pause in ((signal.SIGINT, 0.75), (signal.SIGTERM, 0.25), (signal.SIGKILL, 0)):
            process.send_signal(send)
            with suppress(subprocess.TimeoutExpired):
                process.wait(pause * seconds)
                break
        return self.finished(name, process)


def pull_request(number: int = 7, head: str = "owner/config") -> dict[str, Any]:
    return {"pull_request": {"number": number, "head": {"sha": HEAD, "repo": {"full_name": head}}}}
