"""How many requests may begin per second: free, until a server refuses some.

A gateway with a rate limit does not care how many requests are in flight. After its first refusals the pace begins low
and doubles every second (as TCP's slow start); at the next ones it is lowered to what was let pass, and then
grows slowly at first, then faster (as CUBIC, RFC 9438), until it is free again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from persync.harvester.load.meter import Meter

_FIRST = 25.0  # per second
_RAMP = 0.8
"""The exponent of growth per second in the beginning: it doubles in a second."""
_GROWTH, _GROWTH_ASKED = 0.02, 0.001
"""The exponent of growth per square second; less where one refusal makes everybody wait."""
_CUT, _CUT_RAMP, _CUT_ASKED = 1.3, 1.3, 1.15
_FREE = 10_000.0  # per second
_LEAST = 0.5  # per second
_ABOVE = 1.05
"""Of what is let pass: a little more is tried where a refusal costs nothing …"""
_BELOW = 0.97
"""… and a little less where the server makes everybody wait after one (Retry-After)."""
_FEW = 0.1
"""Refusals up to this share of the answers do not slow down the pace: every server fails now and then."""
_PART = 0.6
"""Of the best that was let pass: a server that refuses at random lets pass less when it is asked less."""


@dataclass(slots=True)
class Pace:
    """The pace.

    Attributes:
        next: when the next request may begin, in seconds.
    """

    next: float = -math.inf
    _rate: float | None = None
    _since: float = 0.0
    _ramp: bool = False
    _asked: bool = False

    def rate(self, now: float) -> float | None:
        """Return the requests per second; ``None``: free."""
        if self._rate is None:
            return None
        seconds = max(0.0, now - self._since)
        growth = _RAMP * seconds if self._ramp else (_GROWTH_ASKED if self._asked else _GROWTH) * seconds**2
        if growth > math.log(_FREE / self._rate):
            return None
        return self._rate * math.exp(growth)

    def begin(self, now: float) -> None:
        """Note that a request begins."""
        rate = self.rate(now)
        if rate is None:
            self._rate = None
        else:
            self.next = now + 1 / rate

    def hold(self, until: float) -> None:
        """Note that nothing begins until then: the pace does not grow meanwhile."""
        self._since = max(self._since, until)

    def refused(self, meter: Meter, now: float, *, since_last: float, asked: bool) -> None:
        """Lower the pace after a refusal.

        Args:
            meter: what was measured.
            now: seconds.
            since_last: how many requests per second have begun since the refusal before; 0: not known.
            asked: the server requests a pause for it (``Retry-After``).
        """
        if not asked and meter.refused <= _FEW:
            return
        rate = self.rate(now)
        if rate is None:
            self._rate, self._ramp = _FIRST if asked else max(_FIRST, meter.recent(now)), asked
        else:
            if asked:
                lower = max(_BELOW * since_last, rate / (_CUT_RAMP if self._ramp else _CUT_ASKED))
            else:
                lower = max(_ABOVE * meter.recent(now), rate / _CUT, _PART * meter.best)
            self._rate, self._ramp = max(_LEAST, min(rate, lower)), False
        self._asked = asked
        self._since = now
