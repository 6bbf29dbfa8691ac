"""pre-commit itself, with our hooks, installed from a clone of the working tree."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.ci.runner import ROOT
from tests.git import GitRepository

SETTINGS = "version: 1\nenvironments:\n  test:\n    url: https://harvester.example.com\n"
UNTIDY = "# mine\nstate: RUNNING\neventType:   a\n"
TIDY = "eventType: a\n# mine\nstate: RUNNING\n"  # a comment goes with its line


def test_both_hooks(tmp_path: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - this machine's git
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    hooks = GitRepository(tmp_path / "hooks")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (hooks.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, hooks.folder / name)
    revision = hooks.commit()

    repo = GitRepository(tmp_path / "config")
    config = (
        f"repos:\n- repo: {hooks.folder}\n  rev: {revision}\n  hooks:\n  - id: persync-validate\n  - id: persync-fmt\n"
    )
    repo.commit(
        {
            ".pre-commit-config.yaml": config,
            "persync.yaml": SETTINGS,
            "persisters/a.yaml": UNTIDY,
            "elsewhere.yaml": "not: [a, persister]\n",
        }
    )

    def run() -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color=never"],
            cwd=repo.folder,
            env={
                **os.environ,
                "PRE_COMMIT_HOME": str(tmp_path / "home"),
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_CONFIG_NOSYSTEM": "1",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    code, output = run()
    assert (code, "persync fmt" in output, "files were modified by this hook" in output) == (1, True, True), output
    assert (repo.folder / "persisters/a.yaml").read_text(encoding="utf-8") == TIDY
    repo.commit()
    code, output = run()
    assert (code, output.count("Passed")) == (0, 2), output
    repo.commit({"persisters/b.yaml": "eventType: b\nfoo: 1\n"})
    code, output = run()
    assert (code, "persisters/b.yaml:2:1: error" in output) == (1, True), output
