"""The lines of a YAML text and the entries of its documents, as the formatter needs them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(slots=True)
class Line:
    """A line of the text.

    Attributes:
        text: the line as it is, without its line break.
        is_content: it has something other than a comment, or it is inside a scalar.
        start: the column where its content starts, or its comment if it has no content.
        column: the new column for ``start``.
        comment: the column where its comment starts.
        keeps_end: the spaces at its end may be part of a scalar.
        is_open: a scalar ends here, and empty lines or a line break added after it would become part of the scalar.
        edits: replacements of parts of it, from left to right: start column, end column, new text.
    """

    text: str
    is_content: bool = False
    start: int = 0
    column: int = 0
    comment: int | None = None
    keeps_end: bool = False
    is_open: bool = False
    edits: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        """Whether it has neither content nor a comment."""
        return not self.is_content and self.comment is None

    def place(self, start: int, column: int) -> None:
        """Move the content that starts at the column ``start`` to ``column``."""
        self.is_content, self.start, self.column = True, start, column

    def note_comment(self, after: int) -> None:
        """Note the comment of the line, if there is text from the column ``after`` on."""
        rest = self.text[after:].lstrip(" \t")
        if rest:
            self.comment = len(self.text) - len(rest)


class Entry(NamedTuple):
    """An entry of a document's outermost map: its first line, its key, and the anchors and aliases in it."""

    line: int
    key: str
    anchors: frozenset[str]
    aliases: frozenset[str]


class Document(NamedTuple):
    """The entries of a document's outermost map (none if it is in flow style), and the line after the document."""

    entries: tuple[Entry, ...]
    end: int


class Layout(NamedTuple):
    """The lines of a text with their new columns, and its documents.

    Attributes:
        ends_open: the text ends inside a block scalar: a line break added there would become part of the value.
    """

    lines: list[Line]
    documents: tuple[Document, ...]
    ends_open: bool
