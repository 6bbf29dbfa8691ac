"""Numbers with their nouns, for messages."""

from __future__ import annotations


def number(count: int, noun: str, plural: str = "") -> str:
    """Return ``1 persister`` or ``2,000 persisters``; ``plural`` is for a noun that takes more than an ``s``."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"
