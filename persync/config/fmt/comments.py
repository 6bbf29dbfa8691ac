"""The new columns of comments that have lines of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from persync.config.fmt.nesting import column_in_flow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from persync.config.fmt.lines import Line
    from persync.config.fmt.nesting import Block


class Move(NamedTuple):
    """The old and the new column of the first token of a line."""

    old: int
    new: int


class Gap(NamedTuple):
    """The context of the lines between two visible tokens.

    Attributes:
        blocks: the open blocks at the token before. A comment can belong to a block that ends after it.
        flow_shift: by how many columns the flow collection around the lines moves, or ``None`` outside of one.
        following: the move of the token after, or ``None`` at the end of the text.
    """

    blocks: tuple[Block, ...]
    flow_shift: int | None
    following: Move | None

    def column(self, column: int) -> int:
        """Return the new column for a comment at ``column``."""
        top = self.blocks[-1]
        following = self.following
        if self.flow_shift is not None:
            return column_in_flow(column, self.flow_shift, top)
        if following and (following.old == column or (following.new > top.new and column > top.old)):
            return following.new
        # the innermost block that starts at this column or left of it; of two at the same column, the outer one
        around = [block for block in self.blocks if block.old <= column]
        return max(max(around, key=lambda block: block.old).new, 0)


def place_comments(lines: Iterable[Line], gap: Gap) -> None:
    """Give the comments on these lines their columns."""
    least = gap.following.new if gap.following else 0
    above = None
    for line in lines:
        line.note_comment(0)
        if line.comment is not None:
            column = gap.column(line.comment)
            # a comment below one that has left a block does not go back into that block
            above = column if above is None else min(column, max(above, least))
            line.start, line.column = line.comment, above
