"""Durations, as settings and options give them."""

from __future__ import annotations

import re

_DURATION = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s|m|h)?", re.ASCII)
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
_DAY = 86_400  # s, as in the schema of persync.yaml


def seconds(duration: str | float, *, least: float = 0) -> float:
    """Return a duration in seconds.

    Args:
        duration: a number of seconds, or a number with a unit: ``500ms``, ``5s``, ``2m``, ``1h``.
        least: the shortest that is valid, in seconds.

    Raises:
        ValueError: it is none, shorter than that, or longer than a day.
    """
    found = _DURATION.fullmatch(str(duration))
    number = float(found[1]) * _UNITS[found[2] or "s"] if found else -1
    if not least <= number <= _DAY:
        bounds = f"of at least {least:g} s, and at most a day" if least else "of at most a day"
        raise ValueError(f"'{duration}' is not a duration {bounds}, such as 500ms, 5s or 2m")
    return number
