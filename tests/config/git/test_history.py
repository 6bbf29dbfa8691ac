"""The configuration in older commits, and in the commits of another branch."""

from __future__ import annotations

from pathlib import Path

from persync.config.git.cli import Git
from persync.config.git.history import History
from persync.model import PersisterId, Section
from tests.git import GitRepository

from .conftest import OVERLAY, SETTINGS, revision_at

A = PersisterId("global", "a", "pg")


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
