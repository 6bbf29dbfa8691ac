"""Durations, as settings and options give them."""

from __future__ import annotations

import re

_DURATION = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s|m|h)?", re.ASCII)
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
LONGEST = 86_400.0  # s: a day, as in the schema of persync.yaml


def seconds(duration: str | float, *, least: float = 0, most: float = LONGEST) -> float:
    """Return a duration in seconds.

    Args:
        duration: a number of seconds, or a number with a unit: ``500ms``, ``5s``, ``2m``, ``1h``.
        least: the shortest that is valid, in seconds.
        most: the longest that is valid, in seconds.

    Raises:
        ValueError: it is none, or not within these bounds.
    """
    found = _DURATION.fullmatch(str(duration))
    number = float(found[1]) * _UNITS[found[2] or "s"] if found else -1
    if not least <= number <= most:
        bounds = f"of at least {least:g} s, and " if least else "of "
        longest = "a day" if most == LONGEST else f"{most / 3600:g} h"
        raise ValueError(f"'{duration}' is not a duration {bounds}at most {longest}, such as 500ms, 5s or 2m")
    return number
