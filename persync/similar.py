"""The most similar of some names, for hints."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIMILARITY = 0.7


def most_similar(name: str, names: Iterable[str]) -> str:
    """Return the most similar of some names, whatever the case of its letters; empty if none is similar."""
    by_lower_case = {other.lower(): other for other in names}
    close = get_close_matches(name.lower(), by_lower_case, n=1, cutoff=_SIMILARITY)
    return by_lower_case[close[0]] if close else ""
