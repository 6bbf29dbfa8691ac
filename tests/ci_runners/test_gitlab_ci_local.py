"""ci/gitlab.yml on gitlab-ci-local, a runner of GitLab's jobs that is not ours, with its shell executor."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.ci.test_templates import documented
from tests.ci_runners.conftest import DESIRED, ROOT, TOOLS, Quickstart, read_until
from tests.processes import wait_until


@dataclass(frozen=True)
class GitLab:
    """gitlab-ci-local in the repository of the quick start, which includes a copy of ci/gitlab.yml."""

    wheel: Path
    quickstart: Quickstart

    def start(self, *jobs: str, **variables: str) -> subprocess.Popen[str]:
        """Start jobs, or the whole pipeline; a manual job runs only if it is named."""
        given = {
            "PERSYNC_TOKEN": self.quickstart.token,
            "PERSYNC_TOKEN_ORIGIN": self.quickstart.server.url,
            "PERSYNC_INSTALL": str(self.wheel),
            **variables,
        }
        return subprocess.Popen(  # noqa: S603 - the gitlab-ci-local that `make test-ci` installed
            [
                str(TOOLS / "node_modules/.bin/gitlab-ci-local"),
                "--force-shell-executor",
                "--shell-isolation",
                "--no-artifacts-to-source",
                *(argument for name, value in given.items() for argument in ("--variable", f"{name}={value}")),
                *jobs,
            ],
            cwd=self.quickstart.git.folder,
            env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *jobs: str, **variables: str) -> tuple[int, str]:
        process = self.start(*jobs, **variables)
        log, _ = process.communicate()
        return process.returncode, log


def gitlab_of(wheel: Path, quickstart: Quickstart) -> GitLab:
    """Return the jobs of docs/ci.md in the repository of the quick start."""
    including = documented()
    [included] = including["include"]
    including["include"] = [{"local": included["file"]}]
    (quickstart.git.folder / "ci").mkdir()
    shutil.copy(ROOT / included["file"], quickstart.git.folder / included["file"])
    quickstart.git.commit({".gitlab-ci.yml": yaml.safe_dump(including), ".gitignore": ".gitlab-ci-local/\n"})
    # gitlab-ci-local takes the default branch from here
    quickstart.git("update-ref", "refs/remotes/origin/main", "HEAD")
    quickstart.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    return GitLab(wheel, quickstart)


@pytest.fixture
def gitlab(wheel: Path, quickstart: Quickstart) -> GitLab:
    return gitlab_of(wheel, quickstart)


def test_the_default_branch_is_planned_and_that_plan_is_applied(gitlab: GitLab) -> None:
    code, log = gitlab.run(PERSYNC_AUTO_APPLY="true")
    assert code == 0, log
    assert "Apply: 5 done." in log
    assert gitlab.quickstart.states() == DESIRED


def test_a_plan_that_fails_is_red(gitlab: GitLab) -> None:
    gitlab.quickstart.git.commit({"persisters/wrong.yaml": "eventType: wrong\nfoo: 1\n"})
    code, log = gitlab.run("persync-plan")
    assert (code, "persisters/wrong.yaml:2:1: error" in log) == (1, True)
    assert gitlab.quickstart.writes() == []


def test_what_pip_installs_gets_no_secret(gitlab: GitLab, spy: Path) -> None:
    code, log = gitlab.run("persync-plan", PERSYNC_INSTALL=str(spy), SECRET="t0ken")
    assert (code, "the spy is not to be installed" in log) == (1, True)
    environment = (spy / "environment").read_text(encoding="utf-8")
    assert [secret for secret in (gitlab.quickstart.token, "t0ken") if secret in environment] == []
    names = {line.partition("=")[0] for line in environment.splitlines()}
    assert {name for name in names if name.startswith(("PERSYNC", "CI_", "GITLAB"))} == set()


def test_a_cancelled_apply_leaves_nothing_stopped(wheel: Path, slow_quickstart: Quickstart) -> None:
    gitlab = gitlab_of(wheel, slow_quickstart)
    process = gitlab.start(PERSYNC_AUTO_APPLY="true", PERSYNC_VERBOSE="1")
    read_until("waiting for STOPPED", process)
    os.killpg(process.pid, signal.SIGTERM)
    process.communicate()
    wait_until(lambda: slow_quickstart.states() == DESIRED)
