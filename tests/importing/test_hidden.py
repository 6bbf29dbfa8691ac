"""Values that the API hides: no file gets the mask, and the plan after the import is empty all the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.command_line import Installation
from tests.importing.test_live import EQUAL

ONE: dict[str, Any] = {
    "project": "a",
    "eventType": "one",
    "state": "STOPPED",
    "appConfig": {"spring.datasource.password": "hunter2", "eventstore.batchSize": "500"},
    "deployerConfig": {"kubernetes.limits.cpu": "2", "kubernetes.environmentVariables": "A=1,B=***"},
}
NOTES = [
    "warning: a/one: appConfig.spring.datasource.password is listed under ignoreChanges: live shows ******. An update"
    " needs its value in the file",
    "warning: a/one: deployerConfig.kubernetes.environmentVariables is listed under ignoreChanges: live shows ******."
    " An update needs its value in the file",
]
FILE = """\
# yaml-language-server: $schema=../../persister.schema.json
project: a
eventType: one
state: STOPPED
appConfig:
  eventstore:
    batchSize: 500
deployerConfig:
  kubernetes:
    limits:
      cpu: 2
ignoreChanges:
  - appConfig.spring.datasource.password
  - deployerConfig.kubernetes.environmentVariables
"""


@pytest.fixture
def served(installation: Installation) -> Installation:
    installation.serve({"persisters": [ONE], "properties": {"masked": ["*password"]}})
    return installation


def file_of(installation: Installation) -> str:
    return (installation.folder / "persisters/a/one.yaml").read_text()


def test_it_is_listed_under_ignore_changes(served: Installation) -> None:
    ended = served.run("import")
    assert (ended.code, file_of(served)) == (0, FILE), ended.err
    assert [line for line in ended.err.splitlines() if not line.startswith(("read ", "found "))] == [*NOTES, EQUAL]
    assert not (served.folder / ".env.example").exists()


def test_the_globs_of_the_settings_are_kept(served: Installation) -> None:
    path = served.folder / "persync.yaml"
    settings = path.read_text()
    path.write_text(f"{settings}defaults: {{ignoreChanges: ['**.password', '**.cpu']}}\n")
    ended = served.run("import")
    assert ended.code == 0, ended.err
    shown = "  - '**.password'\n  - '**.cpu'\n  - deployerConfig.kubernetes.environmentVariables\n"
    assert file_of(served) == FILE.partition("deployerConfig")[0] + f"ignoreChanges:\n{shown}"


def test_what_the_environment_ignores_is_not_imported(served: Installation) -> None:
    path = served.folder / "persync.yaml"
    path.write_text(
        f"{path.read_text()}    ignoreChanges: [{{persisters: [one], properties: ['deployerConfig.**']}}]\n"
    )
    assert served.run("import").code == 0
    expected = FILE.partition("deployerConfig")[0] + "ignoreChanges:\n  - appConfig.spring.datasource.password\n"
    assert file_of(served) == expected


def test_an_update_leaves_it_as_it_is(served: Installation) -> None:
    text = "project: a\neventType: one\nappConfig: {eventstore.batchSize: 1, spring.datasource.password: '${x}'}\n"
    served.write(
        "persisters/a/one.yaml", f"{text}deployerConfig: {{kubernetes.limits.cpu: 3}}\nignoreChanges: ['**.cpu']\n"
    )
    ended = served.run("import", "--update")
    assert (ended.code, file_of(served)) == (
        1,
        f"{text.replace('batchSize: 1', 'batchSize: 500')}deployerConfig: {{kubernetes.limits.cpu: 3}}\n"
        "ignoreChanges: ['**.cpu']\n",
    )
    assert (
        "warning: a/one: deployerConfig.kubernetes.environmentVariables[A] is left as it is: live shows ******"
        " (list it under ignoreChanges to keep it)"
    ) in ended.err.splitlines()


def test_an_update_does_not_remove_what_is_hidden_in_part(served: Installation) -> None:
    text = "project: a\neventType: one\nappConfig: {eventstore.batchSize: 500, spring.datasource.password: x}\n"
    deployer = "deployerConfig:\n  kubernetes.limits.cpu: 2\n  kubernetes.environmentVariables: A=2,B=x\n"
    served.write("persisters/a/one.yaml", text + deployer)
    ended = served.run("import", "--update")
    assert (ended.code, file_of(served)) == (1, text + deployer), ended.err
