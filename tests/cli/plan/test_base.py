"""``persync plan --base``: the attribution of each difference, with a real git repository and a live system."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import Ended, Installation
from tests.git import GitRepository

PERSISTERS = {
    "persisters": [
        {
            "eventType": name,
            "state": "RUNNING",
            "appVersion": "1.0",
            "appConfig": {"my.a": "1", "my.b": "1", "my.c": "1"},
        }
        for name in ("one", "two")
    ],
    "appVersions": ["1.0", "2.0"],
}


def document(name: str, state: str = "RUNNING", **texts: str) -> str:
    settings = "".join(f"  my.{key}: '{text}'\n" for key, text in {"a": "1", "b": "1", "c": "1", **texts}.items())
    return f"eventType: {name}\nstate: {state}\nappVersion: '1.0'\nappConfig:\n{settings}"


@pytest.fixture
def repo(installation: Installation) -> GitRepository:
    """Return a repository whose first commit is the live configuration."""
    installation.serve(PERSISTERS)
    made = GitRepository(installation.folder)
    made.commit({"persisters/one.yaml": document("one"), "persisters/two.yaml": document("two")})
    return made


def labels(ended: Ended) -> dict[str, str | None]:
    """Return the label of each difference."""
    plan = json.loads(ended.out)
    found: dict[str, str | None] = {}
    for one in plan["persisters"]:
        name = one["id"]["eventType"]
        found |= {f"{name} {change['path']}": change["attribution"] for change in one["changes"]}
        if one["stateAttribution"]:
            found[f"{name} state"] = one["stateAttribution"]
    return found


def planned(installation: Installation, *arguments: str, err: str = "") -> dict[str, str | None]:
    ended = installation.run("plan", "--report", "json", *arguments)
    assert (ended.code, ended.err) == (0, err)
    assert installation.run("plan", "--report", "json", *arguments).out == ended.out
    return labels(ended)


def by_hand(installation: Installation, **texts: str) -> None:
    """Change the live system by hand, as in the web interface."""
    assert installation.server is not None
    installation.write("persisters/one.yaml", document("one", **texts))
    assert installation.run("apply", "--auto-approve").code == 0


def test_yours_drift_and_pending(installation: Installation, repo: GitRepository) -> None:
    by_hand(installation, c="by hand")
    repo.commit({"persisters/one.yaml": document("one", b="2"), "persisters/two.yaml": document("two", "STOPPED")})
    repo("branch", "base")
    # in another file, with another layout
    yours = document("one", a="2", b="2").replace("  my.b: '2'\n  my.c: '1'\n", "  my: {c: '1', b: 2}\n")
    repo.commit({"persisters/one.yaml": None, "persisters/deep/uno.yml": yours})
    assert planned(installation, "--base", "base") == {
        "one appConfig.my.a": "yours",
        "one appConfig.my.b": "pending",
        "one appConfig.my.c": "drift",
        "two state": "pending",
    }
    ended = installation.run("plan", "--base", "base", "one")
    assert "    ~ appConfig.my.b: 1 → 2  pending, :6\n" in ended.out
    assert planned(installation) == {f"one appConfig.my.{name}": None for name in "abc"}


def test_what_the_base_does_not_have_is_yours(installation: Installation, repo: GitRepository) -> None:
    repo.commit({"persisters/one.yaml": None})
    repo.commit({"persisters/one.yaml": document("one", a="2")})
    assert planned(installation, "--base", "HEAD~1") == {"one appConfig.my.a": "yours"}
    repo.commit({"persync.yaml": (installation.folder / "persync.yaml").read_text(encoding="utf-8") + "# moved\n"})
    repo("rm", "--quiet", "--cached", "persync.yaml")
    repo("commit", "--quiet", "--message=x")
    warning = "warning: in base HEAD there is no persync.yaml, so everything counts as new\n"
    assert planned(installation, "--base", "HEAD", err=warning) == {"one appConfig.my.a": "yours"}


def test_a_base_with_errors_and_without_the_environment(installation: Installation, repo: GitRepository) -> None:
    repo.commit({"persisters/one.yaml": "eventType: [", "persisters/two.yaml": document("two", a="2")})
    repo.write({"persisters/one.yaml": document("one", a="2"), "persisters/two.yaml": document("two", a="3", b="2")})
    ended = installation.run("plan", "--base", "HEAD", "--report", "json")
    assert labels(ended) == {
        "one appConfig.my.a": None,
        "two appConfig.my.a": "yours",
        "two appConfig.my.b": "yours",
    }
    assert ended.err.startswith(
        "warning: base HEAD has errors in its files, so a part of its configuration is unknown; first error:"
        " persisters/one.yaml:1:"
    )
    assert [f"warning: {text}\n" for text in json.loads(ended.out)["warnings"]] == [ended.err]
    assert ended.code == 0
    # the saved plan has it too
    assert installation.run("plan", "--base", "HEAD", "--out", "saved").err == ""
    assert "\n! base HEAD has errors in its files, " in installation.run("show", "saved").out
    text = (installation.folder / "persync.yaml").read_text(encoding="utf-8")
    repo.write({"persync.yaml": text.replace("test", "new")})
    ended = installation.run("plan", "--base", "HEAD", "-e", "new", "--report", "json")
    assert set(labels(ended).values()) == {"yours"}
    assert ended.err == "warning: in base HEAD there is no environment new, so everything counts as new\n"


def test_variables_of_the_base_that_are_not_set(installation: Installation, repo: GitRepository) -> None:
    repo.commit({"persisters/one.yaml": document("one", a="${{ secret.GONE }}", b="${{ env.HERE }}")})
    repo.write({"persisters/one.yaml": document("one", a="2", b="${{ env.HERE }}")})
    installation.monkeypatch.setenv("HERE", "2")
    assert planned(installation, "--base", "HEAD") == {"one appConfig.my.a": "yours", "one appConfig.my.b": "pending"}


def test_a_shallow_clone(
    installation: Installation, repo: GitRepository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    repo.commit({"persisters/one.yaml": document("one", b="2")})
    repo("checkout", "--quiet", "-b", "feature")
    repo.commit({"persisters/one.yaml": document("one", a="2", b="2")})
    clone = repo.clone(tmp_path_factory.mktemp("x") / "clone", "--depth=1", "--branch=feature")
    installation.folder = clone.folder
    ended = installation.run("plan", "--base", "origin/main")
    assert (ended.code, ended.out, ended.err) == (
        1,
        "",
        "error: there is no commit origin/main in this git repository\n"
        "help: check the spelling, or fetch it first: git fetch --depth=50 origin main:refs/remotes/origin/main\n",
    )
    clone("fetch", "--quiet", "--depth=1", "origin", "main:refs/remotes/origin/main")
    ended = installation.run("plan", "--base", "origin/main", "--report", "json")
    assert labels(ended) == {"one appConfig.my.a": "yours", "one appConfig.my.b": None}
    assert ended.err == (
        "warning: this clone is shallow and its history is too short to find the merge base of this branch and"
        " origin/main, so the base is origin/main itself; changes that others made there may be attributed to this"
        " branch; fetch more history first: git fetch --deepen=50\n"
        "warning: this clone is shallow and its history is too short to tell pending changes from drift, so some"
        " differences have no label; fetch more history first: git fetch --deepen=50\n"
    )
    clone("fetch", "--quiet", "--deepen=50")
    assert planned(installation, "--base", "origin/main") == {
        "one appConfig.my.a": "yours",
        "one appConfig.my.b": "pending",
    }


def test_live_changes_from_newer_commits_of_the_base(installation: Installation, repo: GitRepository) -> None:
    repo("checkout", "--quiet", "-b", "feature")
    repo.commit({"persisters/one.yaml": document("one", a="2")})
    repo("checkout", "--quiet", "main")
    repo.commit({"persisters/one.yaml": document("one", b="2"), "persisters/two.yaml": document("two", "STOPPED")})
    assert installation.run("apply", "--auto-approve").code == 0
    repo.commit({"persisters/one.yaml": document("one", b="3")})
    repo("checkout", "--quiet", "feature")
    warning = (
        "main has 2 commits that are not in this branch; 2 differences come from there and have no label:"
        " an apply would revert them; merge or rebase first"
    )
    assert planned(installation, "--base", "main", err=f"warning: {warning}\n") == {
        "one appConfig.my.a": "yours",
        "one appConfig.my.b": None,
    }
    assert f"\n! {warning}\n" in installation.run("plan", "--base", "main").out
    # merged, as GitHub does for a pull request: this branch has all commits
    repo("merge", "--quiet", "--no-edit", "--strategy-option=ours", "main")
    repo.write({"persisters/one.yaml": document("one", a="2", b="3")})
    repo.commit()
    assert planned(installation, "--base", "main") == {"one appConfig.my.a": "yours", "one appConfig.my.b": "pending"}


def test_files_outside_of_the_folder(installation: Installation, repo: GitRepository) -> None:
    text = (installation.folder / "persync.yaml").read_text(encoding="utf-8")
    (installation.folder / "infra").mkdir()
    repo("mv", "persisters", "shared")
    repo.write({"persync.yaml": None, "infra/persync.yaml": text + "persisters: [../shared]\n"})
    repo.commit()
    head = repo.commit({"shared/one.yaml": document("one", a="2")})
    assert planned(installation, "-C", "infra", "--base", "HEAD") == {"one appConfig.my.a": "pending"}
    repo.write({"shared/one.yaml": document("one", a="3")})
    ended = installation.run("plan", "-C", "infra", "--report", "json")
    assert json.loads(ended.out)["commit"] == f"{head}-dirty"


def test_nothing_is_sent_where_there_is_no_base(installation: Installation) -> None:
    server = installation.serve(PERSISTERS)
    installation.write("persisters/one.yaml", document("one", a="2"))
    ended = installation.run("plan", "--base", "main")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"error: {installation.folder} is not in a git repository\n")
    assert server.requests() == []


def test_the_commit_is_in_the_plan(installation: Installation, repo: GitRepository) -> None:
    def commit() -> object:
        return json.loads(installation.run("plan", "--report", "json").out)["commit"]

    head = repo("rev-parse", "HEAD")
    assert commit() == head
    installation.write("persisters/one.yaml", document("one", a="2"))
    assert commit() == f"{head}-dirty"
    (installation.folder / ".git").rename(installation.folder / "elsewhere")
    assert commit() is None


def test_no_secret_of_the_base_is_shown(installation: Installation, repo: GitRepository, tmp_path: Path) -> None:
    repo.commit({"persisters/one.yaml": document("one", a="${{ secret.OLD }}", password="s3cret-1")})
    repo.write({"persisters/one.yaml": document("one", a="${{ secret.NEW }}", password="s3cret-2")})
    installation.monkeypatch.setenv("OLD", "s3cret-3")
    installation.monkeypatch.setenv("NEW", "s3cret-4")
    ended = installation.run("--debug", "plan", "--base", "HEAD", "--report", "text", "--report", f"json={tmp_path}/p")
    everything = ended.out + ended.err + (tmp_path / "p").read_text(encoding="utf-8")
    assert ("s3cret" in everything, "yours" in everything) == (False, True)


def test_a_branch_that_changes_the_settings(installation: Installation, repo: GitRepository) -> None:
    repo("branch", "base")
    settings = (installation.folder / "persync.yaml").read_text(encoding="utf-8")
    installation.write("persync.yaml", f"{settings}    sensitive: [my]\n# a comment alone changes nothing\n")
    ended = installation.run("plan", "--base", "base")
    assert (ended.code, ended.out.splitlines()[3]) == (
        0,
        "! this branch changes the settings in persync.yaml: environments.test.sensitive; review them first: they"
        " decide where the token is sent, which files count, what is hidden and what an apply may do",
    )
    assert "this branch changes the settings" in installation.run("diff", "--base", "base").out
    installation.write("persync.yaml", f"{settings}# a comment alone changes nothing\n")
    assert "this branch" not in installation.run("plan", "--base", "base").out


def test_a_branch_that_changes_many_settings(installation: Installation, repo: GitRepository) -> None:
    repo("branch", "base")
    settings = (installation.folder / "persync.yaml").read_text(encoding="utf-8")
    others = "".join(f"  e{index}: {{url: 'http://localhost'}}\n" for index in range(10))
    installation.write("persync.yaml", f"{settings}{others}")
    plan = json.loads(installation.run("plan", "--base", "base", "--report", "json").out)
    names = ", ".join(f"environments.e{index}" for index in range(8))
    assert plan["warnings"] == [
        f"this branch changes the settings in persync.yaml: {names}, 2 more settings; review them first: they decide"
        " where the token is sent, which files count, what is hidden and what an apply may do"
    ]
