"""Regular expressions of users: compiled once, and searched within limits of time.

Python's own engine can take hours for ``(a|aa)+$``, and cannot be interrupted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from time import thread_time
from typing import TYPE_CHECKING

from persync.errors import ConfigError

if TYPE_CHECKING:
    import regex

_LONGEST_SEARCH = 0.5
"""Seconds. A key is short: a search takes microseconds."""
_LONGEST_IN_ALL = 2.0
"""Seconds for all searches for one pattern, beyond what is ordinary for each."""
_ORDINARY = 50e-6
"""Seconds of each search that do not count: an ordinary search takes 10 µs, and any number of them may be made."""


class InvalidPattern(ValueError):
    """The text is not a regular expression; the message says why."""


@lru_cache(maxsize=1024)
def compiled(pattern: str, *, ignore_case: bool = True) -> regex.Pattern[str]:
    """Return a regular expression, which by default ignores upper and lower case.

    Raises:
        InvalidPattern: it is not one.
    """
    import regex  # noqa: PLC0415 - few configurations have patterns

    try:
        return regex.compile(pattern, regex.IGNORECASE if ignore_case else 0)
    except (regex.error, OverflowError, RecursionError) as failure:
        raise InvalidPattern(str(failure)) from failure


@dataclass(slots=True)
class _Left:
    """The seconds that are left for the searches for a pattern."""

    seconds: float


@lru_cache(maxsize=1024)
def _left_for(_pattern: str) -> _Left:
    return _Left(_LONGEST_IN_ALL)


def found_in(pattern: str, text: str, *, ignore_case: bool = True) -> bool:
    """Return whether a valid regular expression is found in a text.

    Raises:
        ConfigError: this search takes too long, or all for this pattern together.
    """
    expression, left = compiled(pattern, ignore_case=ignore_case), _left_for(pattern)
    limit = min(left.seconds, _LONGEST_SEARCH)
    began = thread_time()
    try:
        if limit > 0:
            return expression.search(text, timeout=limit) is not None
    except TimeoutError:
        pass
    finally:
        left.seconds -= max(0.0, thread_time() - began - _ORDINARY)
    if limit == _LONGEST_SEARCH:
        time = f"the search for the regular expression {pattern!r} takes more than {_LONGEST_SEARCH:g} s"
        message = f"{time} in a text of {len(text)} characters"
    else:
        message = f"all searches for the regular expression {pattern!r} take more than {_LONGEST_IN_ALL:g} s"
    hint = "write it without alternatives or repetitions that overlap within a repetition, such as (a|aa)+"
    raise ConfigError(message, hint=hint)
