from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["persync.harvester.client", "persync.config.load"])
def test_pydantic_is_not_imported(module: str) -> None:
    script = f"import {module}, sys; print('pydantic' in sys.modules)"
    command = [sys.executable, "-c", script]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own
    assert ended.stdout == "False\n"
