"""Files, links and settings of a pull request lead persync to no file outside of the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import Installation
from tests.git import GitRepository

SECRET = "apiVersion: v1\nclusters: [k8s]\n"


@pytest.fixture
def outside(installation: Installation) -> Path:
    """A file outside of the repository; the configuration is a folder of the repository."""
    installation.serve({"persisters": [{"eventType": "one"}]})
    repository = installation.folder / "repo"
    installation.folder = repository / "conf"
    assert installation.server is not None
    installation.settings(url=installation.server.url)
    installation.write("persisters/one.yaml", "eventType: one\n")
    GitRepository(repository).commit({"shared/two.yaml": "eventType: two\n"})
    file = repository.parent / "kube.yaml"
    file.write_text(SECRET, encoding="utf-8")
    return file


@pytest.mark.usefixtures("outside")
def test_a_link_in_the_repository_is_followed(installation: Installation) -> None:
    (installation.folder / "persisters/two.yaml").symlink_to("../../shared/two.yaml")
    ended = installation.run("validate")
    assert (ended.code, ended.out) == (0, "Validate: 2 persisters, no findings.\n")


@pytest.mark.parametrize("command", [["validate"], ["plan"], ["diff"], ["fmt"], ["apply", "--auto-approve"]])
@pytest.mark.parametrize("relative", [True, False])
def test_a_link_to_a_file_elsewhere(
    installation: Installation, outside: Path, command: list[str], relative: bool
) -> None:
    link = installation.folder / "persisters/link.yaml"
    link.symlink_to("../../../kube.yaml" if relative else outside)
    ended = installation.run(*command)
    shown = ended.out + ended.err
    message = (
        f"persisters/link.yaml:1:1: error: cannot be read: it leads to {outside}, outside of {outside.parent}/repo"
        " [unreadable-file]\n"
    )
    assert (ended.code, message in shown, "clusters" in shown) == (1, True, False)
    assert outside.read_text(encoding="utf-8") == SECRET
    assert installation.writes() == []


def test_fmt_of_a_folder_with_such_a_link(installation: Installation, outside: Path) -> None:
    outside.write_text("state:   RUNNING\neventType: a\n", encoding="utf-8")
    (installation.folder / "persisters/link.yaml").symlink_to(outside)
    assert installation.run("fmt", "persisters").code == 1
    assert outside.read_text(encoding="utf-8") == "state:   RUNNING\neventType: a\n"


@pytest.mark.parametrize(
    "entry", ["OUTSIDE", "../..", "../../kube.yaml", "../../*.yaml", "/", "/e*", "persisters/../../.."]
)
def test_settings_that_name_files_elsewhere(installation: Installation, outside: Path, entry: str) -> None:
    settings = (installation.folder / "persync.yaml").read_text(encoding="utf-8")
    named = entry.replace("OUTSIDE", str(outside))
    installation.write("persync.yaml", f"persisters: ['{named}']\n{settings}")
    for command in ("validate", "plan", "fmt"):
        ended = installation.run(command)
        shown = ended.out + ended.err
        assert (ended.code, "outside-repository" in shown, "clusters" in shown) == (1, True, False)
    assert outside.read_text(encoding="utf-8") == SECRET


def test_persync_yaml_that_is_a_link(installation: Installation, outside: Path) -> None:
    (installation.folder / "persync.yaml").unlink()
    (installation.folder / "persync.yaml").symlink_to(outside)
    ended = installation.run("plan")
    assert (ended.code, ended.out, ended.err) == (
        1,
        "",
        f"error: persync.yaml cannot be read: it leads to {outside}, outside of {outside.parent}/repo\n"
        "help: check the path and its permissions\n",
    )


@pytest.mark.parametrize("file", ["OUTSIDE/made.db", "../../made.db", "link.db"])
def test_the_file_of_the_sandbox(installation: Installation, outside: Path, file: str) -> None:
    (installation.folder / "link.db").symlink_to(outside.parent / "made.db")
    installation.settings(url=f"sandbox:{file.replace('OUTSIDE', str(outside.parent))}")
    ended = installation.run("plan")
    assert (ended.code, ended.err.splitlines()[0]) == (
        1,
        "persync.yaml:5:10: error: the sandbox's file is outside of the repository [outside-repository]",
    )
    assert not (outside.parent / "made.db").exists()


def test_the_description_of_the_sandbox(installation: Installation, outside: Path) -> None:
    (installation.folder / "sandbox.yaml").symlink_to(outside)
    installation.settings(url="'sandbox:'")
    ended = installation.run("plan")
    assert (ended.code, ended.err) == (
        1,
        f"error: sandbox.yaml is not read: it leads to {outside}, outside of {outside.parent}/repo\n"
        "help: keep the description of the sandbox inside of the repository\n",
    )
