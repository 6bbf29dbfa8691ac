"""The line of a file that a finding is about, without the secrets in it.

Where it is not certain what is a secret, as in a file that is not YAML, there is rather no line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from persync.config.excerpts.secret_values import names_almost
from persync.config.excerpts.shown_text import BOM, ELLIPSIS, Piece, ends, pieces_of, without_doubtful
from persync.config.files import Unreadable
from persync.config.yaml.nodes import entries, find, scalars
from persync.config.yaml.reader import read_documents
from persync.config.yaml.syntax_errors import LINE_BREAK
from persync.errors import ConfigError, Excerpt
from persync.properties.patterns import InvalidPattern, compiled
from persync.properties.secrets import HIDDEN, SecretPolicy, redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from persync.config.files import Source
    from persync.config.yaml.nodes import Node
    from persync.errors import ExcerptSource, Finding
    from persync.model import Span

_WHOLE = {"tag", "key-not-text", "key-too-long", "duplicate-key", "merge-key"}
"""The rules of ``read_documents`` after which the rest of the file was read."""
_ABOUT_FILES = {"missing-file", "no-document", "no-files", "not-checked-out", "unknown-checkout"}
"""Rules about what an entry of persync.yaml names; without an entry, their position is the beginning of the file."""
_MOST_TEXT = 256 * 1024
"""Characters of a file of which lines are shown."""
_LONGEST = 2_000
"""Characters of a line that is shown."""
_INDENT = re.compile(r"[ \t]*(?:- +)*")


def with_source(findings: Iterable[Finding], source: ExcerptSource) -> tuple[Finding, ...]:
    """Return findings with the source of their lines, but for those that are about a file or a folder as a whole."""
    return tuple(
        finding
        if finding.rule in _ABOUT_FILES and (finding.span.line, finding.span.column) == (1, 1)
        else replace(finding, source=source)
        for finding in findings
    )


def policy_for(document: Node | None) -> SecretPolicy:
    """Return the policy of all environments of persync.yaml together, valid or not: what is secret in one is hidden."""
    environments = entries(find(document, "environments"))
    patterns = {pattern.text for entry in environments for pattern in scalars(find(entry.value, "sensitive"))}
    return SecretPolicy(tuple(sorted(pattern for pattern in patterns if _is_valid(pattern))))


def _is_valid(pattern: str) -> bool:
    try:
        compiled(pattern)
    except InvalidPattern:
        return False
    return True


class Excerpts:
    """The lines of the files of a source, which are read again when a finding is shown.

    Findings are in the order of files, so the file of the last one is kept.
    """

    def __init__(self, source: Source, secrets: SecretPolicy) -> None:
        self._source = source
        self._secrets = secrets
        self._name = ""
        self._file: _File | None = None

    def excerpt(self, span: Span) -> Excerpt | None:
        """Return the line at a position, or ``None`` if it cannot be shown."""
        if span.file != self._name:
            self._name, self._file = span.file, self._read(span.file)
        try:
            return self._file.excerpt(span) if self._file else None
        except ConfigError:  # a pattern of the policy takes too long
            return None

    def _read(self, name: str) -> _File | None:
        try:
            data = self._source.read(Path(name).absolute())
            if isinstance(data, Unreadable) or len(data) > _MOST_TEXT:
                return None
            text = data.decode("utf-8").removeprefix(BOM)
        except ValueError:  # not UTF-8, or a name that no file can have
            return None
        findings = read_documents(data, name).findings
        return _File(text, self._secrets, is_whole=all(finding.rule in _WHOLE for finding in findings))


class _File:
    """The text of a file, and what of it may be shown."""

    def __init__(self, text: str, secrets: SecretPolicy, *, is_whole: bool) -> None:
        self._text = text
        self._secrets = secrets
        self._is_whole = is_whole
        self._starts = [0, *(line_break.end() for line_break in LINE_BREAK.finditer(text))]
        self._ends = ends(text)

    def excerpt(self, span: Span) -> Excerpt | None:
        if span.line > len(self._starts):
            return None
        start = self._starts[span.line - 1]
        line = LINE_BREAK.split(self._text[start : start + _LONGEST + 1], maxsplit=1)[0].rstrip()
        if len(line) > _LONGEST or not line.strip():
            return None
        at = start + span.column - 1
        until = max(at + 1, min(self._ends.get(at, at + 1), start + len(line)))
        if self._is_whole:
            return self._shown(start, start + len(line), at, until)
        if not self._is_harmless(span.line, line):
            return None
        before, marked, after = (
            without_doubtful(each, self._secrets) for each in _cut(line, at - start, until - start)
        )
        return Excerpt(before + marked + after, len(before), len(before) + max(len(marked), 1))

    @cached_property
    def _pieces(self) -> Sequence[Piece]:
        return pieces_of(self._text, self._secrets, quotes=False)

    def _shown(self, start: int, stop: int, at: int, until: int) -> Excerpt | None:
        """Return the line from ``start`` to ``stop`` with what is from ``at`` to ``until`` marked."""
        shown, marks = "", []
        for piece in self._pieces:
            if piece.stop <= start or piece.start >= stop:
                continue
            source = self._text[piece.start : piece.stop]
            begin, end = max(piece.start, start), min(piece.stop, stop)
            if piece.shown == source:
                text = self._text[begin:end]
            elif piece.shown.rstrip() in {HIDDEN, ELLIPSIS} or "\n" not in source.rstrip("\r\n"):
                if piece.start < start:
                    return None  # within a secret of several lines
                text = piece.shown.rstrip("\r\n")
            else:
                return None
            if begin < until and end > at:
                changed = piece.shown != source
                first = 0 if changed else max(at - begin, 0)
                last = len(text) if changed else min(until - begin, len(text))
                marks += [len(shown) + first, len(shown) + last]
            shown += text
        if not marks:  # after the end of the line
            marks = [len(shown), len(shown) + 1]
        return Excerpt(shown, marks[0], max(marks[-1], marks[0] + 1))

    def _is_harmless(self, number: int, line: str) -> bool:
        """Return whether no secret can be on a line of a file that is not YAML.

        Nothing names one: neither the line, nor one that it is below, nor one where a value begins that it is in.
        """
        if "sensitive:" in self._text:
            return False  # persync.yaml, which could not tell what is a secret
        begin = self._starts[number - 1]
        around = [start for start, stop in self._ends.items() if start < begin < stop]
        numbers = {number, *(bisect_right(self._starts, start) for start in around)}
        lines = [line, *(each for begun in numbers for each in self._above(begun))]
        return not any(self._secrets.names(each) or names_almost(each) or redact(each) != each for each in lines)

    def _above(self, number: int) -> Iterator[str]:
        """Yield a line, and those that it is below by its indentation."""
        lines = LINE_BREAK.split(self._text)
        yield lines[number - 1]
        least = _indent(lines[number - 1])
        for line in reversed(lines[: number - 1]):
            if line.strip() and _indent(line) < least:
                least = _indent(line)
                yield line


def _cut(line: str, at: int, until: int) -> tuple[str, str, str]:
    return line[:at], line[at:until], line[until:]


def _indent(line: str) -> int:
    found = _INDENT.match(line)
    return len(found[0]) if found else 0
