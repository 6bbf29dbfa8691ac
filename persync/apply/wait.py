"""Wait until a persister is in a run state."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from persync.errors import Interrupted, NotReached, RateLimited, ServerFault
from persync.model import RunState

if TYPE_CHECKING:
    from collections.abc import Callable

    from persync.model import PersisterId

_FIRST_POLL = 0.1


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds.

    Attributes:
        start: for RUNNING, on top of the persister's own readiness probe delay.
        stop: for STOPPED.
        poll: between two looks; the first ones come sooner.
    """

    start: float = 120.0
    stop: float = 120.0
    poll: float = 2.0


@dataclass(frozen=True, slots=True)
class Interruption:
    """The wish to end early.

    Attributes:
        gently: begin with no other persister, and bring those under way to a state that needs no hand: one that was
            stopped for its restart is started, though not waited for.
        at_once: send nothing more.
    """

    gently: threading.Event = field(default_factory=threading.Event)
    at_once: threading.Event = field(default_factory=threading.Event)


def wait_for(
    wanted: RunState,
    look: Callable[[], RunState],
    persister: PersisterId,
    *,
    limit: float,
    poll: float,
    interrupt: threading.Event,
) -> None:
    """Wait until ``look`` shows the wanted run state.

    Args:
        wanted: ``RUNNING`` or ``STOPPED``.
        look: asks the API for the run state.
        persister: for the message.
        limit: seconds.
        poll: seconds between two looks, at most.
        interrupt: ends the wait when set.

    Raises:
        NotReached: the time is over, or while waiting for RUNNING it failed or somebody changed its configuration.
        Interrupted: ``interrupt`` was set.
        HarvesterError: the run state cannot be read. A server that is only unwell is asked again until the limit.
    """
    until = time.monotonic() + limit
    pause = min(_FIRST_POLL, poll)
    while (state := _patient(look)) is not wanted:
        if wanted is RunState.RUNNING and state is RunState.FAILED:
            raise NotReached(f"{persister} went to FAILED instead of RUNNING", hint="read its log, mend, plan again")
        if wanted is RunState.RUNNING and state is RunState.RUNNING_BUT_OUTDATED:
            raise NotReached(
                f"{persister} is RUNNING_BUT_OUTDATED: its configuration was changed while it started",
                hint="somebody else writes to this persister; plan again",
            )
        if time.monotonic() + pause > until:
            raise NotReached(
                f"{persister} is {state} and not {wanted} after {limit:g} s",
                hint="'persync status' shows when it gets there; timeouts in persync.yaml allow it more time",
            )
        if interrupt.wait(pause):
            raise Interrupted(f"not waited for {wanted}; {persister} was {state}")
        pause = min(pause * 2, poll)


def _patient(look: Callable[[], RunState]) -> RunState | str:
    """Look; an answer that may be another one next time is a state too, for the message."""
    try:
        return look()
    except (ServerFault, RateLimited) as error:
        return f"not to be read ({error.message})"
