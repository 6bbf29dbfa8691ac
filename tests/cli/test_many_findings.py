"""A file with more findings than are shown: all of them decide, and errors are shown before warnings."""

from __future__ import annotations

import pytest

from tests.command_line import Installation
from tests.git import GitRepository

MORE = "more-findings"
UNSET = "\n".join(f"  my.k{number}: ${{{{ env.NOT_SET }}}}" for number in range(250))


def test_errors_are_not_hidden_behind_the_uses_of_a_variable(installation: Installation) -> None:
    installation.settings(url="'sandbox:'")
    installation.write("persisters/a.yaml", f"eventType: a\nappConfig:\n{UNSET}\n  eventstore.batchSize: many\n")
    for command in ("validate", "plan"):
        ended = installation.run(command)
        shown = ended.out + ended.err
        assert (ended.code, MORE in shown, "batchSize" in shown) == (1, False, True)
        assert "250 values need it" in shown or command == "validate"


def test_many_variables_that_are_not_set_are_warnings_of_validate(installation: Installation) -> None:
    installation.settings(url="'sandbox:'")
    lines = "".join(f"  my.k{number}: ${{{{ env.NOT_SET_{number} }}}}\n" for number in range(201))
    installation.write("persisters/a.yaml", f"eventType: a\nappConfig:\n{lines}")
    ended = installation.run("validate")
    assert (ended.code, ended.last_line) == (0, "Validate: 1 persister, 201 warnings.")
    assert ": warning: 1 more warning in this file [more-findings]\n" in ended.out
    assert installation.run("validate", "--strict").code == 1
    ended = installation.run("plan")
    assert ended.err.splitlines()[-1] == "error: 201 errors in the configuration; nothing was sent"
    assert ": error: 1 more error in this file [more-findings]\n" in ended.err


def test_many_harmless_findings_in_the_base(installation: Installation, repo: GitRepository) -> None:
    """An overlay for a persister that the base does not have changes nothing there."""
    settings = "version: 1\nenvironments: {test: {url: 'sandbox:', overlays: [overlays]}}\n"
    overlays = "---\n".join(f"eventType: e{number}\nappConfig: {{my.x: 1}}\n" for number in range(250))
    persisters = "---\n".join(f"eventType: e{number}\n" for number in range(250))
    base = {"persync.yaml": settings, "persisters/a.yaml": "eventType: a\n", "overlays/all.yaml": overlays}
    repo.commit(base)
    repo.write({"persisters/all.yaml": persisters})
    ended = installation.run("diff", "--base", "HEAD")
    assert (ended.code, "has errors" in ended.out + ended.err) == (0, False)
    assert ended.last_line == "Diff: 250 added, 1 unchanged."


@pytest.fixture
def repo(installation: Installation) -> GitRepository:
    return GitRepository(installation.folder)
