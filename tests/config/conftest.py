from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from persync.config.files import shown_from
from persync.config.load import Configuration, load_configuration
from persync.config.settings import Settings, load_settings

from .parsers import python_parser

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class Folder:
    """A configuration repository in a temporary folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, files: Mapping[str, str | bytes]) -> Folder:
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self

    def settings(self) -> Settings:
        return load_settings(self.root / "persync.yaml", shown_from(self.root))

    def load(self, environment: str | None = None, environ: Mapping[str, str] | None = None) -> Configuration:
        settings = self.settings()
        chosen = settings.environment(environment, environ or {}) if environment else None
        return load_configuration(settings, chosen, environ or {})

    def positions(self, environment: str | None = None, environ: Mapping[str, str] | None = None) -> list[str]:
        """Return what is found, as ``file:line:column rule``."""
        return [f"{found.span} {found.rule}" for found in self.load(environment, environ).findings]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path).write({"persync.yaml": "version: 1\n"})


@pytest.fixture(params=["libyaml", "python"])
def _each_parser(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run the test with each of PyYAML's parsers."""
    with python_parser() if request.param == "python" else nullcontext():
        yield
