"""Which repository a folder belongs to, where links are on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from persync.config.boundary import Boundary, repository_of


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Two repositories, and links: within the first, from it to the second, and from elsewhere."""
    for name in ("one/.git", "one/sub", "two/.git", "two/sub", "two/module", "plain/sub"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "two/module/.git").write_text("gitdir: ../.git/modules/module")
    links = {
        "one/inside": "sub",
        "one/other": "../two",
        "one/module": "../two/module",
        "one/other-sub": "../two/sub",
        "to-two": "two",
        "to-sub": "two/sub",
        "plain/to-one": "../one",
    }
    for name, target in links.items():
        (tmp_path / name).symlink_to(target)
    return tmp_path


@pytest.mark.parametrize(
    ("folder", "top"),
    [
        ("one", "one"),
        ("one/sub", "one"),
        ("one/inside", "one"),
        ("one/other", "one"),  # a link in a repository does not lead to another one
        ("one/other/sub", "one"),
        ("one/other-sub", "one"),
        ("one/module", "one"),
        ("one/other/module", "one"),
        ("two/module", "two/module"),
        ("to-two", "two"),
        ("to-two/sub", "two"),
        ("to-two/module", "two/module"),
        ("to-sub", "two"),
        ("plain/to-one/sub", "one"),
        ("one/sub/../../plain", None),
        ("plain/sub", None),
        ("plain/nothing/there", None),
    ],
)
def test_the_repository_of_a_folder(folders: Path, folder: str, top: str | None) -> None:
    named = folders / folder
    assert repository_of(named) == (folders / top if top else None)
    assert Boundary.around(named).top == (folders / top if top else named.resolve())
