"""``persync diff``: configuration changes relative to a revision, without API, token or secret."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.command_line import Installation
from tests.git import GitRepository
from tests.laws import strategies as some

SETTINGS = """\
version: 1
environments:
  test:
    url: "${{ env.NOWHERE }}"
    auth: {token: "${{ secret.NOBODY }}"}
    overlays: [overlays]
    variables: {v: one}
"""
FILES = {
    "persync.yaml": SETTINGS,
    "persisters/a.yaml": "# mine\n"
    "eventType: one\nstate: RUNNING\nappVersion: 1.0\n"
    'appConfig: {my: {a: 1, v: "${{ vars.v }}", e: "${{ env.E }}", s: "${{ secret.S }}"}, my.password: one}\n'
    "---\neventType: two\n",
    "overlays/o.yaml": "eventType: one\nappConfig: {my.o: laid over}\n",
}


@pytest.fixture
def repo(installation: Installation) -> GitRepository:
    made = GitRepository(installation.folder)
    made.commit(FILES)
    return made


def test_nothing_changed(installation: Installation, repo: GitRepository) -> None:
    moved = (
        'appConfig:\n  my.s: "${{secret.S}}"\n  MY.V: ${{ vars.v }}\n  my.e: "${{ secret.E }}"\n'
        "  my: {password: one, a: '1'}\n"
        "# nobody's\nappVersion: '1.0'\nproject: global\nstate: RUNNING\neventType: one\n"
    )
    repo.write({"persisters/a.yaml": None, "persisters/x/1.yml": moved, "persisters/x/2.yml": "{eventType: two}"})
    ended = installation.run("diff", "--detailed-exitcode")
    assert (ended.code, ended.out) == (
        0,
        "Diff with HEAD, for environment test\n\nNo differences. 2 persisters are unchanged.\n",
    )


def test_what_changed(installation: Installation, repo: GitRepository) -> None:
    changed = (
        "eventType: one\nstate: STOPPED\nappVersion: 1.1\n"
        'appConfig: {my: {a: 2, v: "${{ vars.v }}", e: "${{ env.OTHER }}", s: "${{ secret.T }}"}, my.password: two}\n'
    )
    repo.write(
        {
            "persisters/a.yaml": changed,
            "persisters/b.yaml": "eventType: three\nstate: RUNNING\ndeployerConfig: {cpu: 1}\n",
            "overlays/o.yaml": "eventType: one\nappConfig: {my.p: laid over}\n",
            "persync.yaml": SETTINGS.replace("one}", "two}"),
        }
    )
    expected = """\
Diff with HEAD, for environment test
  ~ change   + add   - remove   ! warning

~ global/one  persisters/a.yaml:1
    ~ appConfig.my.a: 1 → 2  :4
    ~ appConfig.my.e: ${{ env.E }} → ${{ env.OTHER }}  :4
    - appConfig.my.o: laid over → (default)
    + appConfig.my.p: laid over  overlays/o.yaml:2:19
    ~ appConfig.my.password: (sensitive) → (sensitive, changed)  :4
    ~ appConfig.my.s: (sensitive) → (sensitive, changed)  :4
    ~ appConfig.my.v: one → two  :4
    ~ appVersion: 1.0 → 1.1  :3
    ~ state: RUNNING → STOPPED  :1

+ global/three  persisters/b.yaml:1
    + deployerConfig.cpu: 1  :3
    + state: RUNNING  :1

- global/two  persisters/a.yaml:7
    ! persync never deletes: it stays in the live system as it is, and is in no plan from now on

Diff: 1 added, 1 removed, 1 changed.
"""
    ended = installation.run("diff", "--base", "main")
    assert (ended.code, ended.out) == (0, expected.replace("with HEAD", "with main"))
    assert installation.run("diff").out == installation.run("diff", "--base", "HEAD").out == expected
    assert installation.run("diff", "--detailed-exitcode").code == 2
    repo.commit()
    assert installation.run("diff").out.endswith("\nNo differences. 2 persisters are unchanged.\n")
    assert installation.run("diff", "--base", "HEAD~1", "two").last_line == "Diff: 1 removed, 2 not compared."
    assert installation.run("diff", "--base", "HEAD~1", "--exclude", "*").code == 1
    assert (
        installation.run("diff", "--base", "HEAD~1", "--exclude", "t*").last_line == "Diff: 1 changed, 2 not compared."
    )


def test_a_reference_in_the_head_of_a_document(installation: Installation, repo: GitRepository) -> None:
    head = 'eventType: "x-${{ vars.v }}"\nstate: "${{ env.S }}"\nappVersion: "${{ env.V }}"\n'
    repo.commit({"persisters/a.yaml": head, "overlays/o.yaml": "eventType: x-one\n"})
    repo.write({"persisters/a.yaml": head.replace("env.V", "env.W")})
    ended = installation.run("diff")
    assert (ended.code, ended.err) == (0, "")
    assert "    ~ appVersion: ${{ env.V }} → ${{ env.W }}  :3\n" in ended.out


def test_a_key_that_is_sensitive_only_in_the_base(installation: Installation, repo: GitRepository) -> None:
    repo.commit(
        {
            "persync.yaml": SETTINGS + "    sensitive: [mine]\n",
            "persisters/a.yaml": "eventType: one\nappConfig: {mine: s3cret}\n",
        }
    )
    repo.write({"persync.yaml": SETTINGS, "persisters/a.yaml": "eventType: one\nappConfig: {mine: other}\n"})
    assert "appConfig.mine: (sensitive) → (sensitive, changed)" in installation.run("diff").out


@pytest.mark.parametrize(
    "report",
    ["json", "markdown", "html", "github", "sarif", "junit", "gitlab-codequality", "gitlab-terraform"],
)
def test_every_report(installation: Installation, repo: GitRepository, report: str) -> None:
    repo.write({"persisters/a.yaml": "eventType: one\nstate: STOPPED\nappConfig: {my.password: two}\n"})
    ended = installation.run("diff", "--report", report)
    assert ended.code == 0, ended.err
    assert ended.out
    assert installation.run("diff", "--report", report).out == ended.out
    if report == "json":
        plan = json.loads(ended.out)
        commit = repo("rev-parse", "HEAD")
        assert [plan[name] for name in ("kind", "base", "commit")] == ["diff", "HEAD", f"{commit}-dirty"]


def test_errors(installation: Installation, repo: GitRepository) -> None:
    assert installation.run("diff", "--base", "nobody").err.endswith(
        "error: there is no commit nobody in this git repository\n"
        "help: name a branch, a tag or a commit that this clone has\n"
    )
    assert installation.run("diff", "nobody").err.endswith("quote them for the shell\n")
    repo.commit({"persisters/a.yaml": "eventType: one\nstate: x\n"})
    ended = installation.run("diff")
    assert (ended.code, ended.out, ended.err.splitlines()[0]) == (
        1,
        "",
        "persisters/a.yaml:2:8: error: state must be one of RUNNING, STOPPED [invalid-value]",
    )
    repo.write({"persisters/a.yaml": "eventType: one\nstate: STOPPED\n"})
    warning = (
        "base HEAD has errors in its files, so a part of its configuration is unknown; first error:"
        " persisters/a.yaml:2:8: state must be one of RUNNING, STOPPED"
    )
    ended = installation.run("diff")
    assert (ended.code, ended.err, f"\n! {warning}\n" in ended.out) == (0, "", True)
    ended = installation.run("diff", "--report", "json")
    assert (ended.err, json.loads(ended.out)["warnings"]) == (f"warning: {warning}\n", [warning])
    for report in ("markdown", "html"):
        assert "a part of its configuration is unknown" in installation.run("diff", "--report", report).out


def test_a_persister_that_may_be_in_a_file_of_the_base_with_errors(
    installation: Installation, repo: GitRepository
) -> None:
    repo.commit({"persisters/b.yaml": "eventType: ["})
    repo.write({"persisters/b.yaml": "eventType: three\n"})
    ended = installation.run("diff")
    assert (
        "+ global/three  persisters/b.yaml:1\n    ! it may be in the base already, in a file that has errors there\n"
    ) in ended.out
    assert ended.last_line == "Diff: 1 added, 2 unchanged."


def test_a_base_with_persync_yaml_elsewhere(installation: Installation, repo: GitRepository) -> None:
    (installation.folder / "infra").mkdir()
    repo("mv", "persync.yaml", "persisters", "overlays", "infra")
    repo.commit()
    ended = installation.run("diff", "-C", "infra", "--base", "HEAD~1")
    warning = "in base HEAD~1 there is no infra/persync.yaml, so everything counts as new"
    assert (ended.code, ended.last_line) == (0, "Diff: 2 added.")
    assert f"\n! {warning}; the base has persync.yaml\n" in ended.out
    repo.commit({"other/persync.yaml": SETTINGS})
    repo("mv", "infra", "moved")
    warning = (
        "in base HEAD there is no moved/persync.yaml, so everything counts as new"  # two candidates, so none is named
    )
    assert f"\n! {warning}\n" in installation.run("diff", "-C", "moved").out


def test_newer_commits_of_the_base_are_no_changes_of_this_branch(
    installation: Installation, repo: GitRepository
) -> None:
    repo("branch", "feature")
    repo.commit({"overlays/o.yaml": "eventType: one\nappConfig: {my.o: theirs}\n"})
    repo("checkout", "--quiet", "feature")
    assert installation.run("diff", "--base", "main").last_line == "No differences. 2 persisters are unchanged."
    repo.commit({"persisters/b.yaml": "eventType: three\n"})
    for base in ("main", "main~1"):
        ended = installation.run("diff", "--base", base)
        assert (ended.last_line, "!" in ended.out) == ("Diff: 1 added, 2 unchanged.", False)
    # what GitHub checks out for a pull request: the merge of both
    repo("merge", "--quiet", "--no-edit", "main")
    for base in ("main", "HEAD^2"):
        assert installation.run("diff", "--base", base).last_line.startswith("Diff: 1 added,")


def test_a_shallow_clone_of_what_github_checks_out_for_a_pull_request(
    installation: Installation, repo: GitRepository, tmp_path: Path
) -> None:
    repo.commit({"overlays/o.yaml": "eventType: one\nappConfig: {my.o: theirs}\n"})
    repo("checkout", "--quiet", "-b", "feature", "HEAD~1")
    repo.commit({"persisters/b.yaml": "eventType: three\n"})
    repo("checkout", "--quiet", "-b", "merged", "main")
    repo("merge", "--quiet", "--no-edit", "feature")
    summary = "Diff: 1 added, 2 unchanged."
    installation.folder = repo.clone(tmp_path / "two", "--depth=2", "--branch=merged").folder
    ended = installation.run("diff", "--base", "HEAD^1")
    assert (ended.last_line, "!" in ended.out) == (summary, False)
    clone = repo.clone(tmp_path / "one", "--depth=1", "--branch=merged")
    clone("checkout", "--quiet", "--detach")
    clone("fetch", "--quiet", "--depth=1", "origin", "main:refs/remotes/origin/main")
    installation.folder = clone.folder
    ended = installation.run("diff", "--base", "origin/main")
    assert ended.last_line == summary
    assert "to find the merge base of this branch and origin/main, so the base is origin/main itself;" in ended.out
    clone("fetch", "--quiet", "--deepen=50")
    ended = installation.run("diff", "--base", "origin/main")
    assert (ended.last_line, "!" in ended.out) == (summary, False)


def test_no_commit_in_common(installation: Installation, repo: GitRepository) -> None:
    repo("checkout", "--quiet", "--orphan", "other")
    repo.commit({"persisters/b.yaml": "eventType: three\n"})
    ended = installation.run("diff", "--base", "main")
    assert "\n! main and this branch have no common commit, so the base is main itself\n" in ended.out
    assert ended.last_line == "Diff: 1 added, 2 unchanged."


@pytest.mark.parametrize("base", ["main...HEAD", "main..HEAD", "HEAD~1.."])
def test_a_range_cannot_be_a_base(installation: Installation, repo: GitRepository, base: str) -> None:
    repo.commit()
    ended = installation.run("diff", "--base", base)
    assert ended.code == 1
    assert ended.err.endswith(
        f"error: {base} is a range, not a single revision\n"
        "help: name one revision, such as origin/main; persync compares with its merge base with this branch\n"
    )


@st.composite
def _two_layouts(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, str]]:
    persisters = draw(some.repositories())
    return draw(some.layouts(persisters)), draw(some.layouts(persisters, relaxed=True))


@settings(max_examples=8)
@given(_two_layouts())
def test_no_layout_is_a_change(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    layouts: tuple[dict[str, str], dict[str, str]],
) -> None:
    installation = Installation(Path(mkdtemp(dir=tmp_path)), capsys, monkeypatch)
    repo = GitRepository(installation.folder)
    before, after = layouts
    repo.commit({"persync.yaml": SETTINGS.replace("    overlays: [overlays]\n", ""), **before})
    repo.write(dict.fromkeys(before))
    repo.write(after)
    ended = installation.run("diff", "--detailed-exitcode")
    assert ended.code == 0, (ended.out, ended.err)
