"""Paths in the reports for machines: relative to the top of the repository, wherever persync is started."""

import json
import re

import pytest

from tests.command_line import Installation
from tests.git import GitRepository

REPORTS = ("github", "sarif", "junit", "gitlab-codequality")
_FILES = re.compile(r'(?: file=|"uri": "|"path": "| file=")([^",]+)')
FILE = "eventType: one\nstate: RUNNING\nappConfig: {eventstore.batchSize: 500}\n"


@pytest.fixture
def repository(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """The folder of the configuration is ``deploy/web`` of a git repository."""
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    GitRepository(installation.folder)
    installation.serve({"persisters": [{"eventType": "one", "state": "RUNNING"}]})
    settings = (installation.folder / "persync.yaml").read_text(encoding="utf-8")
    installation.write("deploy/web/persync.yaml", settings)
    (installation.folder / "persync.yaml").unlink()
    installation.write("deploy/web/persisters/one.yaml", FILE)
    return installation


def files(text: str) -> set[str]:
    return set(_FILES.findall(text))


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize(
    ("folder", "arguments"), [("", ("-C", "deploy/web")), ("deploy/web", ()), ("deploy/web/persisters", ("-C", ".."))]
)
def test_any_folder(repository: Installation, report: str, folder: str, arguments: tuple[str, ...]) -> None:
    top = repository.folder
    repository.folder = top / folder
    expected = {"deploy/web/persisters/one.yaml"}
    assert files(repository.run("plan", *arguments, "--report", report).out) == expected
    (top / "deploy/web/persisters/two.yaml").write_text("eventType: two\nfoo: 1\n", encoding="utf-8")
    assert files(repository.run("validate", *arguments, "--report", report).out) == {"deploy/web/persisters/two.yaml"}


@pytest.mark.parametrize("report", REPORTS)
def test_the_result_of_an_apply(repository: Installation, report: str) -> None:
    assert repository.server is not None
    repository.folder /= "deploy/web"
    repository.server.set_faults([{"kind": "refuse"}])
    ended = repository.run("apply", "--auto-approve", "--report", report)
    assert (ended.code, files(ended.out)) == (1, {"deploy/web/persisters/one.yaml"})


def test_text_and_json_name_what_the_user_sees(repository: Installation) -> None:
    repository.folder /= "deploy/web"
    assert "persisters/one.yaml:1" in repository.run("plan").out
    document = json.loads(repository.run("plan", "--report", "json").out)
    assert document["persisters"][0]["span"]["file"] == "persisters/one.yaml"
    repository.run("plan", "--out", "plan.persync")
    assert files(repository.run("show", "plan.persync", "--report", "sarif").out) == {"deploy/web/persisters/one.yaml"}
