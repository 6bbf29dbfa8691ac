"""Which name of a file a host gets."""

from pathlib import Path

import pytest

from persync.errors import Finding, Severity
from persync.model import Span
from persync.report.places import Places, top_of


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "top/sub/persisters").mkdir(parents=True)
    return tmp_path / "top"


@pytest.mark.parametrize(
    ("git", "environ", "expected"),
    [
        ("dir", {}, "top"),
        ("file", {}, "top"),  # of a worktree or a submodule
        ("dir", {"GITHUB_WORKSPACE": "top/sub"}, "top"),
        ("", {"GITHUB_WORKSPACE": "top"}, "top"),
        ("", {"CI_PROJECT_DIR": "top", "GITHUB_WORKSPACE": ""}, "top"),
        ("", {"GITHUB_WORKSPACE": "elsewhere", "CI_PROJECT_DIR": "top"}, "top"),
        ("", {"GITHUB_WORKSPACE": "elsewhere"}, "top/sub/persisters"),
        ("", {}, "top/sub/persisters"),
    ],
)
def test_the_top(repository: Path, git: str, environ: dict[str, str], expected: str) -> None:
    if git == "dir":
        (repository / ".git").mkdir()
    elif git:
        (repository / ".git").write_text("gitdir: /elsewhere", encoding="utf-8")
    named = {name: str(repository.parent / folder) if folder else "" for name, folder in environ.items()}
    top = top_of(repository / "sub", repository / "sub/persisters", named)
    assert top == repository.parent / expected


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("persisters/a.yaml", "sub/persisters/a.yaml"),
        ("{top}/overlays/a.yaml", "overlays/a.yaml"),
        ("../overlays/a.yaml", "overlays/a.yaml"),
        ("linked/a.yaml", "sub/persisters/a.yaml"),  # what git tracks is the link, and below it nothing
        ("link.yaml", "sub/link.yaml"),
        ("{top}-2/a.yaml", "{top}-2/a.yaml"),
        ("/elsewhere/a.yaml", "/elsewhere/a.yaml"),
        ("a\0b/c.yaml", "a\0b/c.yaml"),
        ("\ud800/a.yaml", "\ud800/a.yaml"),
    ],
)
def test_a_name(repository: Path, file: str, expected: str) -> None:
    (repository / "sub/linked").symlink_to("persisters")
    (repository / "sub/link.yaml").symlink_to("persisters/a.yaml")
    finding = Finding("rule", Severity.ERROR, "m", Span(file.format(top=repository), 3, 5))
    [renamed] = Places(repository, repository / "sub").findings([finding])
    assert renamed.span == Span(expected.format(top=repository), 3, 5)
