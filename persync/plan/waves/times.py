"""How long an apply takes at most, if everything takes as long as it may. Pure."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from persync.model import RunState
from persync.plan.parts.rollout import Longest
from persync.plan.terms import Step

if TYPE_CHECKING:
    from persync.model import PersisterId, Timeouts
    from persync.plan.plan import PersisterPlan
    from persync.plan.waves.down import Gate


def longest_of(planned: PersisterPlan, timeouts: Timeouts, readiness_delay: float, settle: float) -> Longest:
    """Return how long the steps of a persister may take.

    Args:
        planned: its plan.
        timeouts: of the environment.
        readiness_delay: seconds that its readiness probe waits (vendor's guide: a part of every start).
        settle: seconds that RUNNING has to hold.
    """
    waits = Step.WAIT in planned.steps
    is_stopping = planned.live_state == RunState.STOPPING
    stops = Step.STOP in planned.steps or (waits and is_stopping)
    starts = Step.START in planned.steps or (waits and not is_stopping)
    return Longest(
        stop=timeouts.stop if stops else 0,
        update=timeouts.update if Step.PUT in planned.steps else 0,
        readiness_delay=readiness_delay if starts else 0,
        start=timeouts.start if starts else 0,
        settle=settle if starts else 0,
    )


@dataclass(slots=True)
class Clock:
    """Begins persisters as an apply does, in order, and counts the seconds.

    Attributes:
        parallelism: how many are under way at a time.
        gate: how many may be down at once.
        now: seconds since the beginning.
    """

    parallelism: int
    gate: Gate
    now: float = 0
    _under_way: list[tuple[float, PersisterId]] = field(default_factory=list)

    def begin(self, persister: PersisterId, seconds: float, *, takes_down: bool) -> float | None:
        """Return when a persister is begun; ``None`` if too many others are down and stay so."""
        while len(self._under_way) >= self.parallelism or not self.gate.admits(persister, takes_down=takes_down):
            if not self._under_way:
                return None
            self._finish()
        self.gate.begin(persister, takes_down=takes_down)
        heapq.heappush(self._under_way, (self.now + seconds, persister))
        return round(self.now, 3)

    def finish_all(self) -> float:
        """Let everything finish that is under way; return when that is."""
        while self._under_way:
            self._finish()
        return self.now

    def _finish(self) -> None:
        self.now, persister = heapq.heappop(self._under_way)
        self.gate.finish(persister, is_up=True)
