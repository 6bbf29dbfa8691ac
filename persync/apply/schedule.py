"""The persisters of a wave, several at a time: begun in order, as parallelism, maxUnavailable and failures allow."""

from __future__ import annotations

from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from persync.plan.result import PersisterResult
from persync.plan.terms import Outcome, Step
from persync.plan.waves.down import Gate, goes_down, is_down

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from persync.model import PersisterId
    from persync.plan.plan import PersisterPlan, Plan

_INTERVAL = 0.2  # s, after which a signal is seen that has reached another thread


@dataclass(slots=True)
class Schedule:
    """Begins persisters and collects their results. Only the thread that calls it changes it.

    Attributes:
        apply: applies the plan of a persister, from any thread; whatever happens is in the result.
        gate: how many may be down at once.
        parallelism: how many are under way at a time.
        most_failures: with so many, no further persister is begun; ``None``: not limited.
        is_cancelled: whether no further persister is to be begun.
        results: what became of each persister so far.
        ended: why no further persister is begun; empty as long as some are.
        held: the persisters that were not begun because too many were down.
    """

    apply: Callable[[PersisterPlan], PersisterResult]
    gate: Gate
    parallelism: int
    most_failures: int | None
    is_cancelled: Callable[[], bool]
    results: dict[PersisterId, PersisterResult] = field(default_factory=dict)
    ended: str = ""
    held: list[PersisterId] = field(default_factory=list)
    _failed: set[PersisterId] = field(default_factory=set)

    def run(self, wave: Sequence[PersisterPlan]) -> None:
        """Apply the plans of a wave; every persister of it has a result then."""
        waiting = deque(wave)
        under_way: dict[Future[PersisterResult], PersisterPlan] = {}
        pool = ThreadPoolExecutor(max_workers=self.parallelism, thread_name_prefix="persync")
        try:
            while waiting or under_way:
                while (
                    waiting
                    and len(under_way) < self.parallelism
                    and self._may_begin(waiting[0], is_busy=bool(under_way))
                ):
                    planned = waiting.popleft()
                    if planned.id not in self.results:
                        self.gate.begin(planned.id, takes_down=goes_down(planned))
                        under_way[pool.submit(self.apply, planned)] = planned
                for future in wait(under_way, _INTERVAL, FIRST_COMPLETED).done:
                    self.add(under_way.pop(future), future.result())
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def add(self, planned: PersisterPlan, result: PersisterResult) -> None:
        """Take note of a result; a later one of the same persister replaces it."""
        self.results[planned.id] = result
        self.gate.finish(planned.id, is_up=_is_up(planned, result))
        if is_failure(result):
            self._failed.add(planned.id)
        if self.most_failures is not None and len(self._failed) >= self.most_failures:
            self.end(f"{len(self._failed)} failed, and maxFailures is {self.most_failures}")

    def end(self, reason: str) -> None:
        """Begin no further persister."""
        self.ended = self.ended or reason

    def failed(self, persisters: Iterable[PersisterId]) -> bool:
        """Return whether one of these has failed."""
        return not self._failed.isdisjoint(persisters)

    def _may_begin(self, planned: PersisterPlan, *, is_busy: bool) -> bool:
        """Return whether it is the turn of a persister; one that is not begun at all has a result then."""
        if self.ended or self.is_cancelled():
            self.results[planned.id] = PersisterResult(plan=planned, outcome=Outcome.NOT_ATTEMPTED)
            return True
        if self.gate.admits(planned.id, takes_down=goes_down(planned)):
            return True
        if is_busy:
            return False  # when one of those comes up, it may be its turn
        self.held.append(planned.id)
        self.results[planned.id] = PersisterResult(plan=planned, outcome=Outcome.NOT_ATTEMPTED)
        return True


def gate_after(plan: Plan, results: Mapping[PersisterId, PersisterResult]) -> Gate:
    """Return the gate after an apply: who is down, and how many may be."""
    limit = plan.rollout.max_unavailable if plan.rollout else None
    down = (
        planned.id
        for planned in plan.persisters
        if (is_down(planned) if planned.blocked else planned.id in results and not _is_up(planned, results[planned.id]))
    )
    return Gate.of(limit, down)


def is_failure(result: PersisterResult) -> bool:
    """Return whether a result counts as a failure.

    A conflict before the first step tells nothing about the others; after it, another user is at work right now.
    """
    begun = {*result.steps_taken, *result.steps_left} - {Step.WAIT}
    return result.outcome is Outcome.FAILED or (result.outcome is Outcome.CONFLICT and bool(begun))


def _is_up(planned: PersisterPlan, result: PersisterResult) -> bool:
    """Return whether a persister does not count as down after its run. What is not known counts as down."""
    if result.outcome in {Outcome.DONE, Outcome.ALREADY} or not (goes_down(planned) or is_down(planned)):
        return True
    if result.last_state is None and not (result.steps_taken or result.steps_left):
        return not is_down(planned)  # nothing was written
    return result.is_up
