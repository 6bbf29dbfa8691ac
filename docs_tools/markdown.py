"""Pieces of Markdown."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"[\\*_<>|\[\]]")
# what reads as YAML, a name or a reference is set as code
_CODE = re.compile(r"\$\{\{ [^}]* \}\}|\*\.[a-z]+\b")


def text(plain: str) -> str:
    """Return a plain text as Markdown: references and file patterns as code, and nothing else special."""
    parts: list[str] = []
    end = 0
    for match in _CODE.finditer(plain):
        parts += [_escaped(plain[end : match.start()]), code(match[0])]
        end = match.end()
    return "".join([*parts, _escaped(plain[end:])])


def code(plain: str) -> str:
    """Return a text as code, which may be in a table."""
    return f"`{plain}`".replace("|", r"\|")


def value(found: Any) -> str:
    """Return a value of JSON as code; a text is as in YAML, where it needs no quotes."""
    return code(found if isinstance(found, str) and found else json.dumps(found, ensure_ascii=False))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a row has as many cells as the head."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _escaped(plain: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", plain)
