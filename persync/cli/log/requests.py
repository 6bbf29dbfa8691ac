"""How many requests a run has sent, for ``--verbose``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from persync.cli.terminal import detail
from persync.report.wording import number

if TYPE_CHECKING:
    from persync.harvester.exchange import Exchange


class RequestCounts:
    """Counts the requests; an observer that many threads call."""

    def __init__(self) -> None:
        self._outcomes: list[tuple[str, bool]] = []

    def __call__(self, exchange: Exchange) -> None:
        """Count a request."""
        from persync.harvester.exchange import Answer  # noqa: PLC0415 - commands without requests start without it

        outcome = exchange.outcome
        answered = isinstance(outcome, Answer) and (outcome.is_success or outcome.is_not_modified)
        self._outcomes.append((exchange.call.method, answered))  # appending is atomic

    def report(self) -> None:
        """Report the counts: by method, and how many have failed."""
        methods = Counter(method for method, _ in self._outcomes)
        failed = sum(not answered for _, answered in self._outcomes)
        counts = ", ".join(f"{count} {method}" for method, count in sorted(methods.items()))
        failures = f"; {failed} failed" if failed else ""
        detail(f"sent {number(len(self._outcomes), 'request')}{': ' if counts else ''}{counts}{failures}")
