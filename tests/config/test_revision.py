"""Reading the configuration at a revision from git objects, without changes to the working tree or the index."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from persync.config.files import WORKING_TREE, Unreadable
from persync.config.git.cli import Git, commit_of
from persync.config.git.history import History
from persync.config.git.revision import Revision, errors_of
from persync.config.git.tree import GitTree
from persync.config.load import Configuration
from persync.config.settings import load_settings
from persync.config.variables import Unfailing
from persync.config.yaml.reader import MOST_BYTES
from persync.errors import ConfigError
from persync.model import PersisterId, Section
from tests.git import GitRepository

SETTINGS = "version: 1\nenvironments: {test: {url: 'sandbox:', overlays: [overlays/test], variables: {v: one}}}\n"
OVERLAY = {"overlays/test/o.yaml": "eventType: a\nappConfig: {my.o: laid over}\n"}
A, B = PersisterId("global", "a", "pg"), PersisterId("global", "b", "pg")


@pytest.fixture
def repo(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path / "repo")


@contextmanager
def tree_at(repo: GitRepository, revision: str = "HEAD", folder: str = "") -> Iterator[GitTree]:
    git = Git(repo.folder / folder)
    with git.objects() as objects:
        yield GitTree(git, objects, git.commit(revision))


@contextmanager
def revision_at(repo: GitRepository, name: str = "HEAD", folder: str = "") -> Iterator[Revision]:
    found = load_settings(repo.folder / folder / "persync.yaml")
    environment = found.environment("test", {})
    git = Git(found.root)
    with git.objects() as objects:
        yield Revision(git, objects, git.commit(name), found, environment, {"SET": "set"})


def load_at(repo: GitRepository, name: str = "HEAD", folder: str = "") -> Configuration:
    with revision_at(repo, name, folder) as revision:
        return revision.configuration()


def texts(repository: Configuration) -> dict[str, dict[str, str]]:
    return {
        str(one.id): {prop.key.source: prop.text for prop in one.properties[Section.APP]}
        for one in repository.persisters
    }


def state_of(repo: GitRepository) -> tuple[object, ...]:
    """Return what reading must not change."""
    files = sorted(path for path in repo.folder.rglob("*") if "objects" not in path.parts)
    return tuple((path, path.lstat().st_mtime_ns, path.lstat().st_size) for path in files)


@pytest.mark.parametrize("folder", ["", "sub/folder", "with [a-b]* inside"])
def test_the_configuration_at_a_revision(repo: GitRepository, folder: str) -> None:
    before = {
        "persync.yaml": SETTINGS.replace("version: 1\n", "version: 1\ndefaults: {appConfig: {my.d: default}}\n"),
        "persisters/a.yaml": "eventType: a\nappConfig: {my.v: '${{ vars.v }}', my.s: '${{ env.SET }}'}\n",
        "persisters/deep/er/b.yml": "eventType: b\nappConfig: {my.u: '${{ secret.UNSET }}'}\n",
        **OVERLAY,
    }
    at = Path(folder)
    repo.commit({str(at / name): text for name, text in before.items()})
    now = {"persync.yaml": SETTINGS.replace("one", "two"), "persisters/a.yaml": None, "persisters/c.yaml": "{"}
    repo.write({str(at / name): text for name, text in now.items()})
    untouched = state_of(repo)
    found = load_at(repo, folder=folder)
    assert state_of(repo) == untouched
    assert found.findings == ()
    assert texts(found) == {
        "global/a": {"my.d": "default", "my.v": "one", "my.s": "set", "my.o": "laid over"},
        "global/b": {"my.d": "default", "my.u": "${{ env.UNSET }}"},
    }
    assert [prop.sensitive for prop in found.persisters[1].properties[Section.APP]] == [False, True]


def test_a_revision_without_settings_or_environment_or_with_errors(repo: GitRepository) -> None:
    repo.commit({"persync.yaml": "version: 1\nenvironments: {other: {url: 'sandbox:', sensitive: [x]}}\n"})
    repo.commit({"persync.yaml": "version: [", **OVERLAY})
    repo.commit({"persync.yaml": None})
    repo.commit({"persync.yaml": SETTINGS, "persisters/a.yaml": "eventType: a\n", "persisters/b.yaml": "{"})
    nothing = load_at(repo, "HEAD~1")
    assert (nothing.persisters, [finding.rule for finding in nothing.findings]) == ((), ["no-settings"])
    assert [finding.rule for finding in errors_of(load_at(repo, "HEAD~2"))] == ["yaml-syntax"]
    no_environment = load_at(repo, "HEAD~3")
    assert (no_environment.persisters, [finding.rule for finding in no_environment.findings]) == (
        (),
        ["unknown-environment"],
    )
    broken = load_at(repo)
    assert [str(one.id) for one in broken.persisters] == ["global/a"]
    assert [str(finding.span) for finding in errors_of(broken)] == ["persisters/b.yaml:1:2"] or errors_of(broken)
    for name in ("HEAD~1", "HEAD~2", "HEAD~3"):
        with revision_at(repo, name) as revision:
            assert revision.sensitive() == ()


def test_the_sensitive_keys_of_a_revision(repo: GitRepository) -> None:
    repo.commit({"persync.yaml": SETTINGS.replace("url:", "sensitive: [mine], url:")})
    repo.write({"persync.yaml": SETTINGS})
    with revision_at(repo) as revision:
        assert revision.sensitive() == ("mine",)


def test_links_submodules_and_files_outside_of_the_repository(repo: GitRepository, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/o.yaml").write_text("outside")
    other = GitRepository(tmp_path / "other")
    other.commit({"s.yaml": "eventType: s\n"})
    repo.commit({"real/f.yaml": "real", "sub/x.yaml": "x", "big.yaml": " " * (MOST_BYTES + 9)})
    links = {
        "sub/file.yaml": "../real/f.yaml",
        "sub/folder": "../real",
        "sub/folder.yaml": "../real",
        "sub/dangling.yaml": "nowhere.yaml",
        "sub/round.yaml": "round.yaml",
        "sub/out.yaml": "../../outside/o.yaml",
        "sub/out": "../../outside",
        "sub/absolute.yaml": str(tmp_path / "outside/o.yaml"),
    }
    for name, target in links.items():
        (repo.folder / name).symlink_to(target)
    repo("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other.folder.as_uri(), "sub/module")
    repo.commit()
    root = repo.folder / "sub"
    with tree_at(repo, folder="sub") as tree:
        for name in ("file.yaml", "folder/f.yaml", "x.yaml", "out.yaml", "absolute.yaml", "../big.yaml"):
            assert tree.read(root / name) == WORKING_TREE.read(root / name), name
            assert tree.resolve(root / name) == WORKING_TREE.resolve(root / name), name
        assert tree.read(root / "module/s.yaml") == Unreadable(
            "it is a submodule: its files are not in this repository"
        )
        for name in ("dangling.yaml", "round.yaml", "x.yaml/below", "folder.yaml", "."):
            assert isinstance(tree.read(root / name), Unreadable), name
        assert tree.resolve(root / "nothing") == root / "nothing"
        assert tree.resolve(root / "../..") == repo.folder.parent
        files = tree.yaml_files(root, "../sub") or []
        assert sorted(file.name for file in files) == [
            "absolute.yaml",
            "dangling.yaml",
            "file.yaml",
            "module",
            "out.yaml",
            "round.yaml",
            "x.yaml",
        ]
        assert tree.yaml_files(root, str(tmp_path / "outside")) == [tmp_path / "outside/o.yaml"]
        for pattern in (
            *("nothing", "nothing/", "dangling.yaml", "round.yaml", "file.yaml", "folder", "folder/*", "*/f.yaml"),
            *("**/f.yaml", "**/*.yaml", "**", "*/**", "../**/f*", "out", "out/*", "out/.", "*/o.yaml", "**/[o]*"),
            *("OUTSIDE", "OUTSIDE/*", "OUTSIDE/o.yaml", "OUTSIDE/[n]*", "OUTSIDE/nothing", "../../outside/*.yaml"),
            *("REPO/real", "REPO/real/*.yaml", "REPO/re*/f.yaml", "REPO/sub/out/*", "/nothing/*", "../../out*"),
        ):
            shown = pattern.replace("OUTSIDE", str(tmp_path / "outside")).replace("REPO", str(repo.folder))
            found, expected = (
                # git has no files of a submodule, which is checked out here
                [file for file in source.yaml_files(root, shown) or () if "module" not in file.parts]
                for source in (tree, WORKING_TREE)
            )
            assert found == expected, pattern


_NAMES = ("a.yaml", "b.yml", "c.txt", ".h.yaml")
_FOLDERS = ("", "d/", "e.yaml/", "[x]/", ".g/", "d/d/", "d/.g/", "d/e.yaml/d/")
_patterns = st.lists(
    st.sampled_from(
        ["*", "**", "*.yaml", "?", "[de]*", "[[]x]", ".*", ".g", "d", "link", "a.yaml", "nothing", ".", ""]
    ),
    min_size=1,
    max_size=4,
).map("/".join)


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> GitRepository:
    repo = GitRepository(tmp_path_factory.mktemp("rich"))
    repo.write({f"in/{folder}{name}": "x" for folder in _FOLDERS for name in _NAMES})
    for name, target in {"in/link": "d/d", "in/d/l.yaml": "../a.yaml", "in/d/d/up": "../e.yaml/d"}.items():
        (repo.folder / name).symlink_to(target)
    repo.commit()
    return repo


@settings(max_examples=100)
@given(_patterns.filter(lambda pattern: not pattern.startswith("/")))
def test_globs_match_the_same_files_in_git_and_in_the_working_tree(rich: GitRepository, pattern: str) -> None:
    root = rich.folder / "in"
    # the glob module of Python 3.11 returns matches for nothing/** and file/** too
    assume(not re.search(r"(a\.yaml|nothing)/", pattern))
    found = WORKING_TREE.yaml_files(root, pattern)
    assume(all(file.is_file() for file in found or ()))
    with tree_at(rich) as tree:
        assert tree.yaml_files(root, pattern) == found


def test_links_in_a_circle(repo: GitRepository) -> None:
    repo.write({"a/a.yaml": "x", "b/b.yaml": "x"})
    for name, target in {"a/to-b": "../b", "b/to-a": "../a", "a/here": "."}.items():
        (repo.folder / name).symlink_to(target)
    repo.commit()
    with tree_at(repo) as tree:
        found = tree.yaml_files(repo.folder, "**/*.yaml") or []
        assert {tree.resolve(file) for file in found} == {repo.folder / "a/a.yaml", repo.folder / "b/b.yaml"}
        assert (len(found), found) == (8, sorted(found))


def test_older_commits_that_changed_the_folder(repo: GitRepository) -> None:
    def configure(a: str, b: str = "b") -> dict[str, str | None]:
        return {
            "sub/persisters/a.yaml": f"eventType: a\nappConfig: {{my.a: '{a}'}}\n",
            "sub/persisters/b.yaml": f"eventType: b\nappConfig: {{my.b: '{b}'}}\n",
        }

    overlay = {f"sub/{name}": text for name, text in OVERLAY.items()}
    repo.commit({"sub/persync.yaml": SETTINGS, "sub/persisters/b.yaml": "eventType: b\n", **overlay})
    repo.commit({"sub/persync.yaml": "version: ["})
    repo.commit({"sub/persync.yaml": SETTINGS, **configure("1"), "sub/persisters/c.yaml": "eventType: c\nappConfig: {"})
    repo.commit({"sub/persisters/c.yaml": None, "sub/persisters/a.yaml": None, "sub/persisters/moved.yaml": "{}"})
    repo.commit({"sub/persisters/moved.yaml": None, **configure("2")})
    repo.commit(configure("3", "other"))
    repo.commit({"elsewhere": "x"})
    with revision_at(repo, folder="sub") as revision:
        base = {one.id: one for one in revision.configuration().persisters}
        assert not History(revision).is_cut_off()
        older = list(History(revision).older([base[A]]))
    seen = [
        {str(name): None if one is None else one.properties[Section.APP] for name, one in by.items()} for by in older
    ]
    shown = [
        {name: props if props is None else [prop.text for prop in props] for name, props in by.items()} for by in seen
    ]
    assert shown[0] == {"global/a": ["2", "laid over"]}
    assert shown[1].get("global/a", "unknown") == "unknown"  # '{}' has errors, so the persister may be in that file
    assert shown[2].get("global/a") == ["1", "laid over"]
    assert shown[3] == {}
    assert shown[4] == {"global/a": None}


def test_an_older_commit_yields_only_the_persisters_that_differ(repo: GitRepository) -> None:
    one, two = ("eventType: a\nappConfig: {my.a: '1'}\n", "eventType: b\nappConfig: {my.b: '1'}\n")
    defaults = SETTINGS.replace("version: 1\n", "version: 1\ndefaults: {appConfig: {my.d: '1'}}\n")
    commits: list[dict[str, str | None]] = [
        {"persync.yaml": None, "persisters/a.yaml": one, "persisters/b.yaml": two, **OVERLAY},
        {"persync.yaml": SETTINGS.replace("test:", "other:")},
        {"persync.yaml": defaults},
        {"persync.yaml": SETTINGS},
        {"overlays/test/o.yaml": ""},
        {"persisters/b.yaml": two.replace("1", "2")},
        {"persisters/c.yaml": "eventType: c\n"},
        {"persisters/b.yaml": None, "persisters/c.yaml": "eventType: c\n---\n" + two},
        {"persisters/d.yaml": "eventType: d\nstate: RUNNING\n"},
        {"persisters/d.yaml": "eventType: d\n", "persisters/a.yaml": one + "# touched\n"},
    ]
    repo.write({"persync.yaml": ""})
    for files in commits:
        repo.commit(files)
    with revision_at(repo) as revision:
        persisters = revision.configuration().persisters
        found = [
            {
                name.event_type: persister
                and {prop.key.source: prop.text for prop in persister.properties[Section.APP]}
                for name, persister in by_id.items()
            }
            for by_id in History(revision).older(persisters)
        ]
    assert found == [
        {"a": {"my.a": "1"}, "d": {}},
        {"d": None},
        {"b": {"my.b": "2"}, "c": {}},
        {"c": None},
        {"b": {"my.b": "1"}},
        {"a": {"my.a": "1", "my.o": "laid over"}, "b": {"my.b": "1"}, "c": None, "d": None},
        {
            "a": {"my.d": "1", "my.a": "1", "my.o": "laid over"},
            "b": {"my.d": "1", "my.b": "1"},
            "c": None,
            "d": None,
        },
        {"a": None, "b": None, "c": None, "d": None},
        {"a": None, "b": None, "c": None, "d": None},
    ]


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


def test_the_history_of_a_shallow_clone_is_cut_off(repo: GitRepository, tmp_path: Path) -> None:
    repo.commit({"persync.yaml": SETTINGS})
    repo.commit({"persisters/a.yaml": "eventType: a\nappVersion: 1\n"})
    for depth, is_cut_off in (("--depth=1", True), ("--no-tags", False)):
        clone = repo.clone(tmp_path / depth, depth)
        with revision_at(clone) as revision:
            assert History(revision).is_cut_off() is is_cut_off
            persisters = revision.configuration().persisters
            assert [str(one.id) for one in persisters] == ["global/a"]
            assert len(list(History(revision).older(persisters))) == (0 if is_cut_off else 1)
    repo.commit({"elsewhere": "x"})
    repo.commit({"elsewhere": "y"})
    clone = repo.clone(tmp_path / "deeper", "--depth=3")
    with revision_at(clone) as revision:
        assert History(revision).is_cut_off()
    assert not Git(repo.folder).is_shallow()


def test_a_shallow_clone_that_has_the_whole_history_of_the_configuration(repo: GitRepository, tmp_path: Path) -> None:
    repo.commit({"README.md": "x"})
    repo.commit({"README.md": "y"})
    repo.commit({"sub/persync.yaml": SETTINGS, "sub/persisters/a.yaml": "eventType: a\n"})
    repo.commit({"sub/persisters/a.yaml": "eventType: a\nappVersion: 1\n"})
    clone = repo.clone(tmp_path / "clone", "--depth=3")
    with revision_at(clone, folder="sub") as revision:
        assert (revision.git.is_shallow(), History(revision).is_cut_off()) == (True, False)
    # here only the history of the other branch is cut off
    repo("checkout", "--quiet", "-b", "other")
    for number in range(3):
        repo.commit({"README.md": f"{number}"})
    clone = repo.clone(tmp_path / "other", "--depth=2", "--branch=other")
    clone("fetch", "--quiet", "--depth=9", "origin", "main:refs/remotes/origin/main")
    with revision_at(clone, "origin/main", folder="sub") as revision:
        assert (revision.git.is_shallow(), History(revision).is_cut_off()) == (True, False)


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


def test_the_configuration_in_commits_that_are_not_in_this_branch(repo: GitRepository) -> None:
    def version(number: int) -> dict[str, str | None]:
        return {"persisters/a.yaml": f"eventType: a\nappVersion: {number}\n"}

    repo.commit({"persync.yaml": SETTINGS, **version(1), "persisters/b.yaml": "eventType: b\n", **OVERLAY})
    repo("branch", "feature")
    for number in (2, 3):
        repo.commit(version(number))
    repo.commit({"persisters/b.yaml": None})
    repo("checkout", "--quiet", "feature")
    with revision_at(repo) as here, revision_at(repo, "main") as revision:
        found = list(History(revision, exclude="HEAD").newest_first(here.configuration().persisters))
    versions = [{str(name): one.app_version.text for name, one in by.items() if one.app_version} for by in found]
    # b, which they do not have, is not among the results
    assert versions == [{"global/a": "3"}, {}, {"global/a": "2"}]


def test_persisters_that_no_error_affects(repo: GitRepository) -> None:
    def complete() -> list[str]:
        with revision_at(repo) as revision:
            return [str(one.id) for one in revision.complete_persisters(revision.configuration())]

    repo.commit(
        {"persync.yaml": SETTINGS, "persisters/a.yaml": "eventType: a\n", "persisters/b.yaml": "eventType: b\n"}
    )
    assert complete() == ["global/a", "global/b"]  # the missing folder of overlays affects no persister
    repo.commit({"persisters/b.yaml": "eventType: b\nstate: x\n", **OVERLAY})
    assert complete() == ["global/a"]
    repo.commit({"persisters/b.yaml": "eventType: b\n", "overlays/test/o.yaml": "eventType: a\nstate: x\n"})
    assert complete() == []
    repo.commit({"overlays/test/o.yaml": "eventType: elsewhere\n"})
    assert complete() == ["global/a", "global/b"]  # an overlay without a persister affects no persister
    repo.commit({"persync.yaml": "version: ["})
    repo.write({"persync.yaml": SETTINGS})
    assert complete() == []


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


def test_objects_that_are_missing(repo: GitRepository) -> None:
    commit = repo.commit({"persync.yaml": SETTINGS, "a/b.yaml": "x"})
    blob = repo("rev-parse", f"{commit}:a/b.yaml")
    (repo.folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with tree_at(repo) as tree:
        assert tree.read(repo.folder / "a/b.yaml") == Unreadable("its content is missing in this clone")
        shutil.rmtree(repo.folder / ".git/objects")
        assert isinstance(tree.read(repo.folder / "persync.yaml"), (bytes, Unreadable))


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
    monkeypatch.setattr("persync.config.git.cli._STATUS_TIMEOUT", 0)
    assert commit_of(repo.folder) is None


def test_variables_of_a_git_hook_are_ignored(repo: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = repo.commit({"sub/persync.yaml": SETTINGS})
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", os.devnull)
    assert commit_of(repo.folder / "sub") == commit
    assert Git(repo.folder / "sub").prefix == "sub/"


def test_a_repository_with_sha256_ids(tmp_path: Path) -> None:
    repo = GitRepository.__new__(GitRepository)
    repo.folder = tmp_path
    repo("init", "--quiet", "--object-format=sha256", ".")
    repo.commit({"persync.yaml": SETTINGS, "persisters/a.yaml": "eventType: a\nappVersion: 1\n", **OVERLAY})
    assert texts(load_at(repo)) == {"global/a": {"my.o": "laid over"}}


def test_references_to_unset_variables_are_kept() -> None:
    environ = Unfailing({"A": "", "B": "b"})
    assert (environ["A"], environ.get("B"), environ.get("C"), dict(environ), len(environ)) == (
        "${{ env.A }}",
        "b",
        "${{ env.C }}",
        {"A": "${{ env.A }}", "B": "b"},
        2,
    )
