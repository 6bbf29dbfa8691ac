from pathlib import Path

import pytest

AXE = Path(__file__).parents[3] / "build/pages/node_modules/axe-core/axe.min.js"


@pytest.fixture(scope="session")
def axe_core() -> str:
    """The accessibility checks, as a script."""
    return AXE.read_text(encoding="utf-8")
