"""What git has and the checkout lacks, or git would write through a program: nothing of that is skipped in silence."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from tests.command_line import Ended, Installation
from tests.git import GitRepository

SETTINGS = "version: 1\nenvironments: {test: {url: 'sandbox:', overlays: [%s]}}\n"
A = "eventType: a\nappConfig: {my.x: 1}\n"
OVERLAY = "eventType: a\nappConfig: {my.x: 2}\n"
SUBMODULE = (
    "%s:1:1: error: the git submodule is not checked out, so nothing in it is read [submodule]\n"
    "    help: git submodule update --init; in CI, let the checkout do that\n"
)


@pytest.fixture
def repo(installation: Installation) -> GitRepository:
    return GitRepository(installation.folder)


def validated(ended: Ended) -> tuple[int, str]:
    """Return the exit code and the findings."""
    return ended.code, ended.out.rpartition("Validate: ")[0]


def with_submodule(installation: Installation, tmp_path: Path, path: str, files: dict[str, str | None]) -> None:
    """Make the installation's folder a clone, with a submodule at a path that is not checked out."""
    other = GitRepository(tmp_path / "elsewhere/other")
    other.commit({"deep/a.yaml": OVERLAY})
    origin = GitRepository(tmp_path / "elsewhere/origin")
    origin.write(files)
    origin("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other.folder.as_uri(), path)
    origin.commit()
    origin.clone(installation.folder / "clone")
    installation.folder /= "clone"


REMOVED = """\
persisters/b/0.yaml:1:1: warning: the file was removed or renamed since the last commit [removed-file]
    what it configured stays live as it is, unless another file configures it
    help: 'persync plan --base HEAD' names its persisters; stop those first that are not to run
"""


@pytest.mark.parametrize(
    ("path", "overlays", "shown"),
    [
        ("overlays", "overlays", "overlays"),
        ("overlays", "overlays/deep", "overlays"),
        ("overlays", "overlays/*/*.yaml", "overlays"),
        ("shared/overlays", "shared", "shared/overlays"),
        ("shared/overlays", "./shared/**/*.yaml", "shared/overlays"),
        ("persisters/team", "overlays", "persisters/team"),
    ],
)
def test_a_submodule_that_is_not_checked_out(
    installation: Installation, tmp_path: Path, path: str, overlays: str, shown: str
) -> None:
    files = {"persync.yaml": SETTINGS % f"'{overlays}'", "persisters/a.yaml": A}
    if path == "persisters/team":
        files["overlays/a.yaml"] = OVERLAY
    with_submodule(installation, tmp_path, path, {**files, "shared/readme.md": ""})
    assert validated(installation.run("validate")) == (1, SUBMODULE % shown)
    ended = installation.run("plan")
    assert (ended.code, ended.out) == (1, "")
    clone = GitRepository(installation.folder, init=False)
    clone("-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init")
    if path != "persisters/team":  # else its file is a second document for the persister
        assert validated(installation.run("validate")) == (0, "")


def test_a_submodule_elsewhere_does_not_matter(installation: Installation, tmp_path: Path) -> None:
    files: dict[str, str | None] = {"persync.yaml": SETTINGS % "overlays", "persisters/a.yaml": A}
    with_submodule(installation, tmp_path, "docs/theme", {**files, "overlays/a.yaml": OVERLAY})
    assert validated(installation.run("validate")) == (0, "")


def test_a_persister_that_sparse_checkout_leaves_out_is_not_removed(
    installation: Installation, repo: GitRepository
) -> None:
    files = {f"persisters/b/{number}.yaml": f"eventType: b{number}\n" for number in range(3)}
    repo.commit({"persync.yaml": SETTINGS % "overlays", "overlays/a.yaml": OVERLAY, "persisters/a.yaml": A, **files})
    repo("sparse-checkout", "set", "--no-cone", "/*", "!/persisters/b")
    ended = installation.run("diff", "--base", "HEAD")
    assert (ended.code, ended.last_line) == (0, "No differences. 1 persister is unchanged.")
    finding = (
        "persync.yaml:1:1: warning: 3 files of persisters are not checked out, first persisters/b/0.yaml"
        " [not-checked-out]\n"
        "    git sparse-checkout leaves them out, and what is in them is in no plan\n"
        "    help: include them with git sparse-checkout add\n"
    )
    assert finding in ended.err
    assert validated(installation.run("validate")) == (0, finding)
    repo.write({"persisters/b/0.yaml": "eventType: b0\n"})  # there, in spite of it
    assert "2 files of persisters are not checked out" in installation.run("validate").out
    repo("sparse-checkout", "disable")
    repo.write({"persisters/b/0.yaml": None})
    ended = installation.run("diff", "--base", "HEAD")
    assert (ended.err, ended.last_line) == (REMOVED, "Diff: 1 removed, 3 unchanged.")


def test_a_file_that_was_removed_and_not_committed(installation: Installation, repo: GitRepository) -> None:
    b = {"persisters/b/0.yaml": "eventType: b0\n"}
    repo.commit({"persync.yaml": SETTINGS % "overlays", "overlays/a.yaml": OVERLAY, "persisters/a.yaml": A, **b})
    assert validated(installation.run("validate")) == (0, "")
    repo.write({"persisters/b/0.yaml": None})
    assert validated(installation.run("validate")) == (0, REMOVED)
    repo("rm", "--quiet", "persisters/b/0.yaml")  # that it is to be removed is known to git
    assert validated(installation.run("validate")) == (0, "")


def test_an_overlay_that_sparse_checkout_leaves_out_is_an_error(
    installation: Installation, repo: GitRepository
) -> None:
    repo.commit({"persync.yaml": SETTINGS % "overlays", "overlays/a.yaml": OVERLAY, "persisters/a.yaml": A})
    repo("sparse-checkout", "set", "--no-cone", "/*", "!/overlays")
    assert validated(installation.run("validate")) == (
        1,
        "persync.yaml:2:51: error: overlays/a.yaml is not checked out [not-checked-out]\n"
        "   2 | environments: {test: {url: 'sandbox:', overlays: [overlays]}}\n"
        "     |                                                   ^^^^^^^^\n"
        "    git sparse-checkout leaves it out\n"
        "    help: include it with git sparse-checkout add\n",
    )


def test_a_file_of_the_base_that_git_stores_through_a_filter(
    installation: Installation, repo: GitRepository, tmp_path: Path
) -> None:
    program, record = tmp_path / "rot13", tmp_path / "started"
    program.write_text(f"#!/bin/sh\necho >> '{record}'\nexec tr a-zA-Z n-za-mN-ZA-M\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    repo("config", "filter.crypt.clean", str(program))
    repo("config", "filter.crypt.smudge", str(program))
    attributes = "persisters/a.yaml filter=crypt\npersisters/b.yaml filter=not-configured\n"
    repo.commit(
        {
            "persync.yaml": SETTINGS % "overlays",
            "overlays/a.yaml": OVERLAY,
            "persisters/a.yaml": A,
            "persisters/b.yaml": "eventType: b\n",
            ".gitattributes": attributes,
        }
    )
    record.unlink()
    ended = installation.run("diff", "--base", "HEAD")
    warning = (
        "base HEAD has errors in its files, so a part of its configuration is unknown; first error:"
        " persisters/a.yaml:1:1: cannot be read: git stores it through the filter crypt, a program,"
        " which persync does not start"
    )
    assert f"\n! {warning}\n" in ended.out
    assert (ended.code, ended.last_line) == (0, "Diff: 1 added, 1 unchanged.")
    repo.commit({".gitattributes": "persync.yaml filter=crypt\n"})
    record.unlink(missing_ok=True)  # git may have compared the file again, or not
    assert "persync.yaml:1:1: cannot be read: git stores it through the filter" in installation.run("diff").out
    assert not record.exists()


@pytest.mark.parametrize("broken", ["owner", "config", "index", "pointer"])
def test_where_git_does_not_tell_what_is_left_out(installation: Installation, repo: GitRepository, broken: str) -> None:
    repo.commit({"persync.yaml": SETTINGS % "overlays", "overlays/a.yaml": OVERLAY, "persisters/a.yaml": A})
    repo.commit({"persisters/b/b.yaml": "eventType: b\n"})
    repo("sparse-checkout", "set", "--no-cone", "/*", "!/persisters/b")
    at = repo.folder
    if broken == "owner":
        if os.geteuid() != 0:
            pytest.skip("only root can give files to another user")
        for path in (at, at / ".git"):
            os.chown(path, 12345, 12345)
        installation.monkeypatch.delenv("SUDO_UID", raising=False)
        reason = f"git cannot be used in {at}: detected dubious ownership in repository at '{at}'"
        hint = f"git config --global --add safe.directory {at}"
    elif broken == "config":
        (at / ".git/config").write_text("= 1\n", encoding="utf-8")
        reason, hint = f"git cannot be used in {at}: bad config line 1 in file .git/config", ""
    elif broken == "index":
        (at / ".git/index").write_bytes(b"x" * 100)
        reason, hint = f"git cannot be used in {at}: index file corrupt", ""
    else:
        shutil.rmtree(at / ".git")
        (at / ".git").write_text("gitdir: /nowhere\n", encoding="utf-8")
        reason = f"{at} is not in a git repository"
        hint = "repair the repository, or remove .git where there is none"
    code, shown = validated(installation.run("validate"))
    first, *lines = shown.splitlines()
    assert (code, first) == (
        0,
        "persync.yaml:1:1: warning: it cannot be determined which files and submodules are not checked out"
        " [unknown-checkout]",
    )
    assert [line.strip() for line in lines] == [reason, *([f"help: {hint}"] if hint else [])]
    repo.write({"persisters/a.yaml": None})  # what is an error without git is one still
    assert installation.run("validate").code == 1
