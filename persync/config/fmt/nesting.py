"""The tokens of a YAML text, each with the maps and lists that are open around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from yaml import tokens as yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STEP = 2
_BLOCK_STARTS = {yaml.BlockMappingStartToken, yaml.BlockSequenceStartToken}
_INVISIBLE = {yaml.StreamStartToken, yaml.StreamEndToken, yaml.BlockEndToken, *_BLOCK_STARTS}
_FLOW_STARTS = {yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken}
_FLOW_ENDS = {yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken}
_DOCUMENT_MARKS = {yaml.DirectiveToken, yaml.DocumentStartToken, yaml.DocumentEndToken}
_ENTRY_STARTS = {yaml.KeyToken, yaml.ValueToken, yaml.BlockEntryToken}
_ENDS_OF_IMPLIED = {yaml.BlockEndToken, yaml.KeyToken, yaml.ValueToken}


class Block(NamedTuple):
    """An open map or list in block style.

    Attributes:
        old: the column of its entries.
        new: the column that its entries get.
        is_map: it is a map.
        is_implied: it is a list with its dashes right below its key. The parser reports neither its start nor its
            end.
    """

    old: int
    new: int
    is_map: bool = False
    is_implied: bool = False

    @property
    def inside(self) -> int:
        """The column for what is nested in it."""
        return self.new + _STEP


OUTERMOST: tuple[Block, ...] = (Block(-1, -_STEP),)
"""The blocks around a document."""


class NestedToken(NamedTuple):
    """A token and its context.

    Attributes:
        token: the parser's token.
        is_visible: it has text, and is not just the start or end of a block.
        blocks: the open blocks, the innermost last.
        flow_depth: how many flow collections are open around it.
        in_key: the parser reported that a key follows, and no visible token came since except a ``?``.
        is_directly_key: the token right before it is the one that reports a key.
    """

    token: yaml.Token
    is_visible: bool
    blocks: tuple[Block, ...]
    flow_depth: int
    in_key: bool
    is_directly_key: bool

    @property
    def is_document_mark(self) -> bool:
        """Whether it is a directive, ``---`` or ``...``."""
        return type(self.token) in _DOCUMENT_MARKS

    @property
    def starts_flow(self) -> bool:
        """Whether it opens an outermost flow collection."""
        return not self.flow_depth and type(self.token) in _FLOW_STARTS

    @property
    def starts_entry(self) -> bool:
        """Whether an entry of the document's outermost map starts with it, if that map is in block style."""
        return isinstance(self.token, yaml.KeyToken) and not self.flow_depth and len(self.blocks) == len(OUTERMOST) + 1

    def column(self, flow_shift: int) -> int:
        """Return the new column for this token if it is the first of its line.

        Args:
            flow_shift: by how many columns the flow collection around it moves.
        """
        top = self.blocks[-1]
        if self.flow_depth:
            return column_in_flow(self.token.start_mark.column, flow_shift, top)
        if self.is_document_mark:
            return 0
        if self.in_key or type(self.token) in _ENTRY_STARTS:
            return top.new
        return top.inside


def column_in_flow(column: int, flow_shift: int, around: Block) -> int:
    """Return the new column in a flow collection: it moves as a whole, but not out of the block around it."""
    return max(column + flow_shift, around.new, 0)


def nested_tokens(tokens: Iterable[yaml.Token]) -> Iterator[NestedToken]:
    """Yield each token with its context."""
    blocks = OUTERMOST
    flow_depth = 0
    in_key = is_directly_key = False
    for token in tokens:
        kind = type(token)
        is_key = kind is yaml.KeyToken
        if not flow_depth:
            blocks = _blocks_at(token, blocks)
        in_key = in_key or is_key
        is_visible = kind not in _INVISIBLE and token.start_mark.index != token.end_mark.index
        yield NestedToken(token, is_visible, blocks, flow_depth, in_key, is_directly_key)
        flow_depth += (kind in _FLOW_STARTS) - (kind in _FLOW_ENDS)
        in_key = in_key and (is_key or not is_visible)
        is_directly_key = is_key


def _blocks_at(token: yaml.Token, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks that are open at a token, from those that were open before it."""
    top = blocks[-1]
    kind = type(token)
    if kind in _BLOCK_STARTS:
        return (*blocks, Block(token.start_mark.column, top.inside, is_map=kind is yaml.BlockMappingStartToken))
    if kind is yaml.BlockEntryToken and top.is_map:
        return (*blocks, Block(top.old, top.inside, is_implied=True))
    closed = (kind in _ENDS_OF_IMPLIED and top.is_implied) + (kind is yaml.BlockEndToken)
    return blocks[:-closed] if closed else blocks
