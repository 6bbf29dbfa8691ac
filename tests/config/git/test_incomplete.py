"""Clones that lack a part of the repository: what is missing is reported, with what completes the clone."""

from __future__ import annotations

from pathlib import Path

import pytest

from persync.config.git.cli import Git
from persync.config.git.command import GitCommand
from persync.config.git.objects import Objects
from persync.errors import ConfigError
from tests.command_line import Installation
from tests.git import GitRepository

SETTINGS = "version: 1\nenvironments: {test: {url: 'sandbox:'}}\n"
PARTIAL = (
    "error: this is a partial clone, which lacks files of the revision to compare with\n"
    "help: persync does not fetch: complete it with 'git fetch --refetch --no-filter', or clone without --filter\n"
)
DEEPEN = "fetch more: git fetch --deepen=50; in CI, check out with fetch-depth: 2 (GitLab: GIT_DEPTH: 2)"


@pytest.fixture
def origin(repo: GitRepository) -> GitRepository:
    """A repository of three commits, which serves partial clones."""
    repo("config", "uploadpack.allowFilter", "true")
    for number in range(3):
        repo.commit({"persync.yaml": SETTINGS, "persisters/a.yaml": f"eventType: a\nappConfig: {{x: {number}}}\n"})
    return repo


@pytest.mark.parametrize("kind", ["blob:none", "tree:0"])
@pytest.mark.parametrize("command", [("diff", "--base", "HEAD^"), ("plan", "--base", "HEAD")])
def test_a_partial_clone_whose_origin_is_out_of_reach(
    origin: GitRepository, installation: Installation, tmp_path: Path, kind: str, command: tuple[str, ...]
) -> None:
    clone = origin.clone(tmp_path / "clone", f"--filter={kind}")
    gone = origin.folder.rename(tmp_path / "gone")
    installation.folder = clone.folder
    assert installation.run("diff").code == 0  # what is checked out is there
    ended = installation.run(*command)
    assert (ended.code, ended.out, ended.err) == (1, "", PARTIAL)
    gone.rename(origin.folder)
    assert installation.run(*command).err == PARTIAL  # it is not fetched even then
    clone("fetch", "--quiet", "--refetch", "--no-filter")
    assert installation.run(*command).code == 0


def test_git_that_reports_what_it_may_not_fetch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From version 2.45 on, git goes on where it may not fetch."""
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\nwhile read name; do echo $name missing; done\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with GitCommand(tmp_path).conversation("cat-file", "--batch") as conversation:
        assert Objects(conversation).read("0123") is None
        with pytest.raises(ConfigError, match="this is a partial clone"):
            Objects(conversation, lambda: True).read("0123")


@pytest.mark.parametrize("revision", ["HEAD^1", "HEAD^", "HEAD~2", "main^", "@~1", "origin/main^^"])
def test_a_shallow_clone_is_deepened(origin: GitRepository, tmp_path: Path, revision: str) -> None:
    clone = origin.clone(tmp_path / "clone", "--depth=1")
    with pytest.raises(ConfigError) as raised:
        Git(clone.folder).commit(revision)
    assert (raised.value.message, raised.value.hint) == (
        f"the history of this shallow clone ends before {revision}",
        DEEPEN,
    )
    clone(*DEEPEN.partition(": git ")[2].partition(";")[0].split())
    assert Git(clone.folder).commit(revision) == clone("rev-parse", revision)


def test_the_merge_commit_of_a_pull_request_is_deepened(origin: GitRepository, tmp_path: Path) -> None:
    """As actions/checkout leaves it: one commit, on no branch."""
    origin("update-ref", "refs/pull/1/merge", origin.commit({"a": "b"}))
    origin("reset", "--quiet", "--hard", "HEAD^")
    clone = GitRepository(tmp_path / "clone")
    clone("remote", "add", "origin", origin.folder.as_uri())
    clone("fetch", "--quiet", "--depth=1", "origin", "+refs/pull/1/merge:refs/remotes/pull/1/merge")
    clone("checkout", "--quiet", "refs/remotes/pull/1/merge")
    with pytest.raises(ConfigError, match="the history of this shallow clone ends before HEAD"):
        Git(clone.folder).commit("HEAD^1")
    clone("fetch", "--deepen=50")
    assert Git(clone.folder).commit("HEAD^1") == origin("rev-parse", "HEAD")


@pytest.mark.parametrize("revision", ["nosuch^", "HEAD^{tree}"])
def test_what_no_history_has(origin: GitRepository, tmp_path: Path, revision: str) -> None:
    clone = origin.clone(tmp_path / "clone", "--depth=1")
    with pytest.raises(ConfigError) as raised:
        Git(clone.folder).commit(revision)
    assert raised.value.message == f"there is no commit {revision} in this git repository"
