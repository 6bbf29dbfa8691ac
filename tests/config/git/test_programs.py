"""Whatever a repository holds and its configuration names: git starts no program for persync, and gets no token."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from persync.config.git.checkout import Checkout
from persync.config.git.cli import Git, commit_of
from persync.errors import ConfigError
from tests.command_line import Installation
from tests.git import GitRepository

from .conftest import SETTINGS

TOKEN = "a-token-for-nobody-else"
PERSISTER = "eventType: a\nstate: STOPPED\n"


class Trap(NamedTuple):
    """A way to make git start a program.

    Attributes:
        set_up: prepares a repository with a commit; gets the program's path.
        sprung_by: a plain git command that starts the program.
    """

    set_up: Callable[[GitRepository, str], None]
    sprung_by: tuple[str, ...]


def _touch(repo: GitRepository) -> None:
    """Change a file, so that git has to compare it with the commit."""
    repo.write({"persisters/a.yaml": PERSISTER.replace("STOPPED", "RUNNING")})


def _filter(kind: str, name: str = "x") -> Callable[[GitRepository, str], None]:
    def set_up(repo: GitRepository, program: str) -> None:
        repo("config", f"filter.{name}.{kind}", program)
        (repo.folder / ".git/info").mkdir(exist_ok=True)
        (repo.folder / ".git/info/attributes").write_text(f"* filter={name}\n", encoding="utf-8")
        _touch(repo)

    return set_up


def _config(*settings: tuple[str, str]) -> Callable[[GitRepository, str], None]:
    def set_up(repo: GitRepository, program: str) -> None:
        for key, value in settings:
            repo("config", key, value.replace("PROGRAM", program))
        (repo.folder / ".git/info").mkdir(exist_ok=True)
        (repo.folder / ".git/info/attributes").write_text("* diff=x\n", encoding="utf-8")
        _touch(repo)

    return set_up


def _hook(repo: GitRepository, program: str) -> None:
    (repo.folder / ".git/hooks").mkdir(exist_ok=True)
    (repo.folder / ".git/hooks/post-index-change").symlink_to(program)
    # the content is the same, and the time differs: git wants to refresh the index
    repo.write({"persisters/a.yaml": PERSISTER})


def _submodule(repo: GitRepository, program: str) -> None:
    inner = GitRepository(repo.folder / "persisters/inner")
    inner.commit({"b.yaml": PERSISTER})
    repo("add", "persisters/inner")
    repo("commit", "--quiet", "--message=x")
    _filter("clean")(inner, program)
    inner.write({"b.yaml": PERSISTER.replace("STOPPED", "RUNNING")})


def _promisor(repo: GitRepository, program: str) -> None:
    repo("config", "extensions.partialClone", "origin")
    repo("config", "remote.origin.promisor", "true")
    repo("config", "remote.origin.url", f"ext::{program}")
    repo("config", "protocol.ext.allow", "always")
    blob = repo("rev-parse", "HEAD:persisters/a.yaml")
    (repo.folder / f".git/objects/{blob[:2]}/{blob[2:]}").unlink()


def _alternates(repo: GitRepository, program: str) -> None:
    other = GitRepository(repo.folder.parent / "other")
    other.commit({"x": "x"})
    (repo.folder / ".git/objects/info/alternates").write_text(f"{other.folder}/.git/objects\n", encoding="utf-8")
    repo("config", "core.alternateRefsCommand", program)


TRAPS = {
    "clean filter": Trap(_filter("clean"), ("status",)),
    "process filter": Trap(_filter("process"), ("status",)),
    "clean filter with dots in its name": Trap(_filter("clean", "x.y"), ("status",)),
    "file system monitor": Trap(_config(("core.fsmonitor", "PROGRAM")), ("status",)),
    "external diff": Trap(_config(("diff.external", "PROGRAM")), ("diff",)),
    "diff of a driver": Trap(_config(("diff.x.command", "PROGRAM")), ("diff",)),
    "text conversion": Trap(_config(("diff.x.textconv", "PROGRAM")), ("diff",)),
    "hook": Trap(_hook, ("status",)),
    "submodule": Trap(_submodule, ("status",)),
    "promisor": Trap(_promisor, ("cat-file", "-p", "HEAD:persisters/a.yaml")),
    "ssh": Trap(
        _config(("core.sshCommand", "PROGRAM"), ("remote.origin.url", "ssh://nowhere/x")), ("ls-remote", "origin")
    ),
    "alternates": Trap(_alternates, ("fetch", "../other")),
}


class Ground:
    """A repository, and a program that records that it was started."""

    def __init__(self, folder: Path) -> None:
        self.repo = GitRepository(folder / "repo")
        self.first = self.repo.commit({"persync.yaml": SETTINGS, "persisters/a.yaml": PERSISTER})
        self.record = folder / "started"
        self.program = folder / "program"
        self.program.write_text(f"#!/bin/sh\nenv >> '{self.record}'\nexit 1\n", encoding="utf-8")
        self.program.chmod(0o755)

    def read_all(self) -> None:
        """Ask git everything that persync asks."""
        commit_of(self.repo.folder)
        Checkout(self.repo.folder).yaml_files(self.repo.folder, "persisters")
        git = Git(self.repo.folder)
        commit = git.commit("HEAD")
        git.merge_base(commit)
        git.count_ahead(commit)
        git.shallow_commits()
        git.commits(commit, ("persisters",))
        git.files_named("a.yaml", commit)
        git.changed_files(self.first, commit)
        git.filters.of("persisters/a.yaml", commit)
        with pytest.raises(ConfigError, match="there is no commit"):
            git.commit("nothing")
        with git.objects() as objects:
            for name in ("persync.yaml", "persisters/a.yaml"):
                try:
                    objects.read(f"HEAD:{name}")
                except ConfigError:  # the content is missing in this clone
                    continue


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground(tmp_path)


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
def test_git_starts_no_program(ground: Ground, trap: Trap) -> None:
    trap.set_up(ground.repo, str(ground.program))
    ground.read_all()
    assert not ground.record.exists()
    with suppress(subprocess.CalledProcessError):  # the program fails, and so does git
        ground.repo(*trap.sprung_by)
    assert ground.record.exists(), "the trap does not work, so this test shows nothing"


def test_a_filter_that_cannot_be_switched_off(ground: Ground) -> None:
    _filter("clean", "a=b")(ground.repo, str(ground.program))
    with pytest.raises(ConfigError, match="a filter with '=' in its name"):
        Git(ground.repo.folder).status()
    assert not ground.record.exists()


def test_a_filter_hides_no_change_and_invents_none(ground: Ground) -> None:
    _filter("clean")(ground.repo, str(ground.program))
    assert commit_of(ground.repo.folder) == f"{ground.first}-dirty"
    ground.repo("-c", "filter.x.clean=cat", "checkout", "--quiet", "--", ".")
    assert commit_of(ground.repo.folder) == ground.first


def test_a_folder_that_is_itself_a_repository(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing but committed files: to git, a folder with HEAD, config, objects/ and refs/ is a repository."""
    other = Ground(tmp_path / "other")
    installation.serve({})
    hostile = GitRepository(installation.folder, init=False)
    hostile("init", "--quiet", "--bare", ".")
    hostile("config", "core.bare", "false")
    hostile("config", "core.worktree", ".")
    hostile.commit({"persisters/a.yaml": PERSISTER, ".gitattributes": "* filter=x\n"})
    hostile("config", "filter.x.clean", str(other.program))
    hostile.write({"persisters/a.yaml": PERSISTER.replace("STOPPED", "RUNNING")})
    installation.run("plan")
    assert installation.run("plan", "--base", "HEAD").code == 1
    ended = installation.run("diff")
    assert (ended.code, ended.out, ended.err.splitlines()[-1]) == (
        1,
        "",
        "help: remove the files that make the folder a git repository: HEAD, config, objects/, refs/",
    )
    assert not other.record.exists()
    # git before 2.38 does not know safe.bareRepository
    monkeypatch.setattr("persync.config.git.command._OPTIONS", ())
    with pytest.raises(ConfigError, match="is itself a git repository without a working tree"):
        Git(hostile.folder)
    assert commit_of(hostile.folder) is None
    assert not other.record.exists()
    with suppress(subprocess.CalledProcessError):
        hostile("status")
    assert other.record.exists(), "the trap does not work, so this test shows nothing"


def test_git_gets_no_variable_that_may_be_a_secret(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    git = ground.record.parent / "bin/git"
    git.parent.mkdir()
    git.symlink_to(ground.program)
    monkeypatch.setenv("PATH", f"{git.parent}:/usr/bin:/bin")
    for name in ("PERSYNC_TOKEN", "AWS_SECRET_ACCESS_KEY", "GIT_CONFIG_COUNT", "GIT_SSH_COMMAND", "GIT_DIR"):
        monkeypatch.setenv(name, TOKEN)
    assert commit_of(ground.repo.folder) is None
    assert TOKEN not in ground.record.read_text(encoding="utf-8")
