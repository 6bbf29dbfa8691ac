"""Text from files, the API and logs, escaped so that it cannot control a terminal or a CI log."""

from __future__ import annotations

import json
import re
from typing import Any

# CI systems execute these anywhere in a line of a log: ##[…] (GitHub, Azure), ##vso[…] (Azure), ##teamcity[…].
_LOG_COMMAND = re.compile(r"#(?=#[A-Za-z]*\[)")
_HASH = r"\\u0023"
# GitHub executes ::name::… at the beginning of a line, or after a carriage return, and after white space; colours, and
# marks that some comparisons of texts ignore, count as nothing. GitLab folds at section_start:… and section_end:….
_NOTHING = r"(?:[^\S\n]|\x1b\[[0-9;]*m|[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0])*"
_LINE_COMMAND = re.compile(
    rf"((?:^|(?<=\r)){_NOTHING}):(?={_NOTHING}:.*:{_NOTHING}:)"
    r"|(?<=section_start):(?=\d)|(?<=section_end):(?=\d)"
)
_NOT_OF_A_BREAK = re.compile(r"\r(?!\n)")
_COLON = r"\u003a"
COLON_REFERENCE = "&#58;"
"""A colon in HTML and XML."""


def printable(text: str) -> str:
    """Return a text as one printable line: other characters, and the commands of CI logs, are escaped."""
    return _LOG_COMMAND.sub(_HASH, _escaped(text))


def printable_lines(text: str) -> str:
    """Return a text of any lines with all else that is not printable escaped, but for tabs and their line breaks."""
    unprintable = {each for each in set(text) if not each.isprintable()} - set("\n\t\r")
    text = text.translate({ord(each): _escape(each) for each in unprintable})
    return _NOT_OF_A_BREAK.sub(lambda found: _escape(found[0]), text)


def quoted(text: str) -> str:
    """Return a value in double quotes, as one printable line."""
    return printable(json.dumps(text, ensure_ascii=False))


def json_text(data: Any) -> str:
    """Return an indented JSON document that is printable and holds no command of a CI log."""
    # for documents only; ten times as fast as json, and without a million pieces of text at the same time
    from pydantic_core import PydanticSerializationError, to_json  # noqa: PLC0415 - slow to import

    try:
        text = to_json(data, indent=2).decode()
    except PydanticSerializationError:  # half of a surrogate pair, as in the name of a file that is not UTF-8
        text = json.dumps(data, indent=2, ensure_ascii=False)
    escapes = {ord(each): _escape_json(each) for each in set(text) if not each.isprintable() and each != "\n"}
    return _LOG_COMMAND.sub(_HASH, text.translate(escapes) if escapes else text) + "\n"


def log_line(line: str) -> str:
    """Return a line of a persister's log as one printable line, with spaces for its tabs: stack traces have them."""
    return printable(line.expandtabs())


def without_commands(text: str, colon: str = _COLON) -> str:
    """Return a text of any lines in which a CI that reads it in a log finds no command: these are broken up.

    Args:
        text: what is about to be written to stdout or stderr.
        colon: what is written for the first colon of a command; a format with an escape of its own loses nothing.
    """
    if "##" in text:
        text = _LOG_COMMAND.sub(_HASH, text)
    return "\n".join(
        # mostly there is none but at the beginning: to search all of a page took longer than to make the rest of it
        _LINE_COMMAND.sub(lambda found: f"{found[1] or ''}{colon}", line)
        if "\r" in line or "section_" in line or _LINE_COMMAND.match(line)
        else line
        for line in text.split("\n")
    )


def _escaped(text: str) -> str:
    if text.isprintable():
        return text
    return text.translate({ord(each): _escape(each) for each in set(text) if not each.isprintable()})


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the last one of four digits


def _escape_json(character: str) -> str:
    return json.dumps(character)[1:-1]  # beyond \uffff, a pair of surrogates
