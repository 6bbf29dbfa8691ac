"""Reading the configuration at a revision from git objects, without changes to the working tree or the index."""

from __future__ import annotations

from pathlib import Path

import pytest

from persync.config.git.revision import errors_of
from persync.config.load import Configuration
from persync.config.process import Unfailing
from persync.model import Section
from tests.git import GitRepository

from .conftest import OVERLAY, SETTINGS, revision_at, state_of


def load_at(repo: GitRepository, name: str = "HEAD", folder: str = "") -> Configuration:
    with revision_at(repo, name, folder) as revision:
        return revision.configuration()


def texts(repository: Configuration) -> dict[str, dict[str, str]]:
    return {
        str(one.id): {prop.key.source: prop.text for prop in one.properties[Section.APP]}
        for one in repository.persisters
    }


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
