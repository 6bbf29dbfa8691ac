"""What persync asks the git command: commits, merge bases, and whether the files are those of a commit."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from persync.config.git.cli import Git, commit_of
from persync.errors import ConfigError
from tests.git import GitRepository

from .conftest import SETTINGS, state_of


def test_a_revision_that_does_not_exist(repo: GitRepository, tmp_path: Path) -> None:
    repo.commit({"persync.yaml": SETTINGS})
    repo("branch", "feature")
    for name in ("a..b", "main...main", "main.."):
        with pytest.raises(ConfigError, match="is a range, not a single revision"):
            Git(repo.folder).commit(name)
    for name in ("", "-x", "--all", "^main", "a:b"):
        with pytest.raises(ConfigError, match="there is no commit") as raised:
            Git(repo.folder).commit(name)
        assert raised.value.hint == "name a branch, a tag or a commit, such as origin/main"
    with pytest.raises(ConfigError) as raised:
        Git(repo.folder).commit("main~99")
    assert raised.value.hint == "name a branch, a tag or a commit that this clone has"
    clone = repo.clone(tmp_path / "clone", "--depth=1", "--branch=feature")
    hint = "check the spelling, or fetch it first: git fetch"
    with pytest.raises(ConfigError) as raised:
        Git(clone.folder).commit("origin/main")
    assert raised.value.hint == f"{hint} --depth=50 origin main:refs/remotes/origin/main"
    clone(*raised.value.hint.partition("git ")[2].split())
    assert Git(clone.folder).commit("origin/main") == repo("rev-parse", "main")
    with pytest.raises(ConfigError) as raised:
        Git(repo.clone(tmp_path / "whole").folder).commit("v1^")
    assert raised.value.hint == f"{hint} origin v1"


def test_the_merge_base_of_two_branches(repo: GitRepository) -> None:
    first = repo.commit({"persync.yaml": SETTINGS})
    repo("branch", "feature")
    assert Git(repo.folder).merge_base(repo.commit()) == repo("rev-parse", "main")
    repo("checkout", "--quiet", "feature")
    git = Git(repo.folder)
    assert (git.merge_base(git.commit("main")), git.count_ahead(git.commit("main")), git.count_ahead(first)) == (
        first,
        1,
        0,
    )
    repo("checkout", "--quiet", "--orphan", "alone")
    assert (git.merge_base(first), git.count_ahead(first)) == (None, 0)


def test_no_git_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="is not in a git repository"):
        Git(tmp_path)
    GitRepository(tmp_path)
    (tmp_path / ".git/config").write_text("[broken", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"git cannot be used in .*: bad config line "):
        Git(tmp_path)
    assert commit_of(tmp_path) is None
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ConfigError, match="git cannot be started"):
        Git(tmp_path)
    assert commit_of(tmp_path) is None


def test_git_that_ends_too_early(repo: GitRepository) -> None:
    repo.commit({"persync.yaml": SETTINGS})
    git = Git(repo.folder)
    (repo.folder / ".git/HEAD").unlink()
    with git.objects() as objects:
        for _ in range(2):  # the second request fails on writing
            with pytest.raises(ConfigError, match="ended too early"):
                objects.read("HEAD")


def test_the_commit_of_the_files(repo: GitRepository, tmp_path: Path) -> None:
    assert commit_of(repo.folder) is None
    commit = repo.commit({"sub [x]/persync.yaml": SETTINGS, "other/a.yaml": "x", "sub [x]/notes.md": "x"})
    folder = repo.folder / "sub [x]"
    untouched = state_of(repo)
    assert commit_of(folder) == commit
    assert state_of(repo) == untouched
    repo.write({"other/a.yaml": "y", "sub [x]/notes.md": "y", "sub [x]/plan.json": "y"})
    assert commit_of(folder) == commit
    repo.write({"sub [x]/new/a.yml": "y"})
    assert commit_of(folder) == f"{commit}-dirty"
    repo.write({"sub [x]/new/a.yml": None, "sub [x]/persync.yaml": "y"})
    assert commit_of(folder) == f"{commit}-dirty"
    assert commit_of(tmp_path) is None


@pytest.mark.parametrize(
    ("pattern", "file"),
    [
        ("../shared", "shared/deep/a.yaml"),
        ("../shared/", "shared/a.yml"),
        ("../shared/one.txt", "shared/one.txt"),
        ("../sha*", "shared/deep/a.yaml"),
        ("../sha*/*", "shared/a.yaml"),
        ("../*/*.conf", "shared/a.conf"),
        ("../**/deep", "shared/deep/a.yaml"),
        ("..", "a.yaml"),
        ("../*.yaml", "a.yaml"),
        ("../[a-b]", "[a-b]/a.yaml"),
        ("../[a-b]/*.txt", "a/x.txt"),
        ("../b\\[s", "b\\[s/a.yaml"),
        ("../b\\*", "b\\[s/a.yaml"),
        ("link", "shared/a.yaml"),
        ("ABSOLUTE/shared", "shared/a.yaml"),
    ],
)
def test_configuration_files_elsewhere_in_the_repository(repo: GitRepository, pattern: str, file: str) -> None:
    folder = "in fra [x]"
    pattern = pattern.replace("ABSOLUTE", str(repo.folder))
    names = ("shared/one.txt", "shared/deep/z.yaml", "a/z.yaml", "z.yaml")
    repo.write({f"{folder}/persync.yaml": SETTINGS, **dict.fromkeys(names, "x")})
    if file.startswith(("[a-b]", "b\\")):
        repo.write({f"{file.partition('/')[0]}/z.yaml": "x"})
    (repo.folder / folder / "link").symlink_to("../shared")
    first = repo.commit()
    repo.write({file: "y", "shared/notes": "y", "b/notes": "y"})
    assert commit_of(repo.folder / folder, (pattern,)) == f"{first}-dirty"
    second = repo.commit()
    third = repo.commit({"unused/a.md": "y"})
    git = Git(repo.folder / folder)
    assert git.commits(third, (pattern,)) == [second, first]
    assert git.commits(third) == [first]
    repo.write({"shared/notes": "z", "unused/a.md": "z"})
    if not pattern.endswith("*/*"):
        assert commit_of(repo.folder / folder, (pattern,)) == third


def test_configuration_files_outside_of_the_repository(repo: GitRepository, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    commit = repo.commit({"persync.yaml": SETTINGS})
    for pattern in ("../outside", str(tmp_path / "outside"), "../*", "nothing", "../nothing"):
        assert commit_of(repo.folder, (pattern,)) == commit
        assert Git(repo.folder).commits(commit, (pattern,)) == [commit]


def test_git_status_that_times_out(repo: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"persync.yaml": SETTINGS})
    monkeypatch.setattr("persync.config.git.cli._STATUS_DEADLINE", 0)
    assert commit_of(repo.folder) is None


def test_variables_of_a_git_hook_are_ignored(repo: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = repo.commit({"sub/persync.yaml": SETTINGS})
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", os.devnull)
    assert commit_of(repo.folder / "sub") == commit
    assert Git(repo.folder / "sub").prefix == "sub/"


def test_the_time_between_two_requests_does_not_count(repo: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Objects are read before and after the live side, which may take minutes."""
    repo.commit({"persync.yaml": SETTINGS})
    monkeypatch.setattr("persync.config.git.command._DEADLINE", 1)
    with Git(repo.folder).objects() as objects:
        for _ in range(2):
            assert objects.read("HEAD:persync.yaml") == SETTINGS.encode()
            time.sleep(1.2)


@pytest.mark.parametrize("answer", ["", "0123 blob", r"0123 blob 10\nabc"])
def test_a_reader_of_objects_that_does_not_answer_in_time(
    repo: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    git = Git(repo.folder)
    program = tmp_path / "bin/git"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nread line\nprintf '{answer}'\nexec sleep 60\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setattr("persync.config.git.command._DEADLINE", 0.2)
    began = time.monotonic()
    with git.objects() as objects:
        with pytest.raises(ConfigError) as raised:
            objects.read("HEAD")
        assert raised.value.message == "git cat-file timed out after 0.2 seconds"
        monkeypatch.undo()
        with pytest.raises(ConfigError, match="ended too early"):  # not the rest of the first answer
            objects.read("HEAD")
    assert time.monotonic() - began < 30
