"""What a GitHub runner does with the composite action, as far as its shell steps see it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}
_EXPRESSION = re.compile(r"\$\{\{ ([\w.-]+) \}\}")


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
    outputs: dict[str, str] = field(default_factory=dict)

    def step(self, name: str, inputs: Mapping[str, str] | None = None, **environment: str) -> Done:
        """Run a step of action.yml with bash, as a runner calls it."""
        given = {key: str(value.get("default", "")) for key, value in ACTION["inputs"].items()} | dict(inputs or {})
        context = {
            "inputs": given,
            "github": {
                "action_path": str(ROOT),
                "repository": "owner/config",
                "actor": self.actor,
                "event": self.event,
                "token": "",
            },
            "steps": {"run": {"outputs": self.outputs}},
        }
        step = STEPS[name]
        for file in ("output", "summary", "path"):
            (self.files / file).write_text("", encoding="utf-8")
        (self.files / "event.json").write_text(json.dumps(self.event), encoding="utf-8")
        (self.files / "step.sh").write_text(step["run"], encoding="utf-8")
        done = subprocess.run(  # noqa: S603 - our own steps
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(self.files / "step.sh")],  # noqa: S607 - bash
            cwd=self.workspace,
            env={
                **os.environ,
                "CI": "true",
                "GITHUB_ACTIONS": "true",
                "GITHUB_API_URL": self.api,
                "GITHUB_EVENT_NAME": self.event_name,
                "GITHUB_EVENT_PATH": str(self.files / "event.json"),
                "GITHUB_OUTPUT": str(self.files / "output"),
                "GITHUB_PATH": str(self.files / "path"),
                "GITHUB_REPOSITORY": "owner/config",
                "GITHUB_STEP_SUMMARY": str(self.files / "summary"),
                "RUNNER_TEMP": str(self.temp),
                **{key: _resolved(str(value), context) for key, value in step.get("env", {}).items()},
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        written = (self.files / "output").read_text(encoding="utf-8").splitlines()
        outputs = {line.partition("=")[0]: line.partition("=")[2] for line in written}
        if step.get("id") == "run":
            self.outputs = outputs
        return Done(done.returncode, done.stdout, outputs, (self.files / "summary").read_text(encoding="utf-8"))


def pull_request(number: int = 7, head: str = "owner/config") -> dict[str, Any]:
    return {"pull_request": {"number": number, "head": {"repo": {"full_name": head}}}}


def _resolved(text: str, context: Mapping[str, Any]) -> str:
    return _EXPRESSION.sub(lambda found: _value(found[1], context), text)


def _value(path: str, context: Mapping[str, Any]) -> str:
    value: Any = context
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return "" if value is None else str(value)
