"""The project's own workflows, as far as that can be tested without a runner of GitHub."""

import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import persync

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
CI, RELEASE = (yaml.safe_load(file.read_text(encoding="utf-8")) for file in FILES)
PACKAGE = '"""Docs."""\n\n__version__ = "1.2.3"\n'
problem: Callable[[str, str, str], str | None] = runpy.run_path(str(ROOT / ".ci" / "check_tag.py"))["problem"]


def test_these_are_the_workflows() -> None:
    assert [file.name for file in FILES] == ["ci.yml", "release.yml"]


def test_they_fit_the_published_schema() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    done = subprocess.run([*command, *FILES], capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert (done.returncode, done.stdout + done.stderr if done.returncode else "") == (0, "")


def test_every_job_has_the_permissions_that_it_needs() -> None:
    assert [workflow["permissions"] for workflow in (CI, RELEASE)] == [{}, {}]
    assert {name: job["permissions"] for name, job in {**CI["jobs"], **RELEASE["jobs"]}.items()} == {
        "test": {"contents": "read"},
        "build": {"contents": "read"},
        "publish": {"id-token": "write"},
        "release": {"contents": "write"},
    }


def test_nothing_is_published_before_all_tests_and_the_check_of_the_tag() -> None:
    jobs: dict[str, Any] = RELEASE["jobs"]
    assert jobs["test"]["uses"] == "./.github/workflows/ci.yml"
    assert [step["run"] for step in CI["jobs"]["test"]["steps"] if "run" in step] == ["bash .ci/run"]
    runs = [step["run"] for step in jobs["build"]["steps"] if "run" in step]
    assert runs == ['python3 .ci/check_tag.py "$GITHUB_REF_NAME"', "bash .ci/release"]
    assert (jobs["publish"]["needs"], jobs["publish"]["environment"]["name"]) == (["test", "build"], "pypi")
    assert jobs["release"]["needs"] == "publish"


def test_actions_have_a_version_and_scripts_no_expression() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in FILES)
    used = re.findall(r"uses: (\S+)", text)
    assert [name for name in used if not re.fullmatch(r"\S+@(?:v\d\S*|[0-9a-f]{40})|\./\S+", name)] == []
    assert re.findall(r"run: .*\$\{\{.*", text) == []


@pytest.mark.parametrize(
    ("tag", "changelog", "expected"),
    [
        ("v1.2.3", "# Changelog\n\n## [1.2.3] - 2026-12-01\n\n## [1.2.2] - unreleased\n", None),
        ("v1.2.4", "## [1.2.3] - 2026-12-01\n", "the tag is v1.2.4, the version of the package is 1.2.3"),
        ("1.2.3", "## [1.2.3] - 2026-12-01\n", "the tag is 1.2.3, the version of the package is 1.2.3"),
        ("v1.2.3", "## [1.2.2] - 2026-12-01\n", "the newest version in CHANGELOG.md is not 1.2.3"),
        ("v1.2.3", "# Changelog\n", "the newest version in CHANGELOG.md is not 1.2.3"),
        ("v1.2.3", "## [1.2.3] - unreleased\n", "CHANGELOG.md has no date for 1.2.3"),
    ],
)
def test_which_tags_may_be_released(tag: str, changelog: str, expected: str | None) -> None:
    reason = problem(tag, PACKAGE, changelog)
    assert (reason and reason.partition(":")[0]) == expected


def test_a_tag_of_another_version_is_refused() -> None:
    command = [sys.executable, str(ROOT / ".ci" / "check_tag.py"), "v999"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: the tag is v999, the version of the package is {persync.__version__}:")
