"""When what was done: parts of a result, as the run measured them."""

from __future__ import annotations

from enum import StrEnum

from persync.plan.document import Frozen, Id
from persync.plan.parts.rollout import WaveKind
from persync.rollout import Pause


class WorkPart(StrEnum):
    """A part of the work on a persister, in the order in which they follow each other."""

    CHECK = "check"
    """It is read again, and compared with its plan, before the first write."""
    WAIT = "wait"
    """Until a change of the run state that was under way has finished."""
    STOP = "stop"
    """From the STOP until it is STOPPED."""
    UPDATE = "update"
    """Until its configuration is stored."""
    START = "start"
    """From the START until it is RUNNING and that has held (``rollout.settle``)."""
    VERIFY = "verify"
    """It is read again to verify that nothing differs."""
    START_AGAIN = "start-again"
    """After a failure it is started with the configuration that is stored."""
    ROLLBACK = "rollback"
    """After a failure it is brought back to what it was before the run; all steps of that."""


class TimedPart(Frozen):
    """A part of the work on a persister that was begun, finished or not.

    Attributes:
        part: which.
        began_after: seconds from the beginning of the run.
        seconds: how long it took.
    """

    part: WorkPart
    began_after: float
    seconds: float

    @property
    def ended_after(self) -> float:
        """Seconds from the beginning of the run to its end."""
        return self.began_after + self.seconds


class RunWave(Frozen):
    """A wave of a run.

    Attributes:
        kind: why it has these persisters.
        pause: what was to be waited for before it: seconds, or ``prompt``.
        persisters: in the order in which they were to be begun.
        began_after: seconds from the beginning of the run, after the pause; ``None``: it was not begun.
    """

    kind: WaveKind
    pause: Pause
    persisters: tuple[Id, ...]
    began_after: float | None
