"""How many requests may be in flight: additive increase, multiplicative decrease (AIMD), as in TCP."""

from __future__ import annotations

import math

_DECREASE = 0.8
_INCREASE = 4.0
"""Requests more at a time, after as many good answers as are in flight."""
_FAST, _SLOW = 0.1, 0.005
"""Weights of an answer in the averages of the last 10 and 200 latencies."""
_RISE = 2.0
"""So many times the usual latency is a rising one …"""
_OUTAGE = 3
_UNNOTICED = 0.1  # s
"""… if it rises by more than this: what a busy client adds by itself."""


class Flight:
    """The limit of requests in flight, from 1 to ``most``; it begins with ``most``.

    A refusal lowers it, and so does a latency that rises. A latency alone lowers it to the square root of ``most``
    only: a server may be slow for other reasons than this client.

    Args:
        most: the parallelism, 1 or more.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._limit = float(most)
        self._latency = self._usual = 0.0
        self._lowered_at = -math.inf

    @property
    def limit(self) -> int:
        """How many requests may be in flight."""
        return int(self._limit)

    def answered(self, latency: float, now: float) -> None:
        """Note a good answer, after ``latency`` seconds."""
        if not self._usual:
            self._latency = self._usual = latency
        self._latency += _FAST * (latency - self._latency)
        self._usual += _SLOW * (latency - self._usual)
        if self._latency > max(_RISE * self._usual, self._usual + _UNNOTICED):
            self._lower(now, math.sqrt(self._most))
        else:
            self._limit = min(self._most, self._limit + _INCREASE / self._limit)

    def refused(self, now: float, in_a_row: int) -> None:
        """Note a refusal, the so-many-th without a good answer in between: then one request at a time is tried."""
        if in_a_row >= _OUTAGE:
            self._limit = 1.0
        self._lower(now, 1.0)

    def _lower(self, now: float, least: float) -> None:
        """Lower the limit: once in the time of a request, for what was in flight together is one event."""
        if now - self._lowered_at >= self._latency and self._limit > least:
            self._limit = max(least, self._limit * _DECREASE)
            self._lowered_at = now
