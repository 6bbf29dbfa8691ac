"""actionlint on our workflows, and on action.yml as the example workflow uses it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.ci_runners.conftest import ROOT, TOOLS
from tests.git import GitRepository

EXAMPLE = "examples/github-workflow/persync.yml"
DRIFT = "examples/github-workflow/drift.yml"


def lint(folder: Path) -> tuple[int, str]:
    command = [str(TOOLS / "bin/actionlint"), "-no-color", "-oneline"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    return done.returncode, done.stdout


@pytest.fixture
def linted(tmp_path: Path) -> Path:
    """A repository with our workflows, the example among them; actionlint knows the inputs of a local action only."""
    workflows = tmp_path / ".github/workflows"
    shutil.copytree(ROOT / ".github/workflows", workflows)
    example, drift = ((ROOT / name).read_text(encoding="utf-8") for name in (EXAMPLE, DRIFT))
    GitRepository(tmp_path).write(
        {
            ".github/workflows/example.yml": example.replace("OWNER/persync@v1", "./persync"),
            ".github/workflows/drift.yml": drift.replace("OWNER/persync@v1", "./persync"),
            "persync/action.yml": (ROOT / "action.yml").read_text(encoding="utf-8"),
        }
    )
    return tmp_path


def test_nothing_is_found(linted: Path) -> None:
    assert lint(linted) == (0, "")


def test_it_knows_the_inputs_of_the_action(linted: Path) -> None:
    example = linted / ".github/workflows/example.yml"
    example.write_text(example.read_text(encoding="utf-8").replace("plan-file: saved", "planfile: saved"), "utf-8")
    code, found = lint(linted)
    assert (code, 'input "planfile" is not defined in action "persync"' in found, found.count("\n")) == (1, True, 1)
