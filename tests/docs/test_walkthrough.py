"""What the pages show works as it is, for a reader who follows them literally."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import Installation
from tests.docs.walkthrough import Step, blocks_of, follow
from tests.git import GitRepository

PAGES = ("getting-started.md", "overlays-and-variables.md", "promotion.md", "moving.md", "render-and-explain.md")


def test_the_files_of_the_page_about_files_are_valid(installation: Installation) -> None:
    installation.settings(url="https://harvester.example.com")
    for block in blocks_of("files.md"):
        if block.title:
            installation.write(block.title, block.content)
    assert installation.run("validate").out == "Validate: 4 persisters, no findings.\n"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The environment of a reader who has a name in git and a repository on GitHub."""
    origin = tmp_path / "origin.git"
    GitRepository(tmp_path, init=False)("init", "--quiet", "--bare", str(origin))
    git = {
        "user.name": "Reader",
        "user.email": "reader@example.com",
        f"url.{origin}.insteadOf": "https://github.com/OWNER/persisters.git",
    }
    pairs: dict[str, str] = {}
    for index, (key, value) in enumerate(git.items()):
        pairs |= {f"GIT_CONFIG_KEY_{index}": key, f"GIT_CONFIG_VALUE_{index}": value}
    own = {"HOME": str(tmp_path), "LANG": "C.UTF-8"}
    return {**own, "GIT_CONFIG_COUNT": str(len(git)), **pairs}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_its_commands_do(page: str, tmp_path: Path, environ: dict[str, str]) -> None:
    folder = tmp_path / "reader"
    folder.mkdir()
    steps: list[Step] = follow(page, folder, environ)
    assert steps
    assert [step for step in steps if not step.is_as_shown] == []
