"""Somebody else's text, fit for one line of a terminal, a log or a report: what could steer them is spelled out."""

from __future__ import annotations

import json
import re

# What the logs of CI systems take for a command anywhere in a line: ##[…], ##vso[…], ##teamcity[…].
STEERS_A_LOG = re.compile(r"#(?=#[a-z]*\[)")


def printable(text: str) -> str:
    """Return a text as one line that prints: everything else is spelled out, and so is what a log would obey."""
    if not text.isprintable():
        text = "".join(character if character.isprintable() else _escape(character) for character in text)
    return STEERS_A_LOG.sub(r"\\u0023", text)


def quoted(text: str) -> str:
    """Return a value in double quotes, one line."""
    return printable(json.dumps(text, ensure_ascii=False))


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the last one of four digits
