import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ci.github import Comments, serving
from tests.ci.runner import Runner


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the action's first step leaves: persync, installed with pip from this checkout."""
    folder = tmp_path_factory.mktemp("runner")
    files = tmp_path_factory.mktemp("files")
    runner = Runner(folder, folder, files)
    done = runner.step("Install persync")
    assert done.code == 0, done.log
    on_path = folder / "persync/bin"
    assert (files / "path").read_text(encoding="utf-8") == f"{on_path}\n"
    assert [file.name for file in on_path.iterdir()] == ["persync"]
    subprocess.run([on_path / "persync", "--version"], check=True)  # noqa: S603 - our own
    return folder


@pytest.fixture
def runner(installed: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    return Runner(tmp_path, installed, tmp_path_factory.mktemp("files"))


@pytest.fixture
def github() -> Iterator[Comments]:
    with serving() as comments:
        yield comments
