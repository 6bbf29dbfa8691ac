"""What the action and the GitLab jobs install, and what the installation can read."""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.ci.runner import ROOT, Runner
from tests.ci.test_templates import GITLAB, sh

PIP = "-m pip install --quiet --disable-pip-version-check"
LOCKED = ROOT / "ci/requirements.txt"


@pytest.mark.parametrize(
    ("install", "calls"),
    [
        (
            "",
            [
                f"{PIP} --only-binary :all: --require-hashes --requirement {LOCKED}",
                f"{PIP} --no-index --no-deps --no-build-isolation -- {ROOT}",
            ],
        ),
        ("persync==1.0", [f"{PIP} -- persync==1.0"]),
    ],
)
def test_what_pip_installs_gets_no_secret_of_the_job(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, install: str, calls: list[str]
) -> None:
    """With a Python that records how it is called, instead of pip and the network."""
    record, python = tmp_path / "record", tmp_path / "python"
    python.write_text(
        f"""#!/bin/sh
        case "$*" in
          -c*) ;;
          -I*) exec '{sys.executable}' "$@" ;;
          *-m\\ venv*) for last; do :; done; mkdir -p "$last/bin"; cp "$0" "$last/bin/python" ;;
          *) {{ echo "called $*"; env; }} >> '{record}' ;;
        esac
        """.replace("        ", ""),
        encoding="utf-8",
    )
    python.chmod(0o755)
    runner = Runner(tmp_path, tmp_path / "temp", tmp_path_factory.mktemp("files"))
    secrets = dict.fromkeys(("PERSYNC_TOKEN", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "INPUT_GITHUB-TOKEN"), "t0ken")
    done = runner.step(
        "Install persync", {"python": str(python), "install": install}, **secrets, PIP_INDEX_URL="https://x"
    )
    lines = record.read_text(encoding="utf-8").splitlines()
    assert (done.code, [line.removeprefix("called ") for line in lines if line.startswith("called ")]) == (0, calls)
    assert lines.count("PIP_INDEX_URL=https://x") == len(calls)
    assert [line for line in lines if "t0ken" in line] == []


def needed(name: str, found: set[str]) -> set[str]:
    """Return a distribution and all that it needs, without extras."""
    if name not in found:
        found.add(name)
        for text in requires(name) or ():
            requirement = Requirement(text)
            if not requirement.marker or requirement.marker.evaluate({"extra": ""}):
                needed(canonicalize_name(requirement.name), found)
    return found


def pinned(file: Path) -> Iterator[tuple[str, str]]:
    for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", file.read_text(encoding="utf-8"), re.MULTILINE):
        yield canonicalize_name(name), version


def test_the_action_installs_the_tested_versions_and_the_build_backend_by_hash() -> None:
    locked = dict(pinned(LOCKED))
    assert set(locked) == needed("persync", needed("hatchling", set())) - {"persync"}
    tested = dict(pinned(ROOT / "constraints.txt"))
    assert locked == {name: tested[name] for name in locked}
    entries = re.split(r"^(?=\w)", LOCKED.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_gitlab_jobs_keep_the_same_variables_from_the_installation() -> None:
    def kept(text: str) -> list[str]:
        return re.findall(r'r"([^"]+)"', text)

    assert kept("".join(GITLAB[".persync"]["before_script"])) == kept(
        (ROOT / "ci/without_secrets.py").read_text("utf-8")
    )


@pytest.mark.parametrize(
    ("given", "installed"), [({}, "persync"), ({"PERSYNC_INSTALL": "persync==1.0"}, "persync==1.0")]
)
def test_what_the_gitlab_jobs_install(tmp_path: Path, given: dict[str, str], installed: str) -> None:
    """With a pip that shows how it is called, and what it can read."""
    *_, install, _ = GITLAB[".persync"]["before_script"]
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin/python"
    python.write_text('#!/bin/sh\necho "called $*"; env\n', encoding="utf-8")
    python.chmod(0o755)
    secrets = {"PERSYNC_TOKEN": "t0ken", "CI_JOB_TOKEN": "t0ken", "PIP_INDEX_URL": "https://x"}
    done = sh(f"persync_venv={tmp_path}\n{install}", tmp_path, given | secrets)
    called, *environment = done.stdout.splitlines()
    assert (done.returncode, called) == (0, f"called {PIP} -- {installed}")
    assert [line for line in environment if "t0ken" in line or "=https://x" in line] == ["PIP_INDEX_URL=https://x"]
