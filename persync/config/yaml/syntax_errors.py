"""The parsers' errors as findings in plain words, with a hint that says what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yaml.error import MarkedYAMLError
from yaml.reader import Reader

from persync.config.findings import error
from persync.model import Span

if TYPE_CHECKING:
    from yaml.error import Mark, YAMLError

    from persync.errors import Finding

LINE_BREAK = re.compile(r"\r\n|[\r\n]")
_QUOTE_IT = "write the value in single quotes"
_SPACES = "indent with spaces"

_COLON = "mapping values are not allowed in this context"
_NO_COLON = "could not find expected ':'"

# libyaml's message → (message, hint)
_MESSAGES = {
    _COLON: (
        "a ':' is not allowed here",
        "write a value with ': ' in it or ':' at its end in quotes, or check the indentation",
    ),
    "block sequence entries are not allowed in this context": (
        "a list item is not allowed here",
        "start the list on a new line",
    ),
    _NO_COLON: ("a key has no ':'", "write key: value, with a space after the colon"),
    "did not find expected key": (
        "this line is not part of the map around it",
        "check its indentation, and that no text follows a closing quote",
    ),
    "did not find expected '-' indicator": ("this line is not part of the list above", "check its indentation"),
    "did not find expected ',' or ']'": (
        "this [ is not closed, or a comma is missing",
        "close it with ], and separate its items by commas",
    ),
    "did not find expected ',' or '}'": (
        "this { is not closed, or a comma is missing",
        "close it with }, and separate its entries by commas",
    ),
    "did not find expected node content": (
        "a value is missing here, or a bracket is not closed",
        "add the value, or the bracket",
    ),
    "did not find expected <document start>": (
        "there is text after the end of the document",
        "start another document with ---",
    ),
    "found unexpected end of stream": ("this quote is not closed", "end the value with the same quote"),
    "found unexpected document indicator": (
        "this quote is not closed before the document ends",
        "end the value with the same quote",
    ),
    "found unknown escape character": (
        "unknown escape sequence in double quotes",
        "use single quotes, where a backslash is an ordinary character",
    ),
    "found undefined alias": (
        "no anchor (&) of this name is defined before this alias (*)",
        "define it above, or write a text that begins with * in quotes",
    ),
    "second occurrence": ("an anchor (&) of this name is already defined", "give it another name"),
    "found incompatible YAML document": ("this version of YAML is not supported", "remove the %YAML line"),
    "found a tab character that violates indentation": ("this line is indented with a tab", _SPACES),
    "found a tab character where an indentation space is expected": ("this line is indented with a tab", _SPACES),
}
# For a bracket or quote that is not closed, its start helps more than the position where the parser stopped.
_UNSPACED = re.compile(r"(?:\A|[\r\n])[ ]*(?:- +)?([A-Za-z][\w.-]{0,100}):(?![ \r\n/])[^\r\n]*\s*\Z")
_FLOW = "did not find expected ',' or"
_SHOWN_AT_START = (_FLOW, _NO_COLON, "found unexpected ")
_REFERENCE = (
    "${ inside of { } or [ ] must be in quotes, because YAML reads its brace as a map",
    'write {name: "${{ vars.NAME }}"}, or each entry on a line of its own',
)


def decoding_error(data: bytes, failure: UnicodeDecodeError, file: str) -> Finding:
    """Return the finding for bytes that are not UTF-8."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return error("encoding", "the file is UTF-16", Span(file, 1, 1), hint="save it as UTF-8")
    before = data[: failure.start].decode("utf-8")
    return error("encoding", "this byte is not UTF-8", _position_after(before, file), hint="save the file as UTF-8")


def syntax_error(failure: YAMLError, text: str, file: str) -> Finding:
    """Return the finding for text that is not YAML."""
    if not isinstance(failure, MarkedYAMLError):
        return _control_character(text, file)
    problem = failure.problem or ""
    mark = failure.problem_mark
    if problem.startswith(_SHOWN_AT_START):
        mark = failure.context_mark or mark
    if problem.startswith(_FLOW) and (reference := _unquoted_reference(text, failure.problem_mark)):
        return error("yaml-syntax", _REFERENCE[0], _position_after(text[:reference], file), hint=_REFERENCE[1])
    if problem == _COLON and mark and (unspaced := _key_without_space(text[: mark.index])):
        key, start = unspaced
        message = f"a space is missing after {key}:"
        reason = "without it, YAML reads this line as a text, which goes on in the next line"
        hint = f"write {key}: and a space"
        return error("yaml-syntax", message, _position_after(text[:start], file), reason=reason, hint=hint)
    # At the end of the file, libyaml reports the line after the last one.
    end = _position_after(text.rstrip(), file)
    span = min(_position_after(text[: mark.index], file), end) if mark else end
    message, hint = _unexpected_character(text, span) if "cannot start any token" in problem else _plain(problem)
    return error("yaml-syntax", message, span, hint=hint)


def _key_without_space(before: str) -> tuple[str, int] | None:
    """Return the key of the line above the last one, and where it begins, if no space is behind its colon."""
    above = before.rstrip(" ")[: before.rfind("\n") + 1]
    found = _UNSPACED.search(above)
    return (found[1], found.start(1)) if found else None


def _unquoted_reference(text: str, mark: Mark | None) -> int | None:
    """Return where a reference without quotes begins at which the parser stopped inside of a bracket."""
    start = text.rfind("$", 0, mark.index + 1) if mark else -1
    return start if start >= 0 and text.startswith("${", start) and mark and mark.index <= start + 2 else None


def _plain(problem: str) -> tuple[str, str]:
    return _MESSAGES.get(problem, (f"not valid YAML: {problem}", ""))


def _unexpected_character(text: str, span: Span) -> tuple[str, str]:
    line = LINE_BREAK.split(text)[span.line - 1]
    character = line[span.column - 1 : span.column]
    if character == "\t":
        return "this line is indented with a tab", _SPACES
    return f"a value cannot begin with {character}", _QUOTE_IT


def _control_character(text: str, file: str) -> Finding:
    """Return the finding for a character that YAML forbids.

    It is searched for again, because the parser reports its offset in bytes of an internal encoding.
    """
    refused = Reader.NON_PRINTABLE.search(text)
    if refused is None:
        return error("yaml-syntax", "not valid YAML", Span(file, 1, 1))
    span = _position_after(text[: refused.start()], file)
    name = f"U+{ord(refused[0]):04X}"
    return error("yaml-syntax", f"control character {name} is not allowed", span, hint="remove it")


def _position_after(before: str, file: str) -> Span:
    lines = LINE_BREAK.split(before)
    return Span(file, len(lines), len(lines[-1]) + 1)
