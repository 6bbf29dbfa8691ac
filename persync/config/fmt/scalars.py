"""The new columns of scalars that take several lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from yaml.tokens import ScalarToken

from persync.config.fmt.nesting import column_in_flow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yaml.tokens import Token

    from persync.config.fmt.lines import Line
    from persync.config.fmt.nesting import Block, NestedToken

_HEADER = re.compile(r"[|>][+-]?(?P<indent>[1-9]?)[+-]?")


def is_block_scalar(token: Token) -> bool:
    """Return whether a token is a literal (``|``) or a folded (``>``) scalar."""
    return isinstance(token, ScalarToken) and token.style in {"|", ">"}


class BlockScalar(NamedTuple):
    """A literal or folded scalar.

    Attributes:
        header: its indicators, as in ``|2-``.
        indent: the indentation in the header, or 0.
        column: the column of the header.
        first: the line of the header.
        stop: the line after the scalar.
    """

    header: str
    indent: int
    column: int
    first: int
    stop: int

    @classmethod
    def of(cls, token: Token, lines: Sequence[Line]) -> BlockScalar:
        """Return the block scalar of a token."""
        first, column = token.start_mark.line, token.start_mark.column
        match = _HEADER.match(lines[first].text, column)
        header, indent = (match[0], match["indent"]) if match else ("", "")
        # at the end of a text without a last line break, the end of the scalar is not the start of a line
        stop = max(token.end_mark.line + (token.end_mark.column > 0), first + 1)
        return cls(header, int(indent or 0), column, first, stop)

    @property
    def keeps_empty_lines(self) -> bool:
        """Whether empty lines after the text are part of the value."""
        return "+" in self.header

    def takes_line_break(self, lines: Sequence[Line]) -> bool:
        """Return whether the text ends in the scalar, so that a line break added there becomes part of the value."""
        return self.stop == len(lines) > self.first + 1 and "-" not in self.header


def place_block_scalar(scalar: BlockScalar, lines: Sequence[Line], around: Block) -> None:
    """Move the lines of a block scalar by the same number of columns, so that further indentation in it is kept."""
    lines[scalar.first].note_comment(scalar.column + len(scalar.header))
    own = lines[scalar.first + 1 : scalar.stop]
    old, new = _indentation(scalar, own, around)
    for line in own:
        if len(line.text) <= old and not line.text.strip(" "):
            line.place(len(line.text), 0)
        else:
            line.place(old, new)
            line.keeps_end = True
    lines[scalar.stop - 1].is_open = scalar.keeps_empty_lines or scalar.takes_line_break(lines)
    if not scalar.keeps_empty_lines:
        _drop_empty_end(own)


def _indentation(scalar: BlockScalar, own: Sequence[Line], around: Block) -> tuple[int, int]:
    """Return the old and the new indentation of the text."""
    if scalar.indent:
        return max(around.old, 0) + scalar.indent, max(around.new, 0) + scalar.indent
    indentations = (len(line.text) - len(line.text.lstrip(" ")) for line in own if line.text.strip(" "))
    old = next(indentations, None)
    if old is None:  # only spaces
        old = max((len(line.text) for line in own), default=0)
    return old, max(around.inside, 0)


def _drop_empty_end(own: Sequence[Line]) -> None:
    """Note that the empty lines after the text are not part of the value."""
    for line in reversed(own):
        if line.keeps_end:
            break
        line.is_content = False


def place_continuation(lines: Sequence[Line], nested: NestedToken, shift: int, flow_shift: int) -> int:
    """Move the further lines of a plain or quoted scalar with its first line.

    Args:
        lines: all lines of the text.
        nested: the scalar.
        shift: by how many columns its first line moves.
        flow_shift: by how many columns the flow collection around it moves.

    Returns:
        By how many columns its last line moves.
    """
    token, top = nested.token, nested.blocks[-1]
    first, last = token.start_mark.line, token.end_mark.line
    for line in lines[first:last]:
        # in double quotes, a backslash may be before the last space
        line.keeps_end = isinstance(token, ScalarToken) and token.style == '"'
    last_shift = shift
    for line in lines[first + 1 : last + 1]:
        start = len(line.text) - len(line.text.lstrip(" \t"))
        column = start + shift
        if nested.flow_depth:
            column = column_in_flow(start, flow_shift, top)
        elif column <= top.new:
            column = top.inside
        line.place(start, column if start < len(line.text) else 0)
        last_shift = column - start
    return last_shift
