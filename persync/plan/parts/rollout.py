"""How an apply goes from persister to persister: a part of a plan, and what an apply followed."""

from __future__ import annotations

from enum import StrEnum

from persync.plan.document import Frozen, Id
from persync.rollout import Pause


class WaveKind(StrEnum):
    """Why a wave has these persisters."""

    RECOVERY = "recovery"
    """They are down before, and as long as they are, maxUnavailable lets no canary be restarted."""
    CANARY = "canary"
    BATCH = "batch"


class Longest(Frozen):
    """How long each part of the work on a persister may take at most, in seconds; 0 for a part that is not done.

    Attributes:
        stop: until it is STOPPED (``timeouts.stop``).
        update: until its configuration is stored (``timeouts.update``).
        readiness_delay: of its readiness probe, a part of its start.
        start: until it is RUNNING, in addition (``timeouts.start``).
        settle: how long RUNNING has to hold (``rollout.settle``).
    """

    stop: float = 0
    update: float = 0
    readiness_delay: float = 0
    start: float = 0
    settle: float = 0

    @property
    def total(self) -> float:
        """The sum."""
        return round(self.stop + self.update + self.readiness_delay + self.start + self.settle, 3)


class WaveMember(Frozen):
    """A persister in a wave.

    Attributes:
        id: its identity.
        goes_down: its restart takes it down: it counts against maxUnavailable from before its STOP until it runs.
        begins_after: seconds until it is begun, if all that is before it takes as long as it may; ``None``: it cannot
            be begun, because too many persisters are down and stay so.
        longest: how long it may take.
        seconds: the sum of that.
    """

    id: Id
    goes_down: bool
    begins_after: float | None
    longest: Longest
    seconds: float


class Wave(Frozen):
    """Persisters that are changed before those of the next wave.

    Attributes:
        kind: why it has these persisters.
        pause: what is waited for before it: seconds, or ``prompt``.
        persisters: in the order in which they are begun.
        seconds: how long it may take at most, without the pause.
    """

    kind: WaveKind
    pause: Pause
    persisters: tuple[WaveMember, ...]
    seconds: float


class PlannedRollout(Frozen):
    """The order in which persisters are changed, and the limits that hold.

    Attributes:
        parallelism: how many are under way at a time.
        max_unavailable: how many may be down at once; ``None``: not limited.
        configured_unavailable: that limit as it is configured, ``2`` or ``10%``; empty without one.
        max_failures: with so many failures, no further persister is begun; ``None``: not limited.
        down: the selected persisters that are to run and are not RUNNING, as the plan saw them.
        no_canary: canaries are configured by selectors, and no persister with steps is one.
        waves: in order; each persister with steps is in one of them.
        seconds: how long all may take at most, with the pauses but without answers.
    """

    parallelism: int
    max_unavailable: int | None = None
    configured_unavailable: str = ""
    max_failures: int | None = 1
    down: tuple[Id, ...] = ()
    no_canary: bool = False
    waves: tuple[Wave, ...] = ()
    seconds: float = 0

    @property
    def is_in_steps(self) -> bool:
        """Whether it has more than one wave or a limit of persisters that are down: then reports show it."""
        return len(self.waves) > 1 or (self.max_unavailable is not None and bool(self.waves))

    @property
    def not_begun(self) -> tuple[WaveMember, ...]:
        """The persisters that cannot be restarted, because too many are down and stay so."""
        return tuple(member for wave in self.waves for member in wave.persisters if member.begins_after is None)


class LimitReached(Frozen):
    """Why persisters were not restarted: too many were down, and none of them came up again.

    Attributes:
        allowed: how many may be down at once.
        configured: that limit as it is configured, ``2`` or ``10%``.
        down: the persisters that were down.
        not_begun: the persisters that were not restarted because of that.
    """

    allowed: int
    configured: str
    down: tuple[Id, ...]
    not_begun: tuple[Id, ...]
