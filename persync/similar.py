"""The most similar of some names, for hints."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIMILARITY = 0.7


def did_you_mean(name: str, names: Iterable[str], quote: str = "") -> str:
    """Return a hint that names the most similar of ``names``, or an empty text.

    Args:
        name: what was written.
        names: what there is.
        quote: what is before and behind a name in the hint.
    """
    similar = most_similar(name, names)
    return meant(name, similar, quote) if similar else ""


def meant(name: str, other: str, quote: str = "") -> str:
    """Return a hint that names what may have been meant; it says so where only the case of letters differs."""
    if name != other and name.lower() == other.lower():
        return f"names are case-sensitive; there is {quote}{other}{quote}"
    return f"did you mean {quote}{other}{quote}?"


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
