"""Text from files, the API and logs, escaped so that it cannot control a terminal or a CI log."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

# CI systems execute these anywhere in a line of a log: ##[…], ##vso[…], ##teamcity[…].
_LOG_COMMAND = re.compile(r"#(?=#[a-z]*\[)")
_HASH = r"\\u0023"


def printable(text: str) -> str:
    """Return a text as one printable line: other characters, and the commands of CI logs, are escaped."""
    return _LOG_COMMAND.sub(_HASH, _escaped(text, _escape))


def quoted(text: str) -> str:
    """Return a value in double quotes, as one printable line."""
    return printable(json.dumps(text, ensure_ascii=False))


def json_text(data: Any) -> str:
    """Return an indented JSON document that is printable and holds no command of a CI log."""
    lines = json.dumps(data, indent=2, ensure_ascii=False).split("\n")
    return "".join(f"{_LOG_COMMAND.sub(_HASH, _escaped(line, _escape_json))}\n" for line in lines)


def _escaped(text: str, escape: Callable[[str], str]) -> str:
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else escape(character) for character in text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the last one of four digits


def _escape_json(character: str) -> str:
    return json.dumps(character)[1:-1]  # beyond \uffff, a pair of surrogates
