"""How long a persister is down: from before its STOP is sent until it is seen RUNNING."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from persync.model import RunState


@dataclass(slots=True)
class Downtime:
    """Measures the downtime of a persister.

    Attributes:
        clock: returns seconds; only their differences count.
    """

    clock: Callable[[], float] = time.monotonic
    _since: float | None = None
    _was_down: bool = False
    _up: float | None = None

    def begin(self) -> None:
        """Begin, just before a STOP is sent; a second one changes nothing."""
        if self._since is None:
            self._since = self.clock()

    def saw(self, state: RunState) -> None:
        """Take note of a look. A RUNNING that a later look does not confirm does not count: it was late."""
        if self._since is None:
            return
        if not state.is_up:
            self._was_down, self._up = True, None
        elif self._up is None:
            self._up = self.clock()

    @property
    def seconds(self) -> float | None:
        """How long it was down, up to now if it still is; ``None`` if no look showed it down."""
        if self._since is None or not self._was_down:
            return None
        return round((self.clock() if self._up is None else self._up) - self._since, 1)
