"""The value that was probably meant by one that is no value of its property: ``512MB`` → ``512Mi``.

People write quantities, durations and truth values as other programs read them: Kubernetes, Spring, Go, or none.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from persync.model import Kind
from persync.properties.values import problem
from persync.similar import most_similar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from persync.model import Definition

_NUMBER_AND_UNIT = re.compile(r"([+-]?\d{1,12}(?:[.,]\d{1,6})?) ?([A-Za-z]{0,12})\.?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[_, ']\d{3}){1,4}", re.ASCII)
_WHOLE = re.compile(r"([+-]?\d{1,12})(?:[.,]0{1,6})?", re.ASCII)
_PARTS = re.compile(r"(?:\d{1,9} ?[A-Za-z]{1,12} ?){2,4}", re.ASCII)
_PART = re.compile(r"(\d{1,9}) ?([A-Za-z]{1,12})", re.ASCII)
_ISO = re.compile(r"PT?(\d{1,9})([DHMS])", re.ASCII | re.IGNORECASE)
_PERCENTAGE = re.compile(r"(\d{1,3}) ?(?:%|percent|pct)", re.ASCII | re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s,;|/\[\]]+")

_SIZES = {
    "": ("b", "byte", "bytes"),
    "Ki": ("k", "kb", "ki", "kib", "kilobyte", "kilobytes"),
    "Mi": ("m", "mb", "mi", "mib", "meg", "megs", "megabyte", "megabytes"),
    "Gi": ("g", "gb", "gi", "gib", "gig", "gigs", "gigabyte", "gigabytes"),
    "Ti": ("t", "tb", "ti", "tib", "terabyte", "terabytes"),
}
_CPUS = {
    "": ("", "c", "core", "cores", "cpu", "cpus", "vcpu", "vcpus"),
    "m": ("m", "mcpu", "mi", "milli", "millicpu", "millicpus", "millicore", "millicores"),
}
_TIMES = {
    "ms": ("ms", "msec", "msecs", "millis", "millisecond", "milliseconds"),
    "s": ("s", "sec", "secs", "second", "seconds"),
    "m": ("m", "min", "mins", "minute", "minutes"),
    "h": ("h", "hr", "hrs", "hour", "hours"),
    "d": ("d", "day", "days"),
    "w": ("w", "week", "weeks"),
}
_SECONDS: Mapping[str, Fraction] = {
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "m": Fraction(60),
    "h": Fraction(3600),
    "d": Fraction(86_400),
    "w": Fraction(604_800),
}
_MEBIBYTES = {"Mi": 1, "Gi": 1024, "Ti": 1024 * 1024}
_TRUE = frozenset({"true", "t", "yes", "y", "on", "1", "enable", "enabled", "ja"})
_FALSE = frozenset({"false", "f", "no", "n", "off", "0", "disable", "disabled", "none", "nein"})


def corrected(definition: Definition, text: str) -> str | None:
    """Return the value that was probably meant by one that is no value of its property; ``None`` if none is known.

    The answer is a value of the property. It has no text of the value but its digits.

    Args:
        definition: of the property.
        text: the value.
    """
    meant = _MEANT.get(definition.kind)
    candidates = meant(definition, text.strip()) if meant else ()
    return next((each for each in candidates if each != text and problem(definition, each) is None), None)


def plain_meant(text: str) -> Iterator[int | float | bool | str]:
    """Yield the numbers, percentages, truth values and times that a text of a setting may be meant to be.

    A time is yielded as a number with a unit, such as ``5m``, and then in seconds.
    """
    number, word = _split(text.strip())
    if number and not word:
        yield _shortest(Fraction(number))
    if found := _PERCENTAGE.fullmatch(text.strip()):
        yield f"{found[1]}%"
    if truth := _truth(text):
        yield truth == "true"
    if (seconds := _seconds(text.strip())) is not None:
        if unit := _unit(_TIMES, word):
            yield f"{number}{unit}"
        yield _shortest(seconds)


def _shortest(number: Fraction) -> int | float:
    return int(number) if number.denominator == 1 else float(number)


def _truth(text: str) -> str | None:
    word = text.strip().lower()
    return "true" if word in _TRUE else "false" if word in _FALSE else None


def _split(text: str) -> tuple[str, str]:
    """Return the number and the unit of a text, the number with a decimal point; both empty if it has not that form."""
    found = _NUMBER_AND_UNIT.fullmatch(text)
    return (found[1].replace(",", "."), found[2]) if found else ("", "")


def _unit(units: Mapping[str, tuple[str, ...]], word: str) -> str | None:
    return next((unit for unit, words in units.items() if word.lower() in words), None)


def _quantities(definition: Definition, text: str) -> Iterator[str]:
    number, word = _split(text)
    unit = _unit(_CPUS if definition.key.endswith(".cpu") else _SIZES, word)
    if not number:
        return
    if not word:
        yield number
    elif unit is not None:
        yield number + unit


def _sizes(_: Definition, text: str) -> Iterator[str]:
    number, word = _split(text)
    unit = _unit(_SIZES, word)
    if number and unit in _MEBIBYTES:
        mebibytes = Fraction(number) * _MEBIBYTES[unit]
        if mebibytes.denominator == 1:
            whole = int(mebibytes)
            yield f"{whole // 1024}g" if whole % 1024 == 0 else f"{whole}m"


def _seconds(text: str) -> Fraction | None:
    """Return the seconds of a text such as ``5 minutes``, ``1h30m`` or ``P30S``; ``None`` if it is no duration."""
    if found := _ISO.fullmatch(text):
        return int(found[1]) * _SECONDS[found[2].lower()]
    if _PARTS.fullmatch(text):
        parts = [(int(number), _unit(_TIMES, word)) for number, word in _PART.findall(text)]
        seconds = [number * _SECONDS[unit] for number, unit in parts if unit]
        return sum(seconds, Fraction()) if len(seconds) == len(parts) else None
    number, word = _split(text)
    unit = _unit(_TIMES, word)
    return Fraction(number) * _SECONDS[unit] if number and unit else None


def _durations(_: Definition, text: str) -> Iterator[str]:
    seconds = _seconds(text)
    if seconds is None or seconds < 0:
        return
    units = []
    for unit, size in (("D", 86_400), ("H", 3600), ("M", 60)):
        count, seconds = divmod(seconds, size)
        units.append(f"{count}{unit}" if count else "")
    days, *time = (*units, f"{float(seconds):g}S" if seconds else "")
    yield f"P{days}{'T' if any(time) else ''}{''.join(time)}"


def _whole_numbers(definition: Definition, text: str) -> Iterator[str]:
    if _GROUPED.fullmatch(text):
        yield re.sub(r"[^\d+-]", "", text)
    if found := _WHOLE.fullmatch(text):
        yield found[1]
    if definition.unit and (seconds := _seconds(text)) is not None:
        count = seconds / _SECONDS[definition.unit]
        if count.denominator == 1:
            yield str(int(count))


def _numbers(_: Definition, text: str) -> Iterator[str]:
    number, word = _split(text)
    if number and not word:
        yield number


def _truths(_: Definition, text: str) -> Iterator[str]:
    if word := _truth(text):
        yield word


def _choices(definition: Definition, text: str) -> Iterator[str]:
    if similar := most_similar(text, definition.choices):
        yield similar


def _ports(_: Definition, text: str) -> Iterator[str]:
    yield ",".join(filter(None, _SEPARATORS.split(text)))


_MEANT: Mapping[Kind, Callable[[Definition, str], Iterator[str]]] = {
    Kind.QUANTITY: _quantities,
    Kind.BYTES: _sizes,
    Kind.DURATION: _durations,
    Kind.INT: _whole_numbers,
    Kind.NUMBER: _numbers,
    Kind.BOOL: _truths,
    Kind.FLAG: _truths,
    Kind.NODE_PORT: _truths,
    Kind.ENUM: _choices,
    Kind.INTS: _ports,
}
