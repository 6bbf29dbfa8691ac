"""Kubernetes quantities, byte sizes and durations, as exact numbers.

Sources: Kubernetes' resource quantities (serialization format); ``ByteSizeUtils`` of spring-cloud-deployer-spi 2.0;
``DurationStyle`` of Spring Boot 2.1 and ``java.time.Duration.parse``, which it uses.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

# No number of a configuration has more digits; more take time for nothing.
_DIGITS = r"\d{1,100}"
_QUANTITY = re.compile(
    rf"([+-]?)({_DIGITS}(?:\.\d{{0,100}})?|\.{_DIGITS})(n|u|m|k|Ki|[MGTPE]i?|[eE][+-]?\d{{1,3}})?", re.ASCII
)
_FACTORS = {
    "": Fraction(1),
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 1000),
    "k": Fraction(1000),
    "Ki": Fraction(1024),
    **{letter: Fraction(1000) ** power for power, letter in enumerate("MGTPE", start=2)},
    **{f"{letter}i": Fraction(1024) ** power for power, letter in enumerate("MGTPE", start=2)},
}

_BYTES = re.compile(r"(\d{1,18})([mg]?)", re.ASCII | re.IGNORECASE)

_SIMPLE = re.compile(r"([+-]?\d{1,18})(ns|us|ms|s|m|h|d|)", re.ASCII | re.IGNORECASE)
_UNITS = {
    "ns": Fraction(1, 10**9),
    "us": Fraction(1, 10**6),
    "": Fraction(1, 1000),
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "m": Fraction(60),
    "h": Fraction(3600),
    "d": Fraction(86_400),
}
_NUMBER = r"[+-]?\d{1,18}"
_ISO = re.compile(
    rf"(?P<sign>[+-]?)P(?:(?P<years>{_NUMBER})[Yy])?(?:(?P<months>{_NUMBER})[Mm])?(?:(?P<days>{_NUMBER})[Dd])?"
    rf"(?P<time>[Tt](?:(?P<hours>{_NUMBER})[Hh])?(?:(?P<minutes>{_NUMBER})[Mm])?"
    rf"(?:(?P<seconds>{_NUMBER})(?:[.,](?P<fraction>\d{{0,9}}))?[Ss])?)?",
    re.ASCII,
)
_SECONDS = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}


class Duration(NamedTuple):
    """A span of time. How long a month is depends on when it begins, so months are counted apart."""

    months: int
    seconds: Fraction


def parse_quantity(text: str) -> Fraction | None:
    """Return the number of a quantity (``500m`` → 1/2), or ``None`` if the text is not a quantity."""
    match = _QUANTITY.fullmatch(text)
    if not match:
        return None
    sign, digits, suffix = match.groups(default="")
    number = Fraction(digits.rstrip(".") if digits.endswith(".") else f"0{digits}")
    factor = _FACTORS[suffix] if suffix in _FACTORS else Fraction(10) ** int(suffix[1:])
    return (-1 if sign == "-" else 1) * number * factor


def parse_bytes(text: str) -> int | None:
    """Return the mebibytes of a byte size (``1g`` → 1024, ``10m`` and ``10`` → 10); ``None`` if it is not one."""
    match = _BYTES.fullmatch(text)
    return int(match[1]) * (1024 if match[2].lower() == "g" else 1) if match else None


def parse_duration(text: str) -> Duration | None:
    """Return a duration in Spring's simple form (``30s``; milliseconds without a unit) or in ISO 8601 (``PT30S``).

    Years and months, which Spring refuses, are read too: the vendor's times to live have them.

    Returns:
        ``None`` if the text is no duration.
    """
    if match := _SIMPLE.fullmatch(text):
        return Duration(0, int(match[1]) * _UNITS[match[2].lower()])
    match = _ISO.fullmatch(text)
    if not match:
        return None
    units = ("years", "months", *_SECONDS)
    if not any(match[unit] for unit in units) or (match["time"] and not any(match[unit] for unit in units[3:])):
        return None
    months = 12 * int(match["years"] or 0) + int(match["months"] or 0)
    seconds = sum((Fraction(int(match[unit] or 0) * factor) for unit, factor in _SECONDS.items()), Fraction())
    if fraction := match["fraction"]:
        below = Fraction(int(fraction), 10 ** len(fraction))
        seconds += -below if match["seconds"].startswith("-") else below
    sign = -1 if match["sign"] == "-" else 1
    return Duration(sign * months, sign * seconds)
