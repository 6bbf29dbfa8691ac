from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from persync.config.git.cli import Git
from persync.config.git.revision import Revision
from persync.config.settings import load_settings
from tests.git import GitRepository

SETTINGS = "version: 1\nenvironments: {test: {url: 'sandbox:', overlays: [overlays/test], variables: {v: one}}}\n"
OVERLAY = {"overlays/test/o.yaml": "eventType: a\nappConfig: {my.o: laid over}\n"}


@pytest.fixture
def repo(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path / "repo")


@contextmanager
def revision_at(repo: GitRepository, name: str = "HEAD", folder: str = "") -> Iterator[Revision]:
    found = load_settings(repo.folder / folder / "persync.yaml")
    environment = found.environment("test", {})
    git = Git(found.root)
    with git.objects() as objects:
        yield Revision(git, objects, git.commit(name), found, environment, {"SET": "set"})


def state_of(repo: GitRepository) -> tuple[object, ...]:
    """Return what reading must not change."""
    files = sorted(path for path in repo.folder.rglob("*") if "objects" not in path.parts)
    return tuple((path, path.lstat().st_mtime_ns, path.lstat().st_size) for path in files)
