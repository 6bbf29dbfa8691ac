"""What the formatter knows of a YAML text: its lines, and the entries of its documents."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Line:
    """A line of the text; blank if it has neither content nor a comment.

    Attributes:
        text: as it is written, without its line break.
        is_content: something other than a comment stands here, or it lies within a scalar.
        first: where what it says begins.
        column: where that shall begin.
        comment: where its comment begins.
        exact_end: the blanks at its end may be a part of a scalar.
        holds_next: a scalar ends here, and empty lines behind it, or a line break, would be a part of it.
        edits: what shall stand in place of a part of it: from, to, text; from left to right.
    """

    text: str
    is_content: bool = False
    first: int = 0
    column: int = 0
    comment: int | None = None
    exact_end: bool = False
    holds_next: bool = False
    edits: list[tuple[int, int, str]] = field(default_factory=list)

    def place(self, first: int, column: int) -> None:
        """Let the content that begins at ``first`` begin at ``column``."""
        self.is_content, self.first, self.column = True, first, column


@dataclass(slots=True)
class Entry:
    """An entry of a document's outermost map: its first line, its key, and the anchors and aliases in it."""

    line: int
    key: str = ""
    anchors: set[str] = field(default_factory=set)
    aliases: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Document:
    """The entries of a document's outermost map, none if it is in flow style, and the line behind the document."""

    entries: list[Entry] = field(default_factory=list)
    end: int = 0


@dataclass(slots=True)
class Layout:
    """The lines of a text, and its documents.

    Attributes:
        ends_open: the text ends within a block scalar: a line break behind it would be a part of the value.
    """

    lines: list[Line]
    documents: list[Document]
    ends_open: bool = False
