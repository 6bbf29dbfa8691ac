"""Each heading of docs/troubleshooting.md is a message that the code has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
HEADINGS = re.findall(r"^### (.+)$", PAGE, re.MULTILINE)
PLACEHOLDER = re.compile(r"\{[^{}]*\}|'?\N{HORIZONTAL ELLIPSIS}'?|\"")


def messages() -> Iterator[str]:
    """Yield the texts in the code, with an ellipsis for each part that differs."""
    for file in (ROOT / "persync").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield PLACEHOLDER.sub("…", node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = (part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
                yield PLACEHOLDER.sub("…", "".join(map(str, parts)))


MESSAGES = "\n".join(messages())


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_is_a_message(heading: str) -> None:
    assert heading in MESSAGES
