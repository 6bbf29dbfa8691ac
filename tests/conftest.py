from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import Installation


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PERSYNC_TOKEN", "FORCE_COLOR", "NO_COLOR", "CI"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def installation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    """An empty configuration repository; its sandbox ends with the test."""
    made = Installation(tmp_path, capsys, monkeypatch)
    yield made
    if made.server:
        made.server.stop()
