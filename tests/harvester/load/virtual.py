"""A server in virtual time: requests that begin when the state of the client admits them."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from persync.harvester.load.state import Load

LATENCY = 0.05  # s


@dataclass
class Bucket:
    """A gateway that lets ``rate`` requests per second pass, and ``burst`` at once."""

    rate: float
    burst: float
    _level: float = math.inf
    _at: float = 0.0

    def passes(self, now: float) -> bool:
        self._level = min(self.burst, self._level + (now - self._at) * self.rate)
        self._at = now
        if self._level < 1:
            return False
        self._level -= 1
        return True


@dataclass
class Outage:
    """A server that answers nothing from one second to another."""

    begin: float
    end: float

    def passes(self, now: float) -> bool:
        return not self.begin <= now < self.end


class _Event(NamedTuple):
    at: float
    number: int
    act: Callable[[], None]


@dataclass
class Run:
    """``count`` requests, repeated until they pass; what happened."""

    count: int
    load: Load
    passes: Callable[[float], bool]
    retry_after: float | None = None
    seconds: float = 0.0
    refused: int = 0
    most: int = 0
    _in_flight: int = 0
    _passed: int = 0
    _waiting: int = 0
    _number: int = 0
    _events: list[_Event] = field(default_factory=list)

    def __call__(self) -> Run:
        self._waiting = self.count
        while self._passed < self.count:
            self._begin()
            event = heapq.heappop(self._events)
            self.seconds = event.at
            event.act()
        return self

    def _begin(self) -> None:
        while self._waiting:
            wait = self.load.wait(self.seconds)
            if wait > 0:
                if wait < math.inf:
                    self._later(wait, lambda: None)
                return
            self._waiting -= 1
            self._in_flight += 1
            self.most = max(self.most, self._in_flight)
            ticket = self.load.begin(self.seconds)
            passes = self.passes(self.seconds)

            def end(passes: bool = passes, ticket: object = ticket) -> None:
                self._in_flight -= 1
                if passes:
                    self._passed += 1
                    self.load.answered(ticket, self.seconds)  # type: ignore[arg-type] # bound as a default argument
                else:
                    self.refused += 1
                    self._waiting += 1
                    self.load.refused(ticket, self.seconds, 429, self.retry_after)  # type: ignore[arg-type] # as above

            self._later(LATENCY, end)

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        self._number += 1
        heapq.heappush(self._events, _Event(self.seconds + seconds, self._number, act))
