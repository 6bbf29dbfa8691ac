"""How a run ends that did not succeed: the persister is started again, and what is reported comes from a look at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from persync.apply.wait import Streak
from persync.errors import DidNotStick, HarvesterError, Interrupted, NotReached, Overtaken, PersyncError
from persync.model import RunState
from persync.plan.events import DeadlineStarted, Recovering
from persync.plan.terms import Command
from persync.properties.secrets import redact

if TYPE_CHECKING:
    from persync.apply.run import Run
    from persync.plan.plan import PersisterPlan

_STARTED = ". It was started again and runs"
_LAST_LOOK = 10.0
"""Seconds: the persister is not changed any more, and the report of all others waits for it."""


@dataclass(frozen=True, slots=True)
class End:
    """The end of a run.

    Attributes:
        problem: what went wrong, and the run state.
        hint: what to do; may be empty.
        left_stopped: it was stopped by this run and, as far as is known, does not run.
    """

    problem: str
    hint: str
    left_stopped: bool = False


class _NotStopped(NotReached):
    """A persister that is to be started again is not STOPPED in time."""


def end_of(run: Run, error: PersyncError) -> End:
    """Start a persister again that the run has stopped, look at it, and return how the run ended.

    Args:
        run: it has failed.
        error: why.
    """
    is_refused = isinstance(error, HarvesterError) and error.permanent and not error.hint
    if isinstance(error, HarvesterError) and not error.hint:
        error = error.reworded(hint=_advice(run, error))
    text, hint = error.message, error.hint
    if run.is_to_be_restarted:
        text, hint = _started_again(run, error)
    if not (run.stop_sent or run.start_sent):
        return End(text, hint)
    state, context, persister = _state(run), run.context, run.desired.id
    is_to_run = run.desired.state is RunState.RUNNING
    if state is None:
        because = "" if "cannot be read" in text else ", because its state cannot be read"
        what_to_do = f"'persync status {persister}' shows whether it runs"
        if is_to_run:
            what_to_do = joined(what_to_do, context.starts(persister))
        left_stopped = is_to_run and run.stop_sent and not run.start_sent
        return End(
            joined(text, f"whether it runs is not known{because}"), joined(hint, what_to_do), left_stopped=left_stopped
        )
    if state.is_down and is_to_run:
        down = f"it is {state} now, and events queue until it runs again"
        if not is_refused or context.command is Command.APPLY:  # the same START would be refused again
            hint = joined(hint, context.starts(persister))
        return End(joined(text, down), hint, left_stopped=run.stop_sent)
    is_named = isinstance(error, DidNotStick) or text.endswith(_STARTED) or state in text
    return End(joined(text, "" if is_named else f"it is {state} now"), hint)


def _advice(run: Run, error: HarvesterError) -> str:
    """Return what to do about an error that has no hint of its own: the message is the server's."""
    command, span = run.context.command, run.desired.span
    if not error.permanent:
        return "it may pass; the log of the server may show why"
    if command is Command.APPLY:
        return f"correct what the API refuses ({span.file}:{span.line})"
    stored = "what was live before the run" if command is Command.ROLLBACK else "the configuration that is stored"
    return f"the API refuses {stored}: correct the file of this persister, and apply that"


def joined(*texts: str) -> str:
    """Return texts as one; some may be empty."""
    return "; ".join(filter(None, texts))


def _started_again(run: Run, error: PersyncError) -> tuple[str, str]:
    """Start the persister again; return the text and the hint that report both."""
    reason = error.message.removesuffix(".")  # the service's messages are sentences
    run.context.observer(Recovering(run.desired.id, redact(reason, run.live.secrets)))
    try:
        started = _start_again(run, overtaken=isinstance(error, Overtaken))
    except _NotStopped as failed:
        return f"{reason}. It was not started again: {failed.message}", error.hint or failed.hint
    except PersyncError as failed:
        before = "This run had stopped it" if run.live.was_down else "This run may have stopped it"
        failure = "was " if isinstance(failed, Interrupted) else "starting it again failed: "
        return f"{reason}. {before}, and {failure}{failed.message}", failed.hint or error.hint
    return f"{reason}{_STARTED}" if started else error.message, error.hint


def _start_again(run: Run, *, overtaken: bool) -> bool:
    """Start the persister if it is down; return whether it was.

    Args:
        run: it has sent a STOP.
        overtaken: another user was seen, who may be about to start it.

    Raises:
        _NotStopped: it did not become STOPPED, and no START was sent.
        PersyncError: it could not be started.
    """
    streak = Streak(run.context.settle)
    unreadable = False
    for _ in run.live.attempts(run.start_timeout, "starting it again"):
        try:
            state = run.live.state()
        except HarvesterError as error:
            if error.permanent:
                raise
            unreadable = True
            continue
        unreadable = False
        is_up = not state.is_down and state is not RunState.UNKNOWN
        streak.add(RunState.RUNNING if is_up else state)
        if is_up and streak.holds():  # a single look may be wrong, or late and show what was before
            return False
        if state is RunState.STOPPED and (streak.holds() or not overtaken):
            run.start_again()
            return True
    if not unreadable:
        raise _NotStopped(f"it did not become STOPPED for another {run.start_timeout:g} s")
    run.start_again()  # without a look: better a START too many than a persister that stays down
    return True


def _state(run: Run) -> RunState | None:
    """Return the run state as last seen since the last write, or look at it; ``None`` if it cannot be read."""
    if run.live.seen:
        return run.live.seen
    # only once if the run is to end immediately
    immediately = run.context.interruption.immediately.is_set()
    client = run.live.client if immediately else run.context.planner.client.within(_LAST_LOOK)
    run.context.observer(DeadlineStarted(run.desired.id, _LAST_LOOK, "last look"))
    try:
        return run.live.saw(client.state(run.desired.id).state)
    except PersyncError:
        return None


def measured(run: Run | None, difference: PersisterPlan | None) -> dict[str, Any]:
    """Return what the looks of a run showed: its downtime, and its last run state."""
    if run is None:
        return {"last_state": difference.live_state if difference else None}
    seen = run.live.seen or (None if run.live.written else run.before.state)
    downtime = run.live.downtime.seconds if run.desired.state is RunState.RUNNING else None
    return {"downtime": downtime, "last_state": seen}
