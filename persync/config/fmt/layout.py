r"""Where the lines of a YAML text stand, and where the formatter wants them.

Nothing is emitted anew: a line keeps what it says, and only its indentation, its trailing blanks and the spelling of
some keys change. So quotes, escapes, flow style, line breaks and comments are kept because nobody touches them.
(A round trip through ruamel.yaml was tried: it turns ``"\u00e9"`` into ``"é"`` and ``~`` into ``null``, joins the
lines of flow collections and of folded texts, and moves comments.)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from yaml import tokens as yaml

from persync.config.fmt.lines import Document, Entry, Layout, Line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from persync.config.yaml.parser import AnyParser

_STEP = 2
_BLANKS = " \t"
_BLOCK_STARTS = (yaml.BlockMappingStartToken, yaml.BlockSequenceStartToken)
_INVISIBLE = (yaml.StreamStartToken, yaml.StreamEndToken, yaml.BlockEndToken, *_BLOCK_STARTS)
_FLOW_STARTS = (yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken)
_FLOW_ENDS = (yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)
_DOCUMENT_MARKS = (yaml.DirectiveToken, yaml.DocumentStartToken, yaml.DocumentEndToken)
_BLOCK_HEADER = re.compile(r"[|>][+-]?(?P<indent>[1-9]?)[+-]?")


def lay_out(text: str, keys: Mapping[tuple[int, int], str], parse: Callable[[str], AnyParser]) -> Layout:
    r"""Return the lines of a text and where they shall stand.

    Args:
        text: a YAML text without errors, whose lines end in ``\n``.
        keys: the new spelling of the key at a line and column, counted from 1.
        parse: makes the parser.
    """
    scanner = _Scanner(text, keys)
    parser = parse(text)
    while parser.check_token():
        scanner.take(parser.get_token())  # type: ignore[no-untyped-call] # PyYAML's own stubs
    return scanner.layout


class _Block(NamedTuple):
    """An open map or list in block style: the column of its lines before and after."""

    old: int
    new: int
    is_map: bool = False
    # a list whose dashes stand right below its key: the parser says neither where it begins nor where it ends
    is_implied: bool = False

    @property
    def inside(self) -> int:
        return self.new + _STEP


class _Scanner:
    """Goes over the tokens once, and gives every line its column."""

    def __init__(self, text: str, keys: Mapping[tuple[int, int], str]) -> None:
        self._lines = [Line(line) for line in text.split("\n")]
        self.layout = Layout(self._lines, [Document()])
        self._keys = keys
        self._placed = 0
        """How many lines have their column."""
        self._blocks = [_Block(-1, -_STEP)]
        self._blocks_before = tuple(self._blocks)
        """Those around the last token: a comment can belong to a block that ends behind it."""
        self._flow_depth = 0
        self._flow_shift = 0
        """By how much the outermost flow collection has moved."""
        self._shift = 0
        """By how much the current token has moved."""
        self._last: yaml.Token | None = None
        """The last token that can be seen."""
        self._before: yaml.Token | None = None
        """The last token."""
        self._key: yaml.Token | None = None
        """The token that says that a key comes next."""

    def take(self, token: yaml.Token) -> None:
        """Go on to the next token."""
        self._take(token)
        self._before = token

    def _take(self, token: yaml.Token) -> None:
        if not self._flow_depth:
            self._open_and_close(token)
        self._note(token)
        if isinstance(token, yaml.KeyToken):
            self._key = token
        if isinstance(token, _INVISIBLE) or token.start_mark.index == token.end_mark.index:
            return
        self._place(token)
        if isinstance(token, _FLOW_STARTS):
            self._flow_shift = self._flow_shift if self._flow_depth else self._shift
            self._flow_depth += 1
        elif isinstance(token, _FLOW_ENDS):
            self._flow_depth -= 1
        self._blocks_before = tuple(self._blocks)
        self._last = token
        if not isinstance(token, yaml.KeyToken):
            self._key = None

    def _open_and_close(self, token: yaml.Token) -> None:
        top = self._blocks[-1]
        if isinstance(token, _BLOCK_STARTS):
            is_map = isinstance(token, yaml.BlockMappingStartToken)
            self._blocks.append(_Block(token.start_mark.column, top.inside, is_map))
        elif isinstance(token, yaml.BlockEntryToken) and top.is_map:
            self._blocks.append(_Block(top.old, top.inside, is_implied=True))
        elif isinstance(token, (yaml.BlockEndToken, yaml.KeyToken, yaml.ValueToken)):
            if top.is_implied:
                self._blocks.pop()
            if isinstance(token, yaml.BlockEndToken):
                self._blocks.pop()

    def _note(self, token: yaml.Token) -> None:
        """Keep track of the documents and the entries of their outermost maps."""
        document = self.layout.documents[-1]
        line = token.start_mark.line
        if isinstance(token, yaml.StreamEndToken):
            self._place_comments(len(self._lines), None)
            document.end = len(self._lines)
        elif isinstance(token, _DOCUMENT_MARKS):
            document.end = line
            self.layout.documents.append(Document())
        elif isinstance(token, yaml.KeyToken):
            is_outermost = len(self._blocks) == 2 and not self._flow_depth  # noqa: PLR2004 - a map, in the document
            if is_outermost:
                document.entries.append(Entry(line))
        elif document.entries:
            entry = document.entries[-1]
            if isinstance(token, yaml.AnchorToken):
                entry.anchors.add(token.value)
            elif isinstance(token, yaml.AliasToken):
                entry.aliases.add(token.value)
            elif isinstance(token, yaml.ScalarToken) and line == entry.line:
                entry.key = entry.key or token.value

    def _place(self, token: yaml.Token) -> None:
        number, column = token.start_mark.line, token.start_mark.column
        line = self._lines[number]
        if number >= self._placed:
            new = self._column(token)
            self._place_comments(number, (column, new))
            line.place(column, new)
            self._placed = number + 1
            self._shift = new - column
        elif self._follows_indicator(line) and self._last:
            behind = self._last.end_mark.column
            line.edits.append((behind, column, " "))
            self._shift += behind + 1 - column
        if isinstance(token, yaml.ScalarToken):
            self._respell(token, line)
            if token.style in {"|", ">"}:
                self._place_block_scalar(token)
            elif token.end_mark.line > number:
                self._place_continuation(token)

    def _column(self, token: yaml.Token) -> int:
        """Return the column for the first token of a line."""
        top = self._blocks[-1]
        if self._flow_depth:
            return self._in_flow(token.start_mark.column)
        if isinstance(token, _DOCUMENT_MARKS):
            return 0
        if self._key or isinstance(token, (yaml.KeyToken, yaml.ValueToken, yaml.BlockEntryToken)):
            return top.new
        return top.inside

    def _in_flow(self, column: int) -> int:
        return max(column + self._flow_shift, self._blocks[-1].new, 0)

    def _follows_indicator(self, line: Line) -> bool:
        """Return whether the last token is one that opens a level on its own line: a dash, ``?``, or the ``:`` to it.

        One blank follows these, so that what they open is indented as if it were on a line of its own.
        """
        if self._flow_depth or self._last is None:
            return False
        if isinstance(self._last, yaml.ValueToken):
            return bool(self._last.start_mark.column == line.first)
        return isinstance(self._last, (yaml.BlockEntryToken, yaml.KeyToken))

    def _respell(self, token: yaml.ScalarToken, line: Line) -> None:
        # a key with an anchor may also be somebody's value
        directly = self._key is not None and self._before is self._key
        start, end = token.start_mark.column, token.end_mark.column
        new = self._keys.get((token.start_mark.line + 1, start + 1))
        quote = token.style if token.style in {"'", '"'} else ""
        if directly and new is not None and line.text[start:end] == f"{quote}{token.value}{quote}":
            line.edits.append((start, end, f"{quote}{new}{quote}"))

    def _place_continuation(self, token: yaml.ScalarToken) -> None:
        """Let the further lines of a plain or quoted scalar move with the first."""
        top = self._blocks[-1]
        is_exact = token.style == '"'  # where a backslash may stand before the last blank
        for line in self._lines[token.start_mark.line : token.end_mark.line]:
            line.exact_end = is_exact
        shift = self._shift
        for line in self._lines[token.start_mark.line + 1 : token.end_mark.line + 1]:
            first = len(line.text) - len(line.text.lstrip(_BLANKS))
            column = first + shift
            if self._flow_depth:
                column = self._in_flow(first)
            elif column <= top.new:
                column = top.inside
            line.place(first, column if first < len(line.text) else 0)
            self._shift = column - first
        self._placed = token.end_mark.line + 1

    def _place_block_scalar(self, token: yaml.ScalarToken) -> None:
        """Let the lines of a block scalar move together, so that what is indented in it remains so."""
        top = self._blocks[-1]
        number = token.start_mark.line
        # at the end of a file without a last line break, the end is not the beginning of a line
        stop = max(token.end_mark.line + (token.end_mark.column > 0), number + 1)
        header = _BLOCK_HEADER.match(self._lines[number].text, token.start_mark.column)
        style, indent = (header[0], header["indent"]) if header else ("", "")
        self._note_comment(self._lines[number], token.start_mark.column + len(style))
        lines = self._lines[number + 1 : stop]
        if indent:
            old, new = max(top.old, 0) + int(indent), max(top.new, 0) + int(indent)
        else:
            indented = [len(line.text) - len(line.text.lstrip(" ")) for line in lines if line.text.strip(" ")]
            old = indented[0] if indented else max((len(line.text) for line in lines), default=0)
            new = max(top.inside, 0)
        for line in lines:
            if len(line.text) <= old and not line.text.strip(" "):
                line.place(len(line.text), 0)
            else:
                line.place(old, new)
                line.exact_end = True
        self.layout.ends_open = stop == len(self._lines) > number + 1 and "-" not in style
        self._lines[stop - 1].holds_next = self.layout.ends_open or "+" in style
        if "+" not in style:  # empty lines behind the text are no part of it
            for line in reversed(lines):
                if line.exact_end:
                    break
                line.is_content = False
        self._placed = stop

    def _place_comments(self, stop: int, following: tuple[int, int] | None) -> None:
        """Place the lines of comments before the line ``stop``.

        Args:
            stop: the next line with content.
            following: where its content begins and shall begin.
        """
        last = self._last
        if last and not (isinstance(last, yaml.ScalarToken) and last.style in {"|", ">"}):
            self._note_comment(self._lines[last.end_mark.line], last.end_mark.column)
        above = None
        for line in self._lines[self._placed : stop]:
            self._note_comment(line, 0)
            if line.comment is not None:
                line.first = line.comment
                line.column = self._comment_column(line.comment, following)
                if above is not None:  # where one has left a block, those below do not go back into it
                    line.column = min(line.column, max(above, following[1] if following else 0))
                above = line.column

    def _comment_column(self, column: int, following: tuple[int, int] | None) -> int:
        if self._flow_depth:
            return self._in_flow(column)
        top = self._blocks_before[-1]
        if following and (following[0] == column or (following[1] > top.new and column > top.old)):
            return following[1]
        # the innermost block that reaches so far to the left; of two at the same column, the outer one
        around = [block for block in self._blocks_before if block.old <= column]
        return max(max(around, key=lambda block: block.old).new, 0)

    @staticmethod
    def _note_comment(line: Line, behind: int) -> None:
        """Note the comment of a line, if there is one behind that column."""
        rest = line.text[behind:].lstrip(_BLANKS)
        if rest:
            line.comment = len(line.text) - len(rest)
