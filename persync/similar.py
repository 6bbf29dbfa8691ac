"""The most similar of some names, for hints."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIMILARITY = 0.7


def most_similar(name: str, names: Iterable[str], *, least: float = _SIMILARITY) -> str:
    """Return the most similar of some names, whatever the case of its letters; empty if none is similar.

    Args:
        name: what was written.
        names: what there is.
        least: how similar it has to be: from 0 to 1, which is equal (``difflib``).
    """
    from difflib import get_close_matches  # noqa: PLC0415 - a run without a mistake starts without it

    by_lower_case = {other.lower(): other for other in names}
    close = get_close_matches(name.lower(), by_lower_case, n=1, cutoff=least)
    return by_lower_case[close[0]] if close else ""
