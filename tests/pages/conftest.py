from pathlib import Path

import pytest

from tests.browser.conftest import browser, open_tab

__all__ = ["axe_core", "browser", "open_tab"]

AXE = Path(__file__).parents[2] / "build/pages/node_modules/axe-core/axe.min.js"


@pytest.fixture(scope="session")
def axe_core() -> str:
    """The accessibility checks, as a script."""
    return AXE.read_text(encoding="utf-8")
