"""Which persisters are down, and how many may be. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from persync.model import RunState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from persync.model import PersisterId
    from persync.plan.plan import PersisterPlan


def is_to_run(planned: PersisterPlan) -> bool:
    """Return whether the files want a persister RUNNING."""
    return planned.desired_state is RunState.RUNNING


def is_down(planned: PersisterPlan) -> bool:
    """Return whether a persister is to run and was not RUNNING when the plan was made.

    One with a run state that could not be read is not counted: nothing is known of it.
    """
    if not is_to_run(planned) or planned.live_state is None:
        return False
    return not RunState.of(planned.live_state).is_up


def goes_down(planned: PersisterPlan) -> bool:
    """Return whether its steps take a persister down that is up and is to run.

    An update without a restart does not, and a stop that is desired is no unavailability.
    """
    return planned.restarts and not is_down(planned)


@dataclass(slots=True)
class Gate:
    """Lets persisters be taken down as long as not too many are down at once.

    Attributes:
        limit: how many may be down; ``None``: not limited.
        down: those that are down, or under way and may be.
    """

    limit: int | None
    down: dict[PersisterId, None] = field(default_factory=dict)

    @classmethod
    def of(cls, limit: int | None, down: Iterable[PersisterId]) -> Gate:
        """Return a gate with these persisters down."""
        return cls(limit, dict.fromkeys(down))

    def admits(self, persister: PersisterId, *, takes_down: bool) -> bool:
        """Return whether a persister may be begun: if it takes nothing down, always."""
        is_counted = not takes_down or persister in self.down
        return self.limit is None or is_counted or len(self.down) < self.limit

    def begin(self, persister: PersisterId, *, takes_down: bool) -> None:
        """Count a persister that is begun."""
        if takes_down:
            self.down[persister] = None

    def finish(self, persister: PersisterId, *, is_up: bool) -> None:
        """Count a persister whose run is over."""
        if is_up:
            self.down.pop(persister, None)
        else:
            self.down[persister] = None
