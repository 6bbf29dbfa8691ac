"""Waits until a persister is in a run state."""

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

_FIRST_POLL = 0.1  # s


@dataclass(frozen=True, slots=True)
class Interruption:
    """The request to end early.

    Attributes:
        gracefully: begin with no further persister. A persister that is stopped for its restart is started again,
            but its start is not waited for.
        immediately: send nothing more.
    """

    gracefully: threading.Event = field(default_factory=threading.Event)
    immediately: threading.Event = field(default_factory=threading.Event)


def wait_for(
    desired: RunState,
    read_state: Callable[[], RunState],
    persister: PersisterId,
    *,
    limit: float,
    poll: float,
    interrupt: threading.Event,
) -> None:
    """Wait until a persister is in the desired run state.

    Args:
        desired: ``RUNNING`` or ``STOPPED``.
        read_state: reads the run state from the API.
        persister: for the message.
        limit: seconds.
        poll: seconds between two reads, at most.
        interrupt: ends the wait when set.

    Raises:
        NotReached: the time is over, or while waiting for RUNNING it failed or its configuration was changed.
        Interrupted: ``interrupt`` was set.
        HarvesterError: the run state cannot be read. After 429 and 5xx it is read again until the limit.
    """
    deadline = time.monotonic() + limit
    pause = min(_FIRST_POLL, poll)
    while (state := _state_or_error(read_state)) is not desired:
        if desired is RunState.RUNNING and state is RunState.FAILED:
            raise NotReached(
                f"{persister} went to FAILED instead of RUNNING", hint="read its log, fix the cause, plan again"
            )
        if desired is RunState.RUNNING and state is RunState.RUNNING_BUT_OUTDATED:
            raise NotReached(
                f"{persister} is RUNNING_BUT_OUTDATED: its configuration was changed while it started",
                hint="another user or program writes to this persister; plan again",
            )
        if time.monotonic() + pause > deadline:
            raise NotReached(
                f"{persister} is {state} and not {desired} after {limit:g} s",
                hint="check it with 'persync status', or raise the timeouts in persync.yaml",
            )
        if interrupt.wait(pause):
            raise Interrupted(f"interrupted while waiting for {desired}; {persister} was {state}")
        pause = min(pause * 2, poll)


def _state_or_error(read_state: Callable[[], RunState]) -> RunState | str:
    """Return the run state, or, for the message, the error of an API that is only temporarily unavailable."""
    try:
        return read_state()
    except (ServerFault, RateLimited) as error:
        return f"in a state that cannot be read ({error.message})"
