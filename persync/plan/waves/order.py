"""Who is changed when: recoveries that are needed first, the canaries, then the batches. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from persync.plan.parts.rollout import WaveKind
from persync.plan.terms import Step
from persync.plan.waves.down import goes_down, is_down
from persync.safety import Amount
from persync.selectors import selects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.model import PersisterId
    from persync.plan.plan import PersisterPlan
    from persync.rollout import Canary


class Ordered(NamedTuple):
    """A wave: its kind, and its persisters in the order in which they are begun."""

    kind: WaveKind
    persisters: tuple[PersisterPlan, ...]


def in_waves(
    persisters: Sequence[PersisterPlan], canary: Canary, batch: int | None, limit: int | None
) -> tuple[Ordered, ...]:
    """Return the waves of a plan; no wave is empty.

    With a limit of persisters that are down, those that take no persister down come first, within the canaries and
    within the others: when the persisters run that were down before, the limit admits restarts. If it would admit no
    restart of a canary before, a wave of recoveries is the first.

    Args:
        persisters: all of the plan, in its order; those without steps are in no wave.
        canary: how many are canaries, or which.
        batch: how many persisters a batch has; ``None`` for all.
        limit: how many persisters may be down at once; ``None``: not limited.
    """
    to_do = [planned for planned in persisters if planned.steps]
    ordered = to_do if limit is None else sorted(to_do, key=goes_down)
    chosen = _canaries(ordered, canary)
    canaries = [planned for planned in ordered if planned.id in chosen]
    others = [planned for planned in ordered if planned.id not in chosen]
    down = sum(map(is_down, persisters))
    recoveries = _recoveries(canaries, others, down, limit)
    first = {planned.id for planned in recoveries}
    others = [planned for planned in others if planned.id not in first]
    size = batch or max(len(others), 1)
    waves = [
        Ordered(WaveKind.RECOVERY, tuple(recoveries)),
        Ordered(WaveKind.CANARY, tuple(canaries)),
        *(Ordered(WaveKind.BATCH, tuple(others[at : at + size])) for at in range(0, len(others), size)),
    ]
    return tuple(wave for wave in waves if wave.persisters)


def _canaries(ordered: Sequence[PersisterPlan], canary: Canary) -> set[PersisterId]:
    """Return who goes first: those that the selectors match, or the first that show whether the change is good.

    That is shown best by a new configuration that is started, then by any start.
    """
    if not isinstance(canary, Amount):
        return {planned.id for planned in ordered if any(selects(pattern, planned.id) for pattern in canary)}
    informative = sorted(ordered, key=lambda planned: (Step.START not in planned.steps, Step.PUT not in planned.steps))
    return {planned.id for planned in informative[: canary.of(len(ordered))]}


def _recoveries(
    canaries: Sequence[PersisterPlan], others: Sequence[PersisterPlan], down: int, limit: int | None
) -> list[PersisterPlan]:
    """Return the persisters that have to run before the limit lets a canary be restarted.

    Those that only have to be started are enough, if they are: a new configuration is for the canaries to try.
    """
    still_down = down - sum(map(is_down, canaries))
    if limit is None or still_down < limit or not any(map(goes_down, canaries)):
        return []
    recoverable = [planned for planned in others if is_down(planned)]
    unchanged = [planned for planned in recoverable if Step.PUT not in planned.steps]
    return unchanged if still_down - len(unchanged) < limit else recoverable
