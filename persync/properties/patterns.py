"""Regular expressions of users: compiled once, and searched within limits of time.

They come with the files of a repository, and may be hostile. Python's own engine can take hours for ``(a|aa)+$``, and
cannot be interrupted.
"""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from time import thread_time
from typing import TYPE_CHECKING

from persync.errors import ConfigError

if TYPE_CHECKING:
    import regex

_LONGEST_SEARCH = 0.5
"""Seconds. A key is short: a search takes microseconds."""


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


class SearchBudget:
    """The time that all searches for a pattern may take together, of each of the patterns of a load.

    Made where the patterns are read, and passed on with them. Threads may share it.

    Attributes:
        in_all: seconds for each pattern, beyond what is ordinary for each search.
    """

    def __init__(self, in_all: float = 2.0, ordinary: float = 50e-6) -> None:
        """Make a budget.

        Args:
            in_all: see above.
            ordinary: seconds of each search that do not count: it takes 10 µs, and any number of them may be made.
        """
        self.in_all = in_all
        self._ordinary = ordinary
        self._left: dict[str, float] = {}
        self._lock = Lock()

    def left(self, pattern: str) -> float:
        """Return the seconds that are left for a pattern."""
        return self._left.get(pattern, self.in_all)

    def spend(self, pattern: str, seconds: float) -> None:
        """Take what a search took off the time that is left."""
        with self._lock:
            self._left[pattern] = self.left(pattern) - max(0.0, seconds - self._ordinary)


def found_in(pattern: str, text: str, budget: SearchBudget, *, ignore_case: bool = True) -> bool:
    """Return whether a valid regular expression is found in a text.

    Raises:
        ConfigError: this search takes too long, or all for this pattern together.
    """
    expression = compiled(pattern, ignore_case=ignore_case)
    limit = min(budget.left(pattern), _LONGEST_SEARCH)
    began = thread_time()
    try:
        if limit > 0:
            return expression.search(text, timeout=limit) is not None
    except TimeoutError:
        pass
    finally:
        budget.spend(pattern, thread_time() - began)
    if limit == _LONGEST_SEARCH:
        time = f"the search for the regular expression {pattern!r} takes more than {_LONGEST_SEARCH:g} s"
        message = f"{time} in a text of {len(text)} characters"
    else:
        message = f"all searches for the regular expression {pattern!r} take more than {budget.in_all:g} s"
    hint = "write it without alternatives or repetitions that overlap within a repetition, such as (a|aa)+"
    raise ConfigError(message, hint=hint)
