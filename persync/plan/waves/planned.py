"""The rollout of a plan: its waves with their times. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.plan.parts.rollout import PlannedRollout, Wave, WaveKind, WaveMember
from persync.plan.waves.down import Gate, goes_down, is_down
from persync.plan.waves.order import Ordered, in_waves
from persync.plan.waves.times import Clock, longest_of
from persync.rollout import PROMPT
from persync.safety import Amount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from persync.model import PersisterId, Timeouts
    from persync.plan.plan import PersisterPlan, Plan
    from persync.rollout import Rollout


def planned_rollout(
    plan: Plan,
    rollout: Rollout,
    *,
    total: int,
    parallelism: int,
    timeouts: Timeouts,
    delays: Mapping[PersisterId, float],
) -> PlannedRollout:
    """Return how an apply of a plan goes from persister to persister.

    Args:
        plan: the plan; persisters that are blocked are in no wave, but count as down where they are.
        rollout: settings and options.
        total: how many persisters the environment has in the files: ``max_unavailable`` in percent is of these.
        parallelism: how many are under way at a time.
        timeouts: of the environment.
        delays: the seconds that the readiness probe of each persister waits.
    """
    count = len(plan.to_do)
    limit = rollout.max_unavailable.of(total) if rollout.max_unavailable else None
    batch = rollout.batch.of(count) if rollout.batch else None
    ordered = in_waves(plan.persisters, rollout.canary, batch, limit)
    down = tuple(planned.id for planned in plan.persisters if is_down(planned))
    clock = Clock(parallelism, Gate.of(limit, down))
    waves: list[Wave] = []
    for wave in ordered:
        pause = rollout.pause if waves else 0.0
        clock.now += 0 if pause == PROMPT else pause
        began = clock.now
        members = tuple(_timed(planned, rollout, clock, timeouts, delays) for planned in wave.persisters)
        waves.append(
            Wave(kind=wave.kind, pause=pause, persisters=members, seconds=round(clock.finish_all() - began, 3))
        )
    return PlannedRollout(
        parallelism=parallelism,
        max_unavailable=limit,
        configured_unavailable=str(rollout.max_unavailable or ""),
        max_failures=rollout.max_failures.of(count) if rollout.max_failures else None,
        down=down,
        no_canary=_lacks_canary(rollout, ordered),
        waves=tuple(waves),
        seconds=round(clock.now, 3),
    )


def _timed(
    planned: PersisterPlan, rollout: Rollout, clock: Clock, timeouts: Timeouts, delays: Mapping[PersisterId, float]
) -> WaveMember:
    longest = longest_of(planned, timeouts, delays.get(planned.id, 0), rollout.settle)
    takes_down = goes_down(planned)
    return WaveMember(
        id=planned.id,
        goes_down=takes_down,
        begins_after=clock.begin(planned.id, longest.total, takes_down=takes_down),
        longest=longest,
        seconds=longest.total,
    )


def _lacks_canary(rollout: Rollout, waves: tuple[Ordered, ...]) -> bool:
    is_by_name = not isinstance(rollout.canary, Amount)
    return is_by_name and bool(waves) and all(wave.kind is not WaveKind.CANARY for wave in waves)
