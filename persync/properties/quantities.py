"""Kubernetes quantities and ISO 8601 durations, as exact numbers.

Sources: Kubernetes' resource quantities (serialization format); ``java.time.Duration.parse``, which Spring uses.
"""

from __future__ import annotations

import re
from fractions import Fraction

_QUANTITY = re.compile(r"(\d+(?:\.\d*)?)(m|k|Ki|[MGTPE]i?|[eE][+-]?\d{1,3})?", re.ASCII)
_FACTORS = {
    "": Fraction(1),
    "m": Fraction(1, 1000),
    "k": Fraction(1000),
    "Ki": Fraction(1024),
    **{letter: Fraction(1000) ** power for power, letter in enumerate("MGTPE", start=2)},
    **{f"{letter}i": Fraction(1024) ** power for power, letter in enumerate("MGTPE", start=2)},
}

_DURATION = re.compile(
    r"([+-])?P(?:(\d+)D)?(?P<time>T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,9})?)S)?)?", re.IGNORECASE | re.ASCII
)
_SECONDS = (86_400, 3_600, 60, 1)


def parse_quantity(text: str) -> Fraction | None:
    """Return the number of a quantity (``500m`` → 1/2), or ``None`` if the text is not a quantity."""
    match = _QUANTITY.fullmatch(text)
    if not match:
        return None
    number, suffix = Fraction(match[1].rstrip(".")), match[2] or ""
    factor = _FACTORS[suffix] if suffix in _FACTORS else Fraction(10) ** int(suffix[1:])
    return number * factor


def parse_duration(text: str) -> Fraction | None:
    """Return the seconds of an ISO 8601 duration in days and smaller units (``PT30S``); ``None`` if it is not one."""
    match = _DURATION.fullmatch(text)
    if not match:
        return None
    sign, days, time, hours, minutes, seconds = match.groups()
    parts = (days, hours, minutes, seconds)
    if not any(parts) or (time is not None and not any(parts[1:])):
        return None
    total = sum((Fraction(part) * factor for part, factor in zip(parts, _SECONDS, strict=True) if part), Fraction())
    return -total if sign == "-" else total
