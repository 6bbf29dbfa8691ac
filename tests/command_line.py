"""A configuration repository in a folder, a sandbox beside it, and the command line over both."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from persync.cli.root import run
from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer

QUICK = {"deploying": 0.05, "stopping": 0.05, "failing": 0.05}


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def last_line(self) -> str:
        return self.out.rstrip("\n").rpartition("\n")[2]


def without_times(text: str) -> str:
    """Return a report of an apply without its downtimes, which differ from run to run."""
    return re.sub(r"down for [0-9.]+ s(?: to [0-9.]+ s)?", "down for N s", text)


def after_plan(text: str) -> str:
    """Return what an apply writes after its plan: the result."""
    return re.split(r"^(?:Plan: |No changes\.).*\n", text, flags=re.MULTILINE)[-1]


@dataclass
class Installation:
    """Files in ``folder``, and a sandbox that the environment ``test`` of them points at."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    server: SandboxServer | None = None
    environment: dict[str, Any] = field(default_factory=dict)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def settings(self, *, url: str, **environment: str) -> None:
        lines = "".join(f"    {key}: {value}\n" for key, value in environment.items())
        if "timeouts" not in environment:
            lines += "    timeouts: {start: 30, stop: 30, poll: 0.05}\n"
        if "rollout" not in environment:
            lines += "    rollout: {settle: 0}\n"
        self.write("persync.yaml", "")
        (self.folder / "persync.yaml").write_text(
            f"version: 1\ndefaultEnvironment: test\nenvironments:\n  test:\n    url: {url}\n{lines}", encoding="utf-8"
        )

    def serve(self, description: Mapping[str, Any], *, token: bool = True, **environment: str) -> SandboxServer:
        """Start a sandbox of that description; a test without delays of its own has quick ones."""
        self.server = SandboxServer(Description.model_validate({"delays": QUICK, **description}))
        self.server.start()
        self.settings(url=self.server.url, **environment)
        if token:
            self.monkeypatch.setenv("PERSYNC_TOKEN", self.server.token())
        return self.server

    def run(self, *arguments: str) -> Ended:
        self.monkeypatch.chdir(self.folder)
        self.capture.readouterr()
        code = run(arguments)
        captured = self.capture.readouterr()
        return Ended(code, captured.out, captured.err)

    def writes(self) -> list[str]:
        """Return the requests that change something, without the query, in the order of their answers."""
        assert self.server is not None
        return [
            f"{request.method} {request.path.partition('?')[0]}"
            for request in self.server.requests()
            if request.method != "GET"
        ]

    def running(self, project: str, event_type: str, eventstore: str = "pg") -> dict[str, Any]:
        """Return the configuration that the persister's pod runs with, whatever is stored."""
        assert self.server is not None
        running: dict[str, Any] | None = self.server.running_config(project, event_type, eventstore)
        assert running is not None
        return running
