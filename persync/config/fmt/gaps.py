"""The spaces between two tokens of a line: ``key: value``, ``[a, b]``, ``{a: 1}``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yaml import tokens as yaml

if TYPE_CHECKING:
    from persync.config.fmt.lines import Line
    from persync.config.fmt.nesting import NestedToken

_STARTS = (yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken)
_ENDS = (yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)
_VALUES = (yaml.ScalarToken, yaml.AliasToken, yaml.AnchorToken, *_STARTS)
"""What a value begins with."""


def gap_between(last: NestedToken, nested: NestedToken, line: Line) -> str | None:
    """Return the spaces between a token and the one before it on the same line; ``None`` where they stay as they are.

    Args:
        last: the token before it.
        nested: the token.
        line: where both are.

    They stay where something is left out between both, as in ``{a: , b}``, behind an alias, which
    some parsers read up to the next space, and around ``?`` in flow style.
    """
    before, token = last.token, nested.token
    if not nested.flow_depth and _opens_level(before, line):
        # one space follows it, so that what is nested gets the same indentation as on a line of its own
        return " "
    if isinstance(before, (yaml.ValueToken, yaml.AnchorToken)):
        return " " if isinstance(token, _VALUES) else None
    if isinstance(before, yaml.FlowEntryToken):
        return "" if isinstance(token, _ENDS) else " "
    if isinstance(before, _STARTS):
        return ""
    is_closed = isinstance(before, (yaml.ScalarToken, *_ENDS))
    return "" if is_closed and isinstance(token, (yaml.ValueToken, yaml.FlowEntryToken, *_ENDS)) else None


def _opens_level(token: yaml.Token, line: Line) -> bool:
    """Return whether a token opens a level on its own line: a dash, a ``?``, or the ``:`` that belongs to a ``?``."""
    if isinstance(token, yaml.ValueToken):
        return bool(token.start_mark.column == line.start)
    return isinstance(token, (yaml.BlockEntryToken, yaml.KeyToken))
