"""The checkout as a released action, and the quick start as a configuration repository with a sandbox."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer
from tests.ci.github import Comments, serving
from tests.git import GitRepository

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / "build/ci"
QUICKSTART = ROOT / "examples/quickstart"
# the run states that the files of the quick start name
DESIRED = {
    "billing/invoices": "STOPPED",
    "billing/ledger": "RUNNING",
    "billing/payments": "RUNNING",
    "webtracking/adobe-s3": "RUNNING",
    "webtracking/clickstream": "RUNNING",
    "webtracking/snowplow-web": "RUNNING",
    "webtracking/visitors": "RUNNING",
}


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the checkout that git knows, as a user of the action gets them."""
    folder = tmp_path_factory.mktemp("release")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - this machine's git
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def wheel(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the checkout, as PyPI would have it."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(release)], check=True)  # noqa: S603 - our own
    [built] = folder.iterdir()
    return built


@dataclass(frozen=True)
class Quickstart:
    """The quick start: its installation behind ``server``, and its files in a git repository with a main branch."""

    server: SandboxServer
    git: GitRepository

    @property
    def token(self) -> str:
        return self.server.token(lifetime=3600)

    def writes(self) -> list[str]:
        return [request.method for request in self.server.requests() if request.method != "GET"]

    def states(self) -> dict[str, str]:
        keys = [(entry["project"], entry["eventType"], entry.get("eventstore", "pg")) for entry in _persisters()]
        return {f"{key[0]}/{key[1]}": str(self.server.persister(*key)["state"]) for key in keys}


def _persisters() -> list[dict[str, Any]]:
    persisters: list[dict[str, Any]] = yaml.safe_load((QUICKSTART / "sandbox.yaml").read_text("utf-8"))["persisters"]
    return persisters


def quickstart_of(folder: Path, **changes: object) -> Quickstart:
    """Return the quick start with a server that is not started yet; ``changes`` are of its sandbox.yaml."""
    described = yaml.safe_load((QUICKSTART / "sandbox.yaml").read_text(encoding="utf-8")) | changes
    server = SandboxServer(Description.model_validate(described))
    server.start()
    git = GitRepository(folder)
    shutil.copytree(QUICKSTART / "persisters", folder / "persisters")
    git("remote", "add", "origin", "https://github.com/owner/config.git")
    git.commit(
        {
            "persync.yaml": "version: 1\npersisters: [persisters]\ndefaults: {eventstore: pg}\n"
            f"environments:\n  production:\n    url: {server.url}\n    timeouts: {{poll: 0.2}}\n",
        }
    )
    return Quickstart(server, git)


@pytest.fixture
def quickstart(tmp_path: Path) -> Iterator[Quickstart]:
    made = quickstart_of(tmp_path / "config")
    yield made
    made.server.stop()


@pytest.fixture
def slow_quickstart(tmp_path: Path) -> Iterator[Quickstart]:
    """One in which a stop takes longer than a runner gives a cancelled step."""
    made = quickstart_of(tmp_path / "config", delays={"deploying": 0.2, "stopping": 12, "failing": 0.2})
    yield made
    made.server.stop()


@pytest.fixture
def github() -> Iterator[Comments]:
    with serving() as comments:
        yield comments


@pytest.fixture
def spy(tmp_path: Path) -> Path:
    """A package that runs code while pip installs it: it records the environment that it can read."""
    folder = tmp_path / "spy"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "spy"\nbackend-path = ["."]\n', encoding="utf-8"
    )
    (folder / "spy.py").write_text(
        f"""import os
def prepare_metadata_for_build_wheel(folder, config_settings=None):
    with open({str(folder / "environment")!r}, "w") as file:
        file.writelines(f"{{name}}={{value}}\\n" for name, value in os.environ.items())
    raise SystemExit("the spy is not to be installed")
build_wheel = prepare_metadata_for_build_wheel
""",
        encoding="utf-8",
    )
    return folder


def read_until(words: str, process: subprocess.Popen[str]) -> None:
    """Read the log of a runner up to the line with these words; the installation before it may take minutes."""
    assert process.stdout is not None
    before = []
    for line in process.stdout:
        before.append(line)
        if words in line:
            return
    pytest.fail("".join(before))
