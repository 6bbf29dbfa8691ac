"""Waits until a persister is in a run state, and holds it."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, TypeAlias

from persync.errors import HarvesterError, NotReached, Overtaken
from persync.model import LIVE_SEGMENT, RunState

if TYPE_CHECKING:
    from collections.abc import Callable

    from persync.apply.attempts import Attempts
    from persync.apply.context import ApplyContext
    from persync.model import PersisterId

_UP = frozenset({RunState.RUNNING, RunState.RUNNING_BUT_OUTDATED})


class Streak:
    """How long the same run state has been seen, without another one in between.

    A single look may be late or wrong: a FAILED pod can become ready, and STOPPED may appear just after a START.

    Args:
        settle: seconds that a state must hold to count.
    """

    def __init__(self, settle: float) -> None:
        self._settle = settle
        self._state: RunState | None = None
        self._since = 0.0
        self._looks = 0

    def assume(self, state: RunState) -> None:
        """Count a state as one that has held already."""
        self._state, self._since = state, -math.inf

    def add(self, state: RunState) -> None:
        """Add what a look has shown."""
        if state is not self._state:
            self._state, self._since, self._looks = state, time.monotonic(), 0
        self._looks += 1

    def holds(self, looks: int = 2) -> bool:
        """Return whether the last state has held for so many looks at least, and for ``settle`` seconds."""
        return self._looks >= looks and time.monotonic() - self._since >= self._settle


class Running:
    """Judges the run states that are seen while a persister is to become RUNNING.

    Args:
        persister: for messages.
        context: has how long a state must hold to count, and the command for hints.
        was_running: it was RUNNING before, so the first look need not hold.
    """

    desired = RunState.RUNNING

    def __init__(self, persister: PersisterId, context: ApplyContext, *, was_running: bool = False) -> None:
        self._persister = persister
        self._again = context.again(persister)
        self._streak = Streak(context.settle)
        self.late = _looks_at(persister) if was_running else f"{_looks_at(persister)}; {_longer('start')}"
        if was_running:
            self._streak.assume(RunState.RUNNING)

    def is_reached(self, state: RunState) -> bool:
        """Return whether the wait is over with this state.

        Raises:
            NotReached: it failed.
            Overtaken: another user or program stopped or changed it.
        """
        self._streak.add(state)
        if state is RunState.RUNNING:
            return self._streak.holds(looks=1)
        if not self._streak.holds():
            return False
        if state is RunState.FAILED:
            raise NotReached(
                f"{self._persister} went to FAILED instead of RUNNING",
                hint=f"read its log, fix the cause, {self._again}",
            )
        if state is RunState.RUNNING_BUT_OUTDATED:
            raise Overtaken(
                f"{self._persister} is RUNNING_BUT_OUTDATED: its configuration was changed while it started",
                hint=f"another user or program writes to this persister; {self._again}",
            )
        if state.is_down:
            raise Overtaken(
                f"{self._persister} went to {state} instead of RUNNING",
                hint=f"another user or program stops this persister; {self._again}",
            )
        return False


class Stopped:
    """Judges the run states that are seen while a persister is to become STOPPED.

    Args:
        persister: for messages.
        context: has how long a state must hold to count, and the command for hints.
        before: its run state before the STOP: a late look may show it again.
        was_down: whether a look has shown it STOPPED or STOPPING.
        is_changed: looks whether its configuration is another one than before.
    """

    desired = RunState.STOPPED

    def __init__(
        self,
        persister: PersisterId,
        context: ApplyContext,
        before: RunState,
        was_down: Callable[[], bool],
        is_changed: Callable[[], bool],
    ) -> None:
        self._persister = persister
        self._context = context
        self._streak = Streak(context.settle)
        self.late = f"'persync status {persister}' shows whether it stops; {_longer('stop')}"
        self._before = before
        self._was_down = was_down
        self._is_changed = is_changed

    def is_reached(self, state: RunState) -> bool:
        """Return whether the persister is STOPPED.

        Raises:
            Overtaken: another user or program started it.
            HarvesterError: its configuration cannot be read.
        """
        self._streak.add(state)
        started = state is RunState.DEPLOYING and self._before is not RunState.DEPLOYING
        if started or (state in _UP and self._streak.holds() and (self._was_down() or self._is_changed())):
            raise started_by_another(self._persister, state, self._context)
        return state is RunState.STOPPED


class StillStopped:
    """Judges what is seen just before a write to a stopped persister: anything else is the doing of another user.

    Args:
        persister: for messages.
        context: has how long a state must hold to count where a late look may show it, and the command for hints.
        before: the run state before the STOP: a late look may show it again.
    """

    desired = RunState.STOPPED

    def __init__(self, persister: PersisterId, context: ApplyContext, before: RunState) -> None:
        self._persister = persister
        self._context = context
        self._streak = Streak(context.settle)
        self.late = f"'persync status {persister}' shows what becomes of it; {context.again(persister)}"
        self._late = {before, RunState.STOPPING, RunState.UNKNOWN}

    def is_reached(self, state: RunState) -> bool:
        """Return whether the persister is STOPPED.

        Raises:
            Overtaken: another user or program started it.
        """
        self._streak.add(state)
        if state is RunState.STOPPED:
            return True
        if state not in self._late or (not state.is_down and self._streak.holds()):
            raise started_by_another(self._persister, state, self._context)
        return False


Goal: TypeAlias = Running | Stopped | StillStopped


def started_by_another(persister: PersisterId, state: RunState, context: ApplyContext) -> Overtaken:
    """Return the error about a persister that is up although it was stopped for its update or restart."""
    return Overtaken(
        f"{persister} is {state}, although it was stopped: another user or program started it",
        hint=context.after_another(persister),
    )


def _looks_at(persister: PersisterId) -> str:
    """Return where to look for the reason why a persister does not run."""
    if persister.eventstore == LIVE_SEGMENT:  # the API has no logs of it
        return f"'persync status {persister}' shows whether it runs later"
    return f"'persync logs {persister}' may show why"


def _longer(timeout: str) -> str:
    return f"if it only takes longer, raise timeouts.{timeout} in persync.yaml"


def wait_for(goal: Goal, read_state: Callable[[], RunState], persister: PersisterId, attempts: Attempts) -> None:
    """Wait until a persister is in the desired run state.

    Args:
        goal: judges the states that are seen.
        read_state: reads the run state from the API.
        persister: for the message.
        attempts: when to look, and how long.

    Raises:
        NotReached: the time is over, or it FAILED.
        Overtaken: another user or program started, stopped or changed it.
        Interrupted: it was cancelled.
        HarvesterError: the run state cannot be read any more. After an error that may pass it is read again.
    """
    last: RunState | HarvesterError = RunState.UNKNOWN
    for _ in attempts:
        try:
            last = read_state()
            if goal.is_reached(last):
                return
        except HarvesterError as error:
            if error.permanent:
                raise
            last = error
    if isinstance(last, HarvesterError):  # a longer timeout would not help
        raise NotReached(
            f"{persister} was not seen {goal.desired} within {attempts.limit:g} s: its run state cannot be read"
            f" ({last.message})",
            hint=last.hint,
        )
    raise NotReached(f"{persister} is {last} and not {goal.desired} after {attempts.limit:g} s", hint=goal.late)
