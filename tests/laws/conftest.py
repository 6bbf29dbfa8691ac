"""Laws: what holds for every repository and every live side, tried on some that hypothesis makes up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import Phase

from tests.command_line import Installation

# For examples over HTTP: looking for a smaller one would take minutes. Add Phase.shrink to have it.
UNSHRUNK = (Phase.explicit, Phase.generate)

Install = Callable[[Mapping[str, Any], Mapping[str, str]], AbstractContextManager[Installation]]


@pytest.fixture
def install(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return what makes an installation: a sandbox of a description, and these files."""

    @contextmanager
    def made(description: Mapping[str, Any], files: Mapping[str, str]) -> Iterator[Installation]:
        one = Installation(Path(mkdtemp(dir=tmp_path)), capsys, monkeypatch)
        prefix = str(description.get("release", "1.2") == "1.2").lower()
        server = one.serve(description, timeouts="{start: 5, stop: 5, update: 5, poll: 0.01}", projectPrefix=prefix)
        for name, text in files.items():
            one.write(name, text)
        try:
            yield one
        finally:
            server.stop()

    return made
