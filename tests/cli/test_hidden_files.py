"""Folders that cannot be read: what they configure must not seem not to be configured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import Installation
from tests.git import GitRepository
from tests.unprivileged import folder_for_everybody, unprivileged

FILES = {
    "persync.yaml": "version: 1\nenvironments: {test: {url: 'sandbox:', overlays: [overlays/test]}}\n",
    "persisters/a.yaml": "eventType: a\nappConfig: {my.x: 1}\n",
    "persisters/sub/b.yaml": "eventType: b\n",
    "overlays/test/a.yaml": "eventType: a\nappConfig: {my.x: 2}\n",
}
SEARCHABLE, UNSEARCHABLE = 0o311, 0o644
"""Modes in which nobody can list a folder, or open what is in it."""


@pytest.fixture
def open_installation(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Installation, GitRepository]]:
    with folder_for_everybody() as folder:
        repo = GitRepository(folder)
        repo.commit(FILES)
        trusted = folder / ".git/trusted"
        trusted.write_text(f"[safe]\ndirectory = {folder}\n", encoding="utf-8")
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(trusted))
        yield Installation(folder, capsys, monkeypatch), repo
        monkeypatch.undo()


def denied(path: str, what: str = "the folder cannot be read", rule: str = "unreadable-folder") -> str:
    hint = "    help: check its permissions and its owner\n" if rule == "unreadable-folder" else ""
    return f"{path}:1:1: error: {what}: Permission denied [{rule}]\n{hint}"


@pytest.mark.parametrize(
    ("pattern", "folder", "mode", "expected"),
    [
        ("overlays/test", "overlays/test", SEARCHABLE, denied("overlays/test")),
        ("overlays/test", "overlays/test", 0, denied("overlays/test")),
        ("overlays/test", "overlays", UNSEARCHABLE, denied("overlays/test")),
        ("overlays/*/*.yaml", "overlays/test", SEARCHABLE, denied("overlays/test")),
        ("overlays/*/*.yaml", "overlays", SEARCHABLE, denied("overlays")),
        ("overlays/*/a.yaml", "overlays/test", 0, denied("overlays/test/a.yaml")),
        ("overlays/**", "overlays/test", SEARCHABLE, denied("overlays/test")),
        ("overlays/test", "persisters/sub", SEARCHABLE, denied("persisters/sub")),
        ("overlays/test", "persisters", SEARCHABLE, denied("persisters")),
        (
            "overlays/test",
            "persisters/sub",
            UNSEARCHABLE,
            denied("persisters/sub/b.yaml", "cannot be read", "unreadable-file"),
        ),
    ],
)
def test_a_folder_that_cannot_be_read(
    open_installation: tuple[Installation, GitRepository], pattern: str, folder: str, mode: int, expected: str
) -> None:
    installation, _ = open_installation
    installation.write("persync.yaml", FILES["persync.yaml"].replace("overlays/test", f"'{pattern}'"))
    Path(installation.folder, folder).chmod(mode)
    with unprivileged():
        ended = installation.run("validate")
        plan, formatted = installation.run("plan"), installation.run("fmt", "--check")
    assert (ended.code, ended.out.rpartition("Validate: ")[0]) == (1, expected)
    assert (plan.code, plan.out) == (1, "")
    assert expected.partition("\n")[0].partition(": error: ")[0] in formatted.err
    assert formatted.code == 1


def test_what_cannot_be_read_is_not_removed(open_installation: tuple[Installation, GitRepository]) -> None:
    installation, repo = open_installation
    with unprivileged():
        assert installation.run("validate").code == 0  # else the next assertion would show nothing
    (installation.folder / "persisters/sub").chmod(SEARCHABLE)
    repo("config", "--local", "core.fileMode", "false")
    with unprivileged():
        ended = installation.run("diff", "--base", "HEAD")
    assert (ended.code, ended.out) == (1, "")


def test_settings_that_cannot_be_reached(open_installation: tuple[Installation, GitRepository]) -> None:
    installation, _ = open_installation
    (installation.folder / "inner").mkdir(mode=0)
    with unprivileged():
        ended = installation.run("validate", "-C", "inner")
    assert (ended.code, ended.err) == (
        1,
        "error: inner/persync.yaml cannot be read: Permission denied\nhelp: check its permissions\n",
    )
