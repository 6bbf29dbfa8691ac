"""What libyaml says about text that is not YAML, in the words of a person."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yaml.error import MarkedYAMLError
from yaml.reader import Reader

from persync.config.findings import error
from persync.model import Span

if TYPE_CHECKING:
    from yaml.error import YAMLError

    from persync.errors import Finding

LINE_BREAK = re.compile(r"\r\n|[\r\n]")
_QUOTE_IT = "put the value in single quotes"
_SPACES = "indent with spaces"

# libyaml's problem → (what is wrong, what to do)
_WORDS = {
    "mapping values are not allowed in this context": (
        "a ':' stands where no key can be",
        "put a value that holds ': ' in quotes, or check the indentation",
    ),
    "block sequence entries are not allowed in this context": (
        "a list item stands where none can be",
        "begin the list on a line of its own",
    ),
    "could not find expected ':'": ("a key has no ':'", "write key: value, with a space after the colon"),
    "did not find expected key": (
        "this line does not belong to the map around it",
        "check its indentation, and that nothing follows a closing quote",
    ),
    "did not find expected '-' indicator": ("this line does not belong to the list above", "check its indentation"),
    "did not find expected ',' or ']'": ("this [ is not closed, or lacks a comma", ""),
    "did not find expected ',' or '}'": ("this { is not closed, or lacks a comma", ""),
    "did not find expected node content": ("a value is missing here, or a bracket is not closed", ""),
    "did not find expected <document start>": (
        "something follows the end of the document",
        "begin another document with ---",
    ),
    "found unexpected end of stream": ("this quote is never closed", ""),
    "found unexpected document indicator": ("this quote is not closed before the document ends", ""),
    "found unknown escape character": (
        "a backslash that begins no escape, in double quotes",
        "use single quotes, which know no escapes",
    ),
    "found undefined alias": ("an alias (*) names an anchor (&) that does not stand above it", ""),
    "second occurrence": ("an anchor (&) of this name stands above already", "give it another name"),
    "found incompatible YAML document": ("a version of YAML that persync does not read", "remove the %YAML line"),
    "found a tab character that violates indentation": ("a tab indents this line", _SPACES),
    "found a tab character where an indentation space is expected": ("a tab indents this line", _SPACES),
}
# Where the end of an open bracket or quote is missing, its beginning helps more than the place where hope was lost.
_SHOWN_AT_THEIR_BEGINNING = ("did not find expected ',' or", "found unexpected ")


def decoding_error(data: bytes, failure: UnicodeDecodeError, file: str) -> Finding:
    """Return the finding about bytes that are not UTF-8."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return error("encoding", "the file is UTF-16", Span(file, 1, 1), hint="save it as UTF-8")
    before = data[: failure.start].decode("utf-8")
    return error("encoding", "a byte here is not UTF-8", _span_behind(before, file), hint="save the file as UTF-8")


def syntax_error(failure: YAMLError, text: str, file: str) -> Finding:
    """Return the finding about text that is not YAML."""
    if not isinstance(failure, MarkedYAMLError):
        return _control_character(text, file)
    problem = failure.problem or ""
    mark = failure.problem_mark
    if problem.startswith(_SHOWN_AT_THEIR_BEGINNING):
        mark = failure.context_mark or mark
    # what is missed at the end of the file is missed on a line that is not there
    end = _span_behind(text.rstrip(), file)
    span = min(_span_behind(text[: mark.index], file), end) if mark else end
    message, hint = _unexpected_character(text, span) if "cannot start any token" in problem else _words(problem)
    return error("yaml-syntax", message, span, hint=hint)


def _words(problem: str) -> tuple[str, str]:
    return _WORDS.get(problem, (f"this is not YAML: {problem}", ""))


def _unexpected_character(text: str, span: Span) -> tuple[str, str]:
    line = LINE_BREAK.split(text)[span.line - 1]
    character = line[span.column - 1 : span.column]
    if character == "\t":
        return "a tab indents this line", _SPACES
    return f"a value cannot begin with {character}", _QUOTE_IT


def _control_character(text: str, file: str) -> Finding:
    """Find the character that the reader refused; its own count is in bytes of an encoding that nobody sees."""
    refused = Reader.NON_PRINTABLE.search(text)
    if refused is None:
        return error("yaml-syntax", "this is not YAML", Span(file, 1, 1))
    span = _span_behind(text[: refused.start()], file)
    name = f"U+{ord(refused[0]):04X}"
    return error("yaml-syntax", f"a control character ({name}) stands here", span, hint="remove it")


def _span_behind(before: str, file: str) -> Span:
    lines = LINE_BREAK.split(before)
    return Span(file, len(lines), len(lines[-1]) + 1)
