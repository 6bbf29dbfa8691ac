"""Measures what a server lets pass."""

from __future__ import annotations

from dataclasses import dataclass

_WINDOW = 1.0  # s
_MOMENT = 0.01  # s
_MEMORY = 32
"""Answers that the share of refused ones is about."""
_FORGET = 0.999
"""What the best throughput is still worth a second later: the half of it after eleven minutes."""


@dataclass(slots=True)
class Meter:
    """Counts answers.

    Attributes:
        refused: the share of the last answers that were refusals (429, 503 …), 0 to 1.
        passed: requests per second that were let pass in the last whole window; 0 before there was one.
        best: the best ``passed`` so far; it is forgotten slowly.
    """

    refused: float = 0.0
    passed: float = 0.0
    best: float = 0.0
    _count: int = 0
    _since: float | None = None

    def begin(self, now: float) -> None:
        """Note that a request begins, at ``now`` seconds: the first one begins the first window."""
        if self._since is None:
            self._since = now

    def end(self, now: float, *, refused: bool) -> None:
        """Note an answer at ``now`` seconds."""
        since = now if self._since is None else self._since
        if (seconds := now - since) >= _WINDOW:
            self.passed = self._count / seconds
            self.best = max(self.passed, self.best * _FORGET**seconds)
            self._count, self._since = 0, now
        self._count += not refused
        self.refused += (refused - self.refused) / _MEMORY

    def recent(self, now: float) -> float:
        """Return ``passed``; before the end of the first window, what was let pass per second so far."""
        since = now if self._since is None else self._since
        return self.passed or self._count / max(now - since, _MOMENT)
