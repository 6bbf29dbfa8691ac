"""The documents name files that exist, and the changelog has the version of the package."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import persync

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "SECURITY.md")
FOLDERS = (ROOT, ROOT / "persync")  # paths are relative to one of them
NAMED = re.compile(r"`([^`\s]+)`|\]\(([^)\s]+)\)")
PATH = re.compile(r"[\w.-]*\w[\w./-]*(?:/|\.(?:db|json|md|py|sh|toml|txt|ya?ml))|\.[\w-]+/[\w-]+|Dockerfile|Makefile")
# files of users, which the examples have too, and what a run makes
NOT_OURS = {"persync.yaml", "settings.schema.json", "sbom.cdx.json"}


def paths_in(text: str) -> list[str]:
    named = [code or link for code, link in NAMED.findall(text)]
    return sorted({name for name in named if PATH.fullmatch(name)} - NOT_OURS)


def exists(path: str) -> bool:
    if any((folder / path).exists() for folder in FOLDERS):
        return True
    # ARCHITECTURE.md names the modules and folders of a package in the line of the package
    return "/" not in path[:-1] and any((ROOT / "persync").rglob(path.rstrip("/")))


def test_what_counts_as_a_path() -> None:
    text = (
        "`a/b/` `c.py` [x](d.md) `.ci/run` `.github/workflows/x.yml` `e/f` `--out` `.yaml` `*.yaml` [y](https://z.org/)"
    )
    assert paths_in(text) == [".ci/run", ".github/workflows/x.yml", "a/b/", "c.py", "d.md"]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_in_a_document_exists(document: str) -> None:
    named = paths_in((ROOT / document).read_text(encoding="utf-8"))
    assert [path for path in named if not exists(path)] == []


def test_every_make_target_in_a_document_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        name
        for document in DOCUMENTS
        for name in re.findall(r"(?:`|^)make ([a-z-]+)", (ROOT / document).read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert named
    assert named - targets == set()


def test_the_newest_version_of_the_changelog_is_that_of_the_package() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[(\d.*)\] - (?:unreleased|\d{4}-\d\d-\d\d)$", changelog, re.MULTILINE)
    assert headings[0] == persync.__version__


def test_our_own_hooks_are_valid_and_call_the_linters() -> None:
    config = ROOT / ".pre-commit-config.yaml"
    command = [sys.executable, "-m", "pre_commit", "validate-config", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    called = set(re.findall(r"entry: \.venv/bin/(\S+)", config.read_text(encoding="utf-8")))
    lint = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nlint: setup\n")[2].partition("\n\n")[0]
    assert called == set(re.findall(r"\$\(BIN\)/(\S+)", lint))
