"""The steps of one persister: stop, update, start, and the waits between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from http import HTTPStatus
from typing import TYPE_CHECKING

from persync.apply.body import put_body
from persync.apply.wait import Interruption, wait_for
from persync.errors import HarvesterError, Interrupted, PersyncError, Unreachable
from persync.model import LIVE_SEGMENT, RunState, Section
from persync.plan.events import StepStarted, UpdateRefused, WaitStarted, ignore
from persync.plan.terms import Step
from persync.properties.catalogue import identify

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from persync.harvester.client import Harvester
    from persync.model import LivePersister, Persister, PersisterId, Timeouts
    from persync.plan.events import Observer
    from persync.plan.planner import Planner

_PROBE_DELAY = "kubernetes.readinessProbeDelay"


@dataclass(frozen=True)
class ApplyContext:
    """What the runs of all persisters share.

    Attributes:
        planner: reads the live side.
        timeouts: how long to wait for run states.
        interruption: requests to end early.
        observer: receives an event for each step and wait as it begins.
    """

    planner: Planner
    timeouts: Timeouts
    interruption: Interruption
    observer: Observer = ignore


class Down(Enum):
    """Whether the persister is stopped by this run and not started again so far."""

    NO = auto()
    PERHAPS = auto()
    YES = auto()


DOWN_TEXTS = {Down.PERHAPS: "it may be stopped now", Down.YES: "it is stopped now"}


@dataclass(slots=True)
class Progress:
    """How far the run of a persister has got.

    Attributes:
        taken: the steps that are finished.
        left: the steps that are not.
        down: whether it is stopped by this run.
        stored: what was stored before anything was written, defaults included; ``None`` before it is read.
    """

    taken: list[Step] = field(default_factory=list)
    left: list[Step] = field(default_factory=list)
    down: Down = Down.NO
    stored: LivePersister | None = None


@dataclass(slots=True)
class Run:
    """Takes the steps of a persister.

    Attributes:
        context: what all runs share.
        desired: from the files.
        progress: is kept up to date.
        start_timeout: seconds to wait for RUNNING.
        modified: false only if the API answered a PUT with 304 (not modified).
    """

    context: ApplyContext
    desired: Persister
    progress: Progress
    start_timeout: float
    modified: bool = True

    @property
    def client(self) -> Harvester:
        """The client of the API."""
        return self.context.planner.client

    def take(self, steps: Sequence[Step]) -> None:
        """Take the steps, in order.

        Raises:
            PersyncError: a step failed, or was not begun because the run is to end immediately.
        """
        self.progress.left = list(steps)
        for step in steps:
            if self.context.interruption.immediately.is_set():
                raise Interrupted("nothing more was sent")
            self._take(step)
            self.progress.taken.append(self.progress.left.pop(0))

    def _take(self, step: Step) -> None:
        if step is not Step.WAIT:
            self.context.observer(StepStarted(self.desired.id, step))
        match step:
            case Step.WAIT:
                down = self.client.state(self.desired.id).state.is_down
                self._wait_for(RunState.STOPPED if down else RunState.RUNNING)
            case Step.STOP:
                self._change_state(self.client.stop, Down.YES)
                self._wait_for(RunState.STOPPED)
            case Step.PUT:
                self._update()
            case Step.START:
                self._start()

    def _update(self) -> None:
        secrets = self.context.planner.secrets.secrets_of(self.desired, self.progress.stored)
        try:
            self.modified = self.client.put(self.desired.id, put_body(self.desired), secrets=secrets)
        except Unreachable:
            raise  # a START would not reach the API either
        except HarvesterError as error:
            refusal = error.reworded(hint=_version_hint(self.desired, error) or error.hint)
            if Step.STOP in self.progress.taken and self.desired.state is RunState.RUNNING:
                raise self._restart_with_old_config(refusal) from error
            raise refusal from error

    def _restart_with_old_config(self, refusal: HarvesterError) -> PersyncError:
        """Start the persister that was stopped for the refused PUT; return the error that reports both."""
        self.context.observer(UpdateRefused(self.desired.id))
        reason = refusal.message.removesuffix(".")  # the service's messages are sentences
        try:
            self._start()
        except Interrupted as error:
            return Interrupted(f"{reason}. It was started again, and {error.message}", hint=refusal.hint)
        except PersyncError as error:
            message = f"{reason}. It was stopped before, and starting it again failed too: {error.message}"
            return refusal.reworded(message, hint=error.hint or refusal.hint)
        return refusal.reworded(f"{reason}. It was started again and runs")

    def _start(self) -> None:
        self._change_state(self.client.start, Down.NO)
        self._wait_for(RunState.RUNNING)

    def _change_state(self, send: Callable[[PersisterId], None], down_after: Down) -> None:
        try:
            send(self.desired.id)
        except PersyncError as error:
            if error.in_doubt:
                self.progress.down = Down.PERHAPS
            raise
        self.progress.down = down_after

    def _wait_for(self, state: RunState) -> None:
        timeouts, interruption = self.context.timeouts, self.context.interruption
        timeout = timeouts.stop if state is RunState.STOPPED else self.start_timeout
        self.context.observer(WaitStarted(self.desired.id, state, timeout))
        wait_for(
            state,
            lambda: self.client.state(self.desired.id).state,
            self.desired.id,
            limit=timeout,
            poll=timeouts.poll,
            # a graceful interrupt skips the wait for RUNNING only: a stopped persister is still started
            interrupt=interruption.gracefully if state is RunState.RUNNING else interruption.immediately,
        )


def _version_hint(desired: Persister, error: HarvesterError) -> str:
    """Return the hint for a refused PUT with an app version: the API answers 500 to one that is not registered."""
    version = desired.app_version
    if version is None or error.status != HTTPStatus.INTERNAL_SERVER_ERROR or error.in_doubt:
        return ""
    shown = "its appVersion" if version.sensitive else f"appVersion {version.text}"
    return f"check that {shown} ({version.span.file}:{version.span.line}) is registered in Spring Cloud Data Flow"


def probe_delay(desired: Persister, stored: LivePersister) -> float:
    """Return the seconds that the readiness probe waits: a part of every start (vendor's guide).

    The first number counts: of the files, of the stored configuration, the deployer's default. Placeholders do not.
    """
    key = identify(Section.DEPLOYER, _PROBE_DELAY)
    has_probe = desired.id.eventstore != LIVE_SEGMENT and key.definition is not None
    default = key.definition.default if has_probe and key.definition else None
    found = [
        prop.text
        for side in (desired, stored)
        for prop in side.properties.get(Section.DEPLOYER, ())
        if prop.key.form == key.form
    ]
    return next((float(text) for text in (*found, default or "0") if text.isdecimal()), 0)
