from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .language_server import LanguageServer

SERVER = Path(__file__).parents[2] / "build/editor/node_modules/yaml-language-server/bin/yaml-language-server"
GLOB = "whole/*.yaml"
"""The files that the editor's settings, and no comment, give the schema of persisters."""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    """A language server in a folder with the schemas that persync prints."""
    folder = tmp_path_factory.mktemp("editor")
    for name in ("persister", "overlay", "settings"):
        command = [sys.executable, "-m", "persync", "schema", name]
        printed = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own
        (folder / f"{name}.schema.json").write_bytes(printed.stdout)
    schemas = {(folder / "persister.schema.json").as_uri(): GLOB}
    with LanguageServer(["node", str(SERVER), "--stdio"], folder, schemas) as started:
        yield started


@pytest.fixture(scope="session")
def of_init(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    """A language server as VS Code starts it in the folder of ``persync init``: with its files, and no comment."""
    folder = tmp_path_factory.mktemp("init")
    command = [sys.executable, "-m", "persync", "init", "--url", "https://harvester.example.com", str(folder)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own
    settings = json.loads((folder / ".vscode/settings.json").read_text(encoding="utf-8"))
    with LanguageServer(["node", str(SERVER), "--stdio"], folder, settings["yaml.schemas"]) as started:
        yield started
