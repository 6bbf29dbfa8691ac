"""Each heading of docs/troubleshooting.md is a message that the code has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
HEADINGS = re.findall(r"^### (.+)$", PAGE, re.MULTILINE)
PLACEHOLDER = re.compile(r"\{[^{}]*\}|'?\N{HORIZONTAL ELLIPSIS}'?|\"")


DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def texts(source: str) -> Iterator[str]:
    """Yield the texts of a module but for its docstrings, with an ellipsis for each part that differs."""
    nodes = list(ast.walk(ast.parse(source)))
    passed = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in nodes:
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            docstring = node.body[0]
            assert isinstance(docstring, ast.Expr)
            passed.add(id(docstring.value))
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
            yield PLACEHOLDER.sub("…", node.value)
        elif isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
            yield PLACEHOLDER.sub("…", "".join(map(str, parts)))


@cache
def all_texts() -> list[str]:
    return [text for file in (ROOT / "persync").rglob("*.py") for text in texts(file.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_is_a_message_or_a_clause_of_one(heading: str) -> None:
    clause = re.compile(rf"(?:^|[:;…] ){re.escape(heading)}(?:$|[,;…]| \()")
    assert any(map(clause.search, all_texts()))


def test_docstrings_and_parts_of_texts_are_no_messages() -> None:
    assert list(texts('"""Doc."""\n\ndef f(x):\n    """Of f."""\n    return f"no {x} here", "text"\n')) == [
        "no … here",
        "text",
    ]
