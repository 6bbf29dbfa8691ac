"""A sandbox, and checkouts of a configuration whose commands run as processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer

ROOT = Path(__file__).parents[2]
DELAYS = {"deploying": 0.1, "stopping": 0.08, "failing": 0.05}  # s
LIVE, DESIRED = "200", "500"  # batch sizes
LONGEST = 180.0  # s, of a command
SECRET = "secret-of-the-sandbox"
_FILE = """\
eventType: {}
state: RUNNING
appConfig: {{eventstore.batchSize: {}}}
deployerConfig: {{kubernetes.readinessProbeDelay: 0}}
"""
_SETTINGS = """\
version: 1
defaultEnvironment: test
environments:
  test:
    url: {url}
    auth:
      tokenUrl: {url}/auth/realms/grnry/protocol/openid-connect/token
      clientId: ci
      clientSecret: ${{{{ env.CHAOS_SECRET }}}}
    timeouts: {{{timeouts}}}
    rollout: {{{rollout}}}
"""


@dataclass(frozen=True)
class Ended:
    """What a command left behind; a negative code is the signal that ended it."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Checkout:
    """A folder with the files of a configuration.

    ``command`` is what is disturbed: ``apply``, or ``restart``, which leaves the configurations as they are.
    """

    folder: Path
    command: str = "apply"

    @property
    def goal(self) -> tuple[str, str, str]:
        """The state of every persister after the command, as in ``Installation.states``."""
        size = DESIRED if self.command == "apply" else LIVE
        return "RUNNING", size, size

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command."""
        return subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "persync", *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "CHAOS_SECRET": SECRET},
        )

    def apply(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command with a report."""
        (self.folder / "result.json").unlink(missing_ok=True)
        command = ["apply"] if self.command == "apply" else [self.command, "*"]
        return self.start(*command, "--auto-approve", "--keep-going", "--report", "json=result.json", *arguments)

    def ended(self, process: subprocess.Popen[str]) -> Ended:
        """Wait for the end of a command; one that takes too long is killed."""
        try:
            out, err = process.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
        return Ended(process.returncode, out, err)

    def run(self, *arguments: str) -> Ended:
        """Run a command."""
        return self.ended(self.start(*arguments))

    def results(self) -> dict[str, dict[str, Any]]:
        """Return the results in the report of the last apply by event type; without a report, nothing."""
        try:
            document = json.loads((self.folder / "result.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return {result["plan"]["id"]["eventType"]: result for result in document["persisters"]}

    def journals(self) -> list[Path]:
        """Return the journals, the oldest first."""
        return sorted(self.folder.glob(".persync/runs/*.jsonl"), key=lambda path: path.stat().st_mtime_ns)


class Installation:
    """A sandbox with persisters that run, and checkouts that change a property of all."""

    def __init__(self, server: SandboxServer, folder: Path, names: Sequence[str]) -> None:
        self.server = server
        self.names = names
        self._folder = folder

    def checkout(
        self,
        name: str = "checkout",
        *,
        size: str = DESIRED,
        command: str = "apply",
        timeouts: str = "start: 20, stop: 20, update: 20, poll: 0.05",
        rollout: str = "settle: 0",
    ) -> Checkout:
        """Return a new checkout."""
        folder = self._folder / name
        folder.joinpath("persisters").mkdir(parents=True)
        settings = _SETTINGS.format(url=self.server.url, timeouts=timeouts, rollout=rollout)
        folder.joinpath("persync.yaml").write_text(settings, encoding="utf-8")
        files = "---\n".join(_FILE.format(event_type, size) for event_type in self.names)
        folder.joinpath("persisters/all.yaml").write_text(files, encoding="utf-8")
        return Checkout(folder, command)

    def states(self) -> dict[str, tuple[str, str, str | None]]:
        """Return run state, and batch size as stored and as running, by event type."""
        found = {}
        for name in self.names:
            persister: Any = self.server.persister("global", name)
            running = persister["running"]
            sizes = [
                config and config["appConfig"].get("eventstore.batchSize") for config in (persister["stored"], running)
            ]
            found[name] = (str(persister["state"]), *sizes)
        return found

    def settled(self) -> dict[str, tuple[str, str, str | None]]:
        """Return the states once no persister is on its way from one to another."""
        wait_until(lambda: all(state[0] not in {"DEPLOYING", "STOPPING"} for state in self.states().values()))
        return self.states()


def wait_until(true: Callable[[], bool], longest: float = 10.0) -> bool:
    """Wait until it is true; return whether it is."""
    ends = time.monotonic() + longest
    while not true():
        if time.monotonic() > ends:
            return False
        time.sleep(0.002)
    return True


@contextmanager
def installed(names: Sequence[str], **description: Any) -> Iterator[Installation]:
    """Serve persisters of these event types while the context lasts."""
    persister: Mapping[str, Any] = {
        "state": "RUNNING",
        "appConfig": {"eventstore.batchSize": LIVE},
        "deployerConfig": {"kubernetes.readinessProbeDelay": "0"},
    }
    described = Description.model_validate(
        {
            "delays": DELAYS,
            "clients": [{"id": "ci", "secret": SECRET, "roles": {"*": "editor"}}],
            "persisters": [{"eventType": name, **persister} for name in names],
            **description,
        }
    )
    with SandboxServer(described) as server, TemporaryDirectory(prefix="chaos-") as folder:
        yield Installation(server, Path(folder), names)
