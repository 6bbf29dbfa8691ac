"""The steps of one persister: stop, update, start, and the waits between them.

What persync stops, persync starts: from its own STOP on, the one thing that counts is to get the persister running
again. See ``persync.apply.live`` for how a look and a write are tried again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from persync.apply.body import put_body, version_hint
from persync.apply.live import Effect
from persync.apply.stored import is_stored
from persync.apply.token_end import check_token_for_restart
from persync.apply.wait import Goal, Running, StillStopped, Stopped, Streak, started_by_another, wait_for
from persync.errors import AccessDenied, ChangedMeanwhile, HarvesterError, Interrupted, NotFound, Overtaken
from persync.model import RunState
from persync.plan.events import StartingAgain, StepStarted, WaitStarted
from persync.plan.ignoring.ignored import Side, without_ignored
from persync.plan.ignoring.update import Update, update_of
from persync.plan.terms import Step
from persync.plan.waves.delay import probe_delay

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from persync.apply.context import ApplyContext
    from persync.apply.live import Live
    from persync.model import LivePersister, Persister


@dataclass(slots=True)
class Run:
    """Takes the steps of a persister.

    Attributes:
        context: what all runs share.
        desired: from the files.
        live: the persister.
        before: what it was before the first write, without defaults.
        newest: what it was when it was last read before the PUT.
        stored: the same with its defaults.
        taken: the steps that are finished.
        left: the steps that are not.
        stop_sent: whether a STOP was sent.
        start_sent: whether a START was sent.
        modified: false only if the API answered a PUT with 304 (not modified).
    """

    context: ApplyContext
    desired: Persister
    live: Live
    before: LivePersister
    stored: LivePersister
    taken: list[Step] = field(default_factory=list)
    left: list[Step] = field(default_factory=list)
    stop_sent: bool = False
    start_sent: bool = False
    modified: bool = True
    newest: LivePersister = field(init=False)

    def __post_init__(self) -> None:
        self.newest = self.before

    def begin_with(self, live: LivePersister) -> None:
        """Begin with what a read after a long wait shows."""
        self.before = self.newest = live

    def take(self, steps: Sequence[Step]) -> None:
        """Take the steps, in order.

        Raises:
            PersyncError: a step failed, or was not begun because the run is to end immediately.
        """
        self.left = list(steps)
        if {Step.STOP, Step.START} <= set(steps):
            check_token_for_restart(self.live.client, self.context.timeouts)
        for step in steps:
            self._check_cancelled()
            self._take(step)
            self.taken.append(self.left.pop(0))

    @property
    def is_to_be_restarted(self) -> bool:
        """Whether a STOP was sent and no START yet, although the persister is to run."""
        cancelled = self.context.interruption.immediately.is_set()
        return self.stop_sent and not self.start_sent and self.desired.state is RunState.RUNNING and not cancelled

    def start_again(self) -> None:
        """Start the persister with the configuration that is stored.

        Raises:
            PersyncError: it does not run.
        """
        self.context.observer(StartingAgain(self.desired.id))
        self._start(check=False)

    @property
    def start_timeout(self) -> float:
        """Seconds to wait for RUNNING."""
        return self.context.timeouts.start + probe_delay(self._compared(self.desired), self.stored)

    def _take(self, step: Step) -> None:
        if step is not Step.WAIT:
            self.context.observer(StepStarted(self.desired.id, step))
        match step:
            case Step.WAIT:
                self._wait_for(self._stopped() if self.before.state.is_down else self._running())
            case Step.STOP:
                self._stop()
            case Step.PUT:
                self._update()
            case Step.START:
                self._start(check=True)

    def _stop(self) -> None:
        def send() -> None:
            with self._recorded(Step.STOP):
                self.stop_sent = True
                self.live.downtime.begin()
                self.live.client.stop(self.desired.id)

        def effect() -> Effect:
            state = self.live.state()
            if state is RunState.DEPLOYING and self.before.state is not RunState.DEPLOYING:
                raise started_by_another(self.desired.id, state, self.context)
            if state is RunState.UNKNOWN:
                return Effect.UNKNOWN
            return Effect.YES if state.is_down else Effect.NO

        self._check_not_stopped()
        self.live.write(send, effect, self.context.timeouts.stop, "stopping it", self._final)
        self._wait_for(self._stopped())

    def _update(self) -> None:
        still_stopped = self._still_stopped()
        expected = put_body(Update(self._compared(self.desired)))

        def send() -> None:
            body = put_body(update_of(self.desired, self.newest, lambda: self.stored))
            secrets = self.context.planner.secrets.secrets_of(self.desired, self.stored, self.newest)
            with self._recorded(Step.PUT, body):
                self.modified = self.live.client.put(self.desired.id, body, secrets=secrets)

        def effect() -> Effect:
            self.newest = live = self.live.read()
            if self.desired.state is not None and not still_stopped.is_reached(live.state):
                return Effect.UNKNOWN
            # Neither what it was nor what was sent: what the server made of it. The verification names it.
            stored = is_stored(expected, self._compared(live), lambda: self._compared(self._read_full()))
            return Effect.YES if stored or not self._is_as_before(live) else Effect.NO

        if self.taken:  # otherwise it was read just before
            self.live.pause()
            self._look(still_stopped, self._unchanged_state, self.context.timeouts.update)
        try:
            self.live.write(send, effect, self.context.timeouts.update, "updating its configuration", self._final)
        except HarvesterError as error:
            raise error.reworded(hint=version_hint(self.desired, error) or error.hint) from error

    def _start(self, *, check: bool) -> None:
        stopped = Streak(0)

        def send() -> None:
            with self._recorded(Step.START):
                self.start_sent = True
                self.live.client.start(self.desired.id)

        def effect() -> Effect:
            state = self.live.state()
            stopped.add(state)
            if state is RunState.STOPPED:  # it may appear just after a START
                return Effect.NO if stopped.holds() else Effect.UNKNOWN
            return Effect.UNKNOWN if state in {RunState.STOPPING, RunState.UNKNOWN} else Effect.YES

        if check:
            self._check_still_stopped()
        self.live.write(send, effect, self.start_timeout, "starting it", self._final)
        self._wait_for(self._running())

    def _check_still_stopped(self) -> None:
        """Look just before the START: release 0.8.1 answers 500 to a START of what runs.

        Who started it meanwhile may have done so just before the PUT. Release 1.2 then shows RUNNING, and so does the
        next plan.
        """
        try:
            self._look(self._still_stopped(), self.live.state, self.start_timeout)
        except Overtaken as error:
            if not self.live.written:
                raise ChangedMeanwhile(
                    f"nothing was written: it is {self.live.seen}, another user or program started it",
                    hint=self.context.after_another(self.desired.id),
                ) from error
            if Step.PUT not in self.taken:
                raise
            raise Overtaken(
                f"{error.message}; it may run with another configuration than the one that was stored by this run",
                hint=f"{error.hint}; 'persync restart {self.desired.id}' makes it run with the stored one",
            ) from error

    def _recorded(self, step: Step, body: Mapping[str, Any] | None = None) -> AbstractContextManager[None]:
        recorder = self.context.recorder
        recorder.before(self.desired, self.before, self.stored)
        return recorder.write(self.desired.id, step, body)

    @property
    def _final(self) -> tuple[type[HarvesterError], ...]:
        """The errors that are not waited out before a STOP: then nothing has to be started again."""
        return () if self.stop_sent else (AccessDenied, NotFound)

    def _check_not_stopped(self) -> None:
        """Look just before the STOP: two runs that began together both read the persister before either wrote."""
        state = self.live.saw(self.context.planner.client.state(self.desired.id).state)
        if state.is_down and not self.before.state.is_down:
            raise ChangedMeanwhile(
                f"nothing was written: it is {state}, another user or program stopped it",
                hint=self.context.after_another(self.desired.id),
            )

    def _unchanged_state(self) -> RunState:
        self.newest = live = self.live.read()
        if not self._is_as_before(live):
            raise Overtaken(
                f"another user or program changed the configuration of {self.desired.id} while it was stopped",
                hint=self.context.after_another(self.desired.id),
            )
        return live.state

    def _compared(self, side: Side) -> Side:
        return without_ignored(side, self.desired.ignored)

    def _is_as_before(self, live: LivePersister) -> bool:
        """Return whether the configuration is as before the first write, but for what is ignored."""
        return _configuration(self._compared(live)) == _configuration(self._compared(self.before))

    def _read_full(self) -> LivePersister:
        return self.live.client.read_full(self.desired.id)

    def _running(self) -> Running:
        return Running(self.desired.id, self.context)

    def _stopped(self) -> Stopped:
        def is_changed() -> bool:
            return not self._is_as_before(self.live.read())

        def was_down() -> bool:
            return self.live.was_down or self.before.state.is_down

        return Stopped(self.desired.id, self.context, self.before.state, was_down, is_changed)

    def _still_stopped(self) -> StillStopped:
        return StillStopped(self.desired.id, self.context, self.before.state)

    def _wait_for(self, goal: Running | Stopped) -> None:
        is_start = isinstance(goal, Running)
        timeout = self.start_timeout + self.context.settle if is_start else self.context.timeouts.stop
        self.context.observer(WaitStarted(self.desired.id, goal.desired, timeout))
        self._look(goal, self.live.state, timeout)

    def _look(self, goal: Goal, read_state: Callable[[], RunState], limit: float) -> None:
        wait_for(goal, read_state, self.desired.id, self.live.attempts(limit, f"waiting for {goal.desired}"))

    def _check_cancelled(self) -> None:
        interruption = self.context.interruption
        if interruption.immediately.is_set():
            raise Interrupted("interrupted before the next step")
        if not self.live.written and interruption.gracefully.is_set():
            raise Interrupted("interrupted before anything was written")


def _configuration(live: LivePersister) -> tuple[object, ...]:
    properties = {(prop.key.section, prop.key.form): prop.text for props in live.properties.values() for prop in props}
    return (live.app_version, properties)
