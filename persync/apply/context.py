"""What the runs of all persisters share."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.apply.journal.recorder import NO_RECORDER, Recorder
from persync.plan.events import ignore
from persync.plan.terms import Command

if TYPE_CHECKING:
    from collections.abc import Callable

    from persync.apply.attempts import Interruption
    from persync.apply.rollback.at_once import OnFailure
    from persync.model import PersisterId, Timeouts
    from persync.plan.events import Observer
    from persync.plan.planner import Planner


@dataclass(frozen=True)
class ApplyContext:
    """What the runs of all persisters share.

    Attributes:
        planner: reads the live side.
        timeouts: how long to wait for run states.
        settle: seconds that something must hold to count: RUNNING, FAILED, a difference after the PUT.
        interruption: requests to end early.
        observer: receives an event for each step and wait as it begins.
        recorder: records each write before it is sent.
        on_failure: requests a rollback after a failure.
        clock: returns seconds, for downtimes.
        command: what the user has called.
    """

    planner: Planner
    timeouts: Timeouts
    settle: float
    interruption: Interruption
    observer: Observer = ignore
    recorder: Recorder = NO_RECORDER
    on_failure: OnFailure | None = None
    clock: Callable[[], float] = time.monotonic
    command: Command = Command.APPLY

    def again(self, persister: PersisterId) -> str:
        """Return how to do for a persister what the command does, once more: a part of hints."""
        match self.command:
            case Command.APPLY:
                return "plan again"
            case Command.ROLLBACK:
                return "roll back again"
            case Command.START | Command.STOP | Command.RESTART:
                return f"repeat 'persync {self.command} {persister}'"

    def after_another(self, persister: PersisterId) -> str:
        """Return what to do where another user or program seems to change the same persister."""
        return f"another apply may be at work; {self.again(persister)} when it has finished"

    def starts(self, persister: PersisterId) -> str:
        """Return how to start a persister that the command has stopped."""
        # an apply of the files starts it with their configuration
        return "apply again to start it" if self.command is Command.APPLY else f"'persync start {persister}' starts it"
