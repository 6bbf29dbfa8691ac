"""Which part of two values differs, for text and HTML alike."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_HIGHLIGHT_FROM = 6  # characters in common; shorter values are easy to compare without highlighting


class Parts(NamedTuple):
    """A value in three parts: the ends are equal in both values; ``differing`` is empty where nothing is to be shown.

    A value that has nothing in common with the other is in ``head`` as a whole.
    """

    head: str
    differing: str = ""
    tail: str = ""


def differing(before: str, after: str) -> tuple[Parts, Parts]:
    """Return two values in parts; where most of them differs, nothing is to be highlighted."""
    head = _common_prefix(before, after)
    tail = min(_common_prefix(reversed(before), reversed(after)), len(before) - head, len(after) - head)
    if head + tail < max(_HIGHLIGHT_FROM, max(len(before), len(after)) // 2):
        return Parts(before), Parts(after)
    return _parts(before, head, tail), _parts(after, head, tail)


def _common_prefix(first: Iterable[str], second: Iterable[str]) -> int:
    """Return how many characters at the beginning are equal."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))


def _parts(text: str, head: int, tail: int) -> Parts:
    end = len(text) - tail
    return Parts(text[:head], text[head:end], text[end:])
