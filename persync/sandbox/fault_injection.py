"""Fault injection: which faults a request triggers."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from persync.sandbox.domain.faults import BaseFault, Fault

Kind = TypeVar("Kind", bound=BaseFault)


@dataclass(slots=True)
class _CountedFault:
    fault: Fault
    matched: int = 0

    def count(self) -> bool:
        """Count one matching request; return whether it triggers the fault."""
        self.matched += 1
        after, times = self.fault.after, self.fault.times
        return after < self.matched and (times is None or self.matched <= after + times)


class FaultInjector:
    """The active faults, with the number of requests that matched each. Safe to use from several threads."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
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
        triggered: list[Kind] = []
        with self._lock:
            for counted in self._active:
                fault = counted.fault
                if isinstance(fault, kinds) and fault.matches(method, path) and counted.count():
                    triggered.append(fault)
                    if fault.responds:
                        break
        return triggered
