"""Regular expressions of users: compiled once, and searched within a time limit.

Python's own engine can take hours for ``(a|aa)+$``, and cannot be interrupted.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from persync.errors import ConfigError

if TYPE_CHECKING:
    import regex

_LONGEST_SEARCH = 0.5
"""Seconds. A key is short: a search takes microseconds."""


class InvalidPattern(ValueError):
    """The text is not a regular expression; the message says why."""


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> regex.Pattern[str]:
    """Return a regular expression that ignores upper and lower case.

    Raises:
        InvalidPattern: it is not one.
    """
    import regex  # noqa: PLC0415 - few configurations have patterns

    try:
        return regex.compile(pattern, regex.IGNORECASE)
    except (regex.error, OverflowError, RecursionError) as failure:
        raise InvalidPattern(str(failure)) from failure


def found_in(pattern: str, text: str) -> bool:
    """Return whether a valid regular expression is found in a text.

    Raises:
        ConfigError: the search takes too long.
    """
    try:
        return compiled(pattern).search(text, timeout=_LONGEST_SEARCH) is not None
    except TimeoutError:
        message = f"the search for the regular expression {pattern!r} takes more than {_LONGEST_SEARCH:g} s"
    hint = "write it without alternatives or repetitions that overlap within a repetition, such as (a|aa)+"
    raise ConfigError(f"{message} in a key of {len(text)} characters", hint=hint)
