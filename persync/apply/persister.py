"""Apply the plan of one persister: read it again, take the steps, verify that nothing differs any more."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING

from persync.apply.body import put_body
from persync.apply.wait import Interruption, wait_for
from persync.errors import (
    ApplyError,
    ChangedMeanwhile,
    DidNotStick,
    HarvesterError,
    Interrupted,
    NotReached,
    PersyncError,
    Unreachable,
)
from persync.model import LIVE_SEGMENT, RunState, Section
from persync.plan.events import StepStarted, UpdateRefused, WaitStarted, ignore
from persync.plan.result import PersisterResult
from persync.plan.stale import FILES_CHANGED, LIVE_CHANGED, files_changed, live_changed
from persync.plan.terms import Outcome, Step
from persync.properties.catalogue import identify
from persync.properties.secrets import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from persync.harvester.client import Harvester
    from persync.model import LivePersister, Persister, PersisterId, Timeouts
    from persync.plan.events import Observer
    from persync.plan.plan import PersisterPlan
    from persync.plan.planner import Planner

_log = logging.getLogger("persync.apply")
_LOG_LINES = 20
_PROBE_DELAY = "kubernetes.readinessProbeDelay"


class _Differs(Exception):
    """The run ends because the persister is not as it must be; never leaves this module."""

    def __init__(self, error: ApplyError, difference: PersisterPlan | None = None) -> None:
        super().__init__(error.message)
        self.error = error
        self.difference = difference


class _Down(Enum):
    """Whether the persister is stopped by this run and not started again so far."""

    NO = ""
    PERHAPS = "may be"
    YES = "is"


@dataclass(slots=True)
class _Progress:
    """How far the run of a persister is.

    Attributes:
        taken: the steps that are finished.
        left: the steps that are not.
        down: whether it is stopped by this run.
        stored: what was stored before anything was written, defaults included; ``None`` before it is read.
    """

    taken: list[Step] = field(default_factory=list)
    left: list[Step] = field(default_factory=list)
    down: _Down = _Down.NO
    stored: LivePersister | None = None


@dataclass(frozen=True, slots=True)
class Applier:
    """Applies plans of persisters, from any thread.

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

    def apply(self, desired: Persister, planned: PersisterPlan) -> PersisterResult:
        """Make a persister what the files configure.

        Whatever happens is in the result: the failure of a persister must not hide what became of the others.

        Args:
            desired: from the files.
            planned: what was shown and approved.
        """
        progress = _Progress()
        difference = None
        try:
            outcome = self._apply(desired, planned, progress)
        except _Differs as ended:
            error: PersyncError = ended.error
            difference = ended.difference
        except PersyncError as raised:
            error = raised
        except Exception as bug:  # noqa: BLE001 - a bug in the run of a persister must not hide what became of the others
            _log.debug("a bug", exc_info=True)
            error = PersyncError(f"a bug in persync ({type(bug).__name__})", hint="report it")
        else:
            return PersisterResult(plan=planned, outcome=outcome, steps_taken=tuple(progress.taken))
        return self._failed(desired, planned, progress, error, difference)

    def _apply(self, desired: Persister, planned: PersisterPlan, progress: _Progress) -> Outcome:
        if files_changed(self.planner, desired, planned):
            raise _Differs(_conflict(FILES_CHANGED, hint="plan again, or check out the commit of the plan"))
        now = self._planned_now(desired, planned)
        # before anything is written: what a stopped persister still needs must not depend on another read
        progress.stored = self.planner.client.read_full(desired.id)
        run = _Run(self, desired, progress, self.timeouts.start + _probe_delay(desired, progress.stored))
        if now.steps[:1] == (Step.WAIT,):
            run.take([Step.WAIT])
            now = self._planned_now(desired, planned)  # a wait is long: the persister may have changed meanwhile
        if not now.steps:
            return Outcome.DONE if progress.taken else Outcome.ALREADY
        run.take(now.steps)
        self._verify(desired, modified=run.modified)
        return Outcome.DONE

    def _planned_now(self, desired: Persister, planned: PersisterPlan) -> PersisterPlan:
        """Return the plan as of now, if it is still the one that was approved."""
        now = self.planner.plan(desired)
        if live_changed(now, planned):
            error = _conflict(now.blocked or LIVE_CHANGED, hint="plan again and review the difference")
            raise _Differs(error, None if now.blocked else now)
        return now

    def _verify(self, desired: Persister, *, modified: bool) -> None:
        """Read the persister again and compare.

        Args:
            desired: from the files.
            modified: whether the API took the PUT for a change; not where it answered 304.
        """
        now = self.planner.plan(desired)
        if now.in_sync:
            return
        if now.blocked:
            raise DidNotStick(f"everything was accepted, but it could not be verified: {now.blocked}")
        if not now.changes:
            error = DidNotStick(f"it is {now.live_state} after the apply", hint="something else changes its run state")
            raise _Differs(error, now)
        paths = ", ".join(change.path for change in now.changes)
        if modified:
            error = DidNotStick(
                f"the API accepted everything, but these properties still differ: {paths}",
                hint="the server ignores or rewrites them: fix them, or configure what the server makes of them",
            )
        else:
            error = DidNotStick(
                f"the API answered 304 (not modified) to the PUT, but these properties still differ: {paths}",
                hint="the server, or a cache in front of it, stored nothing: read its log",
            )
        raise _Differs(error, now)

    def _failed(
        self,
        desired: Persister,
        planned: PersisterPlan,
        progress: _Progress,
        error: PersyncError,
        difference: PersisterPlan | None,
    ) -> PersisterResult:
        secrets = self.planner.secrets.secrets_of(desired, progress.stored)
        left_stopped = progress.down is not _Down.NO and desired.state is RunState.RUNNING
        message = [error.message, error.hint]
        if left_stopped:
            message.append(
                f"it {progress.down.value} stopped now, and events queue until it runs again: apply again to start it"
            )
        logs = self._log_tail(desired.id) if isinstance(error, NotReached) else ()
        return PersisterResult(
            plan=planned,
            outcome=_outcome(error),
            steps_taken=tuple(progress.taken),
            steps_left=tuple(progress.left),
            left_stopped=left_stopped,
            problem=redact("; ".join(filter(None, message)), secrets),
            logs=tuple(redact(line, secrets) for line in logs),
            difference=difference,
        )

    def _log_tail(self, persister: PersisterId) -> Sequence[str]:
        if persister.eventstore == LIVE_SEGMENT:
            return ()  # it has none (API reference)
        try:
            return self.planner.client.logs(persister, _LOG_LINES)
        except HarvesterError as error:
            return (f"(its log cannot be read: {error.message})",)


@dataclass(slots=True)
class _Run:
    """Takes the steps of a persister.

    Attributes:
        applier: what it needs to do so.
        desired: from the files.
        progress: is kept up to date.
        start_timeout: seconds to wait for RUNNING.
        modified: whether the API took the PUT for a change; not where it answered 304.
    """

    applier: Applier
    desired: Persister
    progress: _Progress
    start_timeout: float
    modified: bool = True

    @property
    def client(self) -> Harvester:
        return self.applier.planner.client

    def take(self, steps: Sequence[Step]) -> None:
        """Take the steps, in order.

        Raises:
            PersyncError: a step failed, or was not begun because the run is to end immediately.
        """
        self.progress.left = list(steps)
        for step in steps:
            if self.applier.interruption.immediately.is_set():
                raise Interrupted("nothing more was sent")
            self._take(step)
            self.progress.taken.append(self.progress.left.pop(0))

    def _take(self, step: Step) -> None:
        if step is not Step.WAIT:
            self.applier.observer(StepStarted(self.desired.id, step))
        match step:
            case Step.WAIT:
                down = self.client.state(self.desired.id).state.is_down
                self._wait_for(RunState.STOPPED if down else RunState.RUNNING)
            case Step.STOP:
                self._switch(self.client.stop, _Down.YES)
                self._wait_for(RunState.STOPPED)
            case Step.PUT:
                self._update()
            case Step.START:
                self._start()

    def _update(self) -> None:
        secrets = self.applier.planner.secrets.secrets_of(self.desired, self.progress.stored)
        try:
            self.modified = self.client.put(self.desired.id, put_body(self.desired), secrets=secrets)
        except Unreachable:
            raise
        except HarvesterError as error:
            refusal = error.reworded(hint=_version_hint(self.desired, error) or error.hint)
            if Step.STOP in self.progress.taken and self.desired.state is RunState.RUNNING:
                raise self._with_old_config(refusal) from error
            raise refusal from error

    def _with_old_config(self, refusal: HarvesterError) -> PersyncError:
        """Start again what was stopped for a PUT that was refused; return the error that reports both."""
        self.applier.observer(UpdateRefused(self.desired.id))
        try:
            self._start()
        except Interrupted as error:
            return Interrupted(f"{refusal.message}. It was started again, and {error.message}", hint=refusal.hint)
        except PersyncError as error:
            message = f"{refusal.message}. It was stopped before, and starting it again failed too: {error.message}"
            return refusal.reworded(message, hint=error.hint or refusal.hint)
        return refusal.reworded(f"{refusal.message}. It was started again and runs")

    def _start(self) -> None:
        self._switch(self.client.start, _Down.NO)
        self._wait_for(RunState.RUNNING)

    def _switch(self, switch: Callable[[PersisterId], None], down: _Down) -> None:
        try:
            switch(self.desired.id)
        except PersyncError as error:
            if error.in_doubt:
                self.progress.down = _Down.PERHAPS
            raise
        self.progress.down = down

    def _wait_for(self, state: RunState) -> None:
        timeouts, interruption = self.applier.timeouts, self.applier.interruption
        timeout = timeouts.stop if state is RunState.STOPPED else self.start_timeout
        self.applier.observer(WaitStarted(self.desired.id, state, timeout))
        wait_for(
            state,
            lambda: self.client.state(self.desired.id).state,
            self.desired.id,
            limit=timeout,
            poll=timeouts.poll,
            # what is stopped for its restart is started before the run ends, so only that wait is cut short
            interrupt=interruption.gracefully if state is RunState.RUNNING else interruption.immediately,
        )


def _conflict(reason: str, *, hint: str) -> ChangedMeanwhile:
    return ChangedMeanwhile(f"nothing was written: {reason}", hint=hint)


def _outcome(error: PersyncError) -> Outcome:
    if isinstance(error, ChangedMeanwhile):
        return Outcome.CONFLICT
    return Outcome.INTERRUPTED if isinstance(error, Interrupted) else Outcome.FAILED


def _version_hint(desired: Persister, error: HarvesterError) -> str:
    """Return what to do about a PUT whose app version may be unknown: the API answers that with 500."""
    version = desired.app_version
    if version is None or error.status != HTTPStatus.INTERNAL_SERVER_ERROR or error.in_doubt:
        return ""
    shown = "its appVersion" if version.sensitive else f"appVersion {version.text}"
    return f"check that {shown} ({version.span.file}:{version.span.line}) is registered in Spring Cloud Data Flow"


def _probe_delay(desired: Persister, stored: LivePersister) -> float:
    """Return the seconds that the readiness probe waits: a part of every start (vendor's guide).

    That of the files counts, or else the stored one, or else the deployer's default; a placeholder has no number here.
    """
    key = identify(Section.DEPLOYER, _PROBE_DELAY)
    default = "0" if desired.id.eventstore == LIVE_SEGMENT else (key.definition and key.definition.default) or "0"
    found = [
        prop.text
        for side in (desired, stored)
        for prop in side.properties.get(Section.DEPLOYER, ())
        if prop.key.form == key.form
    ]
    return next((float(text) for text in (*found, default) if text.isdecimal()), 0)
