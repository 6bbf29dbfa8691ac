r"""The lines of a YAML text, each with its new column.

The formatter does not emit YAML: a line keeps its content, and only its indentation, the spaces between what is on it
and the spelling of some keys change. So quotes, escapes, flow style, line breaks and comments stay as they are.
(A round trip through ruamel.yaml was tried: it turns ``"\u00e9"`` into ``"é"`` and ``~`` into ``null``, joins the
lines of flow collections and of folded texts, and moves comments.)
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from yaml import tokens as yaml

from persync.config.fmt.comments import Gap, Move, place_comments
from persync.config.fmt.gaps import gap_between
from persync.config.fmt.lines import Document, Entry, Layout, Line
from persync.config.fmt.nesting import OUTERMOST, NestedToken, nested_tokens
from persync.config.fmt.scalars import BlockScalar, is_block_scalar, place_block_scalar, place_continuation
from persync.config.yaml import parser

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def lay_out(text: str, keys: Mapping[tuple[int, int], str]) -> Layout:
    r"""Return the lines of a text with their new columns.

    Args:
        text: a YAML text without errors, with lines that end in ``\n``.
        keys: the new spelling of the key at a line and column, counted from 1.
    """
    lines = [Line(line) for line in text.split("\n")]
    tokens = tuple(nested_tokens(parser.scan(text)))
    progress = _Progress()
    for nested in tokens:
        if nested.is_visible:
            progress = _place(nested, lines, progress)
            _respell(nested, lines, keys)
    _place_comments(lines, progress, len(lines), None)
    return Layout(lines, tuple(_documents(tokens, len(lines))), _ends_open(progress.last, lines))


class _Progress(NamedTuple):
    """How far the lines have their columns.

    Attributes:
        placed: how many lines have their column.
        shift: by how many columns the last token moves.
        flow_shift: by how many columns the last outermost flow collection moves.
        last: the last visible token.
    """

    placed: int = 0
    shift: int = 0
    flow_shift: int = 0
    last: NestedToken | None = None


def _place(nested: NestedToken, lines: Sequence[Line], progress: _Progress) -> _Progress:
    """Place the lines up to the end of a visible token."""
    token = nested.token
    number, column = token.start_mark.line, token.start_mark.column
    placed, shift, flow_shift, last = progress
    if number >= placed:
        new = nested.column(flow_shift)
        _place_comments(lines, progress, number, Move(column, new), in_flow=nested.flow_depth > 0)
        lines[number].place(column, new)
        placed, shift = number + 1, new - column
    elif last:
        end = last.token.end_mark.column
        if (gap := gap_between(last, nested, lines[number])) is not None:
            lines[number].edits.append((end, column, gap))
            shift += end + len(gap) - column
    if is_block_scalar(token):
        scalar = BlockScalar.of(token, lines)
        place_block_scalar(scalar, lines, nested.blocks[-1])
        placed = scalar.stop
    elif isinstance(token, yaml.ScalarToken) and token.end_mark.line > number:
        shift = place_continuation(lines, nested, shift, flow_shift)
        placed = token.end_mark.line + 1
    return _Progress(placed, shift, shift if nested.starts_flow else flow_shift, nested)


def _place_comments(
    lines: Sequence[Line], progress: _Progress, stop: int, following: Move | None, *, in_flow: bool = False
) -> None:
    """Place the comments from the last visible token to the line ``stop``, where the next one is."""
    last = progress.last
    if last and not is_block_scalar(last.token):
        lines[last.token.end_mark.line].note_comment(last.token.end_mark.column)
    gap = Gap(last.blocks if last else OUTERMOST, progress.flow_shift if in_flow else None, following)
    place_comments(lines[progress.placed : stop], gap)


def _respell(nested: NestedToken, lines: Sequence[Line], keys: Mapping[tuple[int, int], str]) -> None:
    token = nested.token
    # a key with an anchor before it is not changed: it may also be the value of an alias
    if not isinstance(token, yaml.ScalarToken) or not nested.is_directly_key:
        return
    line = lines[token.start_mark.line]
    start, end = token.start_mark.column, token.end_mark.column
    new = keys.get((token.start_mark.line + 1, start + 1))
    quote = token.style if token.style in {"'", '"'} else ""
    if new is not None and line.text[start:end] == f"{quote}{token.value}{quote}":
        line.edits.append((start, end, f"{quote}{new}{quote}"))


def _ends_open(last: NestedToken | None, lines: Sequence[Line]) -> bool:
    return (
        last is not None and is_block_scalar(last.token) and BlockScalar.of(last.token, lines).takes_line_break(lines)
    )


def _documents(tokens: Sequence[NestedToken], line_count: int) -> Iterable[Document]:
    """Yield the documents. Those between two marks, as between a directive and ``---``, have no entries."""
    marks = [index for index, nested in enumerate(tokens) if nested.is_document_mark]
    for start, stop in pairwise([0, *marks]):
        yield Document(_entries(tokens[start:stop]), tokens[stop].token.start_mark.line)
    last = marks[-1] if marks else 0
    yield Document(_entries(tokens[last:]), line_count)


def _entries(tokens: Sequence[NestedToken]) -> tuple[Entry, ...]:
    """Return the entries of a document's outermost map."""
    starts = [index for index, nested in enumerate(tokens) if nested.starts_entry]
    return tuple(
        _entry([nested.token for nested in tokens[start:stop]]) for start, stop in pairwise([*starts, len(tokens)])
    )


def _entry(tokens: Sequence[yaml.Token]) -> Entry:
    line = tokens[0].start_mark.line
    scalars = (token.value for token in tokens if isinstance(token, yaml.ScalarToken) and token.start_mark.line == line)
    return Entry(
        line,
        next(filter(None, scalars), ""),
        frozenset(token.value for token in tokens if isinstance(token, yaml.AnchorToken)),
        frozenset(token.value for token in tokens if isinstance(token, yaml.AliasToken)),
    )
