"""validate without a chosen environment."""

import json

import pytest

from persync.config.findings import in_environments
from persync.errors import Finding, Severity
from persync.model import Span
from tests.command_line import Ended, Installation

SETTINGS = """\
version: 1
defaultEnvironment: dev
environments:
  dev: {url: 'sandbox:', variables: {size: '500'}}
  staging: {url: 'sandbox:', overlays: [staging], variables: {size: many}}
  production: {url: 'sandbox:', variables: {size: many}}
"""
CLICKS = "eventType: clicks\nappConfig: {eventstore.batchSize: '${{ vars.size }}'}\n"


@pytest.fixture
def repository(installation: Installation) -> Installation:
    installation.write("persync.yaml", SETTINGS)
    installation.write("persisters/clicks.yaml", CLICKS)
    installation.write("persisters/empty.yaml", "# nothing\n")
    installation.write("staging/clicks.yaml", "eventType: click\n")
    return installation


def summary(ended: Ended) -> list[str]:
    """Return the findings, without their reasons and positions in the line, and the last line."""
    return [line.partition(" [")[0] for line in ended.out.splitlines() if not line.startswith(" ")]


def test_all_environments_are_checked(repository: Installation) -> None:
    ended = repository.run("validate")
    assert (ended.code, ended.err) == (1, "checked as each environment has them: dev, staging, production\n")
    lines = summary(ended)
    assert [line.partition(" (in ")[2] for line in lines[:-1]] == ["staging, production)", "", "staging)"]
    assert lines[-1].startswith("Validate: 1 persister, 2 errors, 1 warning")


@pytest.mark.parametrize(
    ("arguments", "environments"),
    [((), ["dev", "staging", "production"]), (("-e", "staging"), ["staging"])],
)
def test_the_document_names_what_was_checked(
    repository: Installation, arguments: tuple[str, ...], environments: list[str]
) -> None:
    document = json.loads(repository.run("validate", "-o", "json", "--report", "json=f.json", *arguments).out)
    assert (document["kind"], document["environments"]) == ("findings", environments)
    assert json.loads((repository.folder / "f.json").read_text(encoding="utf-8")) == document


@pytest.mark.parametrize(("name", "code", "found"), [("dev", 0, 1), ("staging", 1, 3), ("production", 1, 2)])
def test_a_chosen_environment_is_checked_alone(repository: Installation, name: str, code: int, found: int) -> None:
    chosen = repository.run("validate", "-e", name)
    assert (chosen.code, chosen.err, len(summary(chosen)) - 1, "(in " in chosen.out) == (code, "", found, False)
    repository.monkeypatch.setenv("PERSYNC_ENVIRONMENT", name)
    assert repository.run("validate") == chosen


def test_without_an_environment_the_files_are_checked_alone(installation: Installation) -> None:
    installation.write("persync.yaml", "version: 1\n")
    installation.write("persisters/clicks.yaml", "eventType: clicks\n")
    assert installation.run("validate") == Ended(0, "Validate: 1 persister, no findings.\n", "")
    assert json.loads(installation.run("validate", "-o", "json").out)["environments"] == []


@pytest.mark.parametrize(
    ("folders", "found", "else_"),
    [
        ((), "persisters does not exist [missing-file]", "create it"),
        (("persisters",), "persisters has no *.yaml or *.yml file [no-files]", "add one"),
    ],
)
def test_a_repository_without_persisters_is_led_to_import(
    installation: Installation, folders: tuple[str, ...], found: str, else_: str
) -> None:
    installation.write("persync.yaml", "version: 1\nenvironments: {a: {url: 'sandbox:'}}\n")
    for folder in folders:
        (installation.folder / folder).mkdir()
    assert installation.run("plan").err.splitlines()[:2] == [
        f"persync.yaml:1:1: error: {found}",
        f"    help: write them with 'persync import', {else_}, or change persync.yaml",
    ]


def test_overlays_are_not_written_by_an_import(repository: Installation) -> None:
    (repository.folder / "staging/clicks.yaml").unlink()
    assert "    help: add one, or change persync.yaml\n" in repository.run("validate", "-e", "staging").out


def test_findings_of_several_environments() -> None:
    def finding(message: str, line: int, reason: str = "") -> Finding:
        return Finding("rule", Severity.ERROR, message, Span("a.yaml", line, 1), reason)

    everywhere, one, two = finding("a", 3), finding("b", 1), finding("c", 2)
    counted = [finding("d", 4, f"{count} values need it") for count in (2, 3)]
    assert in_environments(
        {"x": [everywhere, one, counted[0]], "y": [two, everywhere, counted[1]], "z": [everywhere, two, counted[1]]}
    ) == (finding("b (in x)", 1), finding("c (in y, z)", 2), everywhere, counted[0])
    assert in_environments({"x": [two, one]}) == (one, two)
    assert in_environments({}) == ()
    unset = {name: finding(f"variable a is not set in environment {name}", 5) for name in "xyz"}
    assert in_environments({name: [each] for name, each in unset.items()}) == (finding("variable a is not set", 5),)
    assert in_environments({"x": [unset["x"]], "y": []}) == (finding("variable a is not set (in x)", 5),)
    assert in_environments({"x": [unset["x"]]}) == (unset["x"],)
