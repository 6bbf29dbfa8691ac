"""Fault injection: which faults a request triggers."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from persync.sandbox.domain.faults import BaseFault, Fault, RateLimit

Kind = TypeVar("Kind", bound=BaseFault)


@dataclass(slots=True)
class _Bucket:
    """What a rate limit lets pass: `level` requests at the time `at` (seconds)."""

    limit: RateLimit
    level: float
    at: float

    def takes(self, now: float) -> bool:
        """Return whether a request passes at `now`."""
        self.level = min(self.limit.capacity, self.level + max(0.0, now - self.at) * self.limit.per_second)
        self.at = now
        passes = self.level >= 1
        self.level -= passes
        return passes


@dataclass(slots=True)
class _CountedFault:
    fault: Fault
    matched: int = 0
    began: float | None = None
    bucket: _Bucket | None = None

    def count(self, now: float) -> bool:
        """Count one matching request at `now` (seconds); return whether it triggers the fault."""
        self.matched += 1
        after, times, lasts = self.fault.after, self.fault.times, self.fault.lasts
        if self.matched <= after or (times is not None and self.matched > after + times):
            return False
        if (self.matched - after) % self.fault.every:
            return False
        self.began = now if self.began is None else self.began
        if lasts is not None and now >= self.began + lasts:
            return False
        return not self._passes(now)

    def _passes(self, now: float) -> bool:
        """Return whether this is a rate limit, and lets the request pass."""
        if not isinstance(self.fault, RateLimit):
            return False
        if self.bucket is None:
            self.bucket = _Bucket(self.fault, self.fault.capacity, now)
        return self.bucket.takes(now)


class FaultInjector:
    """The active faults, with the number of requests that matched each. Safe to use from several threads."""

    def __init__(self, faults: Iterable[Fault] = (), clock: Callable[[], float] = time.time) -> None:
        self._lock = threading.Lock()
        self._clock = clock
        self._active: list[_CountedFault] = []
        self.replace(faults)

    def replace(self, faults: Iterable[Fault]) -> None:
        """Activate `faults` instead of those before, with all counts at 0."""
        active = [_CountedFault(fault) for fault in faults]
        with self._lock:
            self._active = active

    def trigger(self, method: str, path: str, kinds: tuple[type[Kind], ...]) -> list[Kind]:
        """Return the faults of `kinds` that a request to `path` triggers, in their order, and count the request.

        The first fault that responds in place of the service is the last one returned; later faults do not count
        the request, so that faults in a row make a sequence.
        """
        if not self._active:
            return []
        now = self._clock()
        triggered: list[Kind] = []
        with self._lock:
            for counted in self._active:
                fault = counted.fault
                if isinstance(fault, kinds) and fault.matches(method, path) and counted.count(now):
                    triggered.append(fault)
                    if fault.responds:
                        break
        return triggered
