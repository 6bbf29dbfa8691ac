"""Apply the plan of one persister: look again, take the steps, prove that nothing differs any more."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from persync.apply.body import put_body
from persync.apply.wait import Interruption, wait_for
from persync.errors import (
    ChangedMeanwhile,
    DidNotStick,
    HarvesterError,
    Interrupted,
    NotReached,
    PersyncError,
    Unreachable,
)
from persync.model import LIVE_SEGMENT, RunState, Section, Timeouts
from persync.plan.plan import Step
from persync.plan.result import Outcome, PersisterResult
from persync.plan.secrets import secrets_of, secrets_of_live
from persync.plan.stale import OTHER_FILES, OTHER_LIVE, files_changed, live_changed
from persync.properties.catalogue import identify
from persync.properties.secrets import without

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from persync.harvester.client import Harvester
    from persync.model import LivePersister, Persister, PersisterId
    from persync.plan.plan import PersisterPlan
    from persync.plan.planner import Planner

_log = logging.getLogger("persync.apply")
_LOG_LINES = 20
_PROBE_DELAY = "kubernetes.readinessProbeDelay"


@dataclass(frozen=True, slots=True)
class Applier:
    """Applies plans of persisters, from any thread.

    Attributes:
        planner: looks at the live side.
        timeouts: how long to wait for run states.
        interruption: the wish to end early.
        say: told each step as it begins.
    """

    planner: Planner
    timeouts: Timeouts
    interruption: Interruption
    say: Callable[[PersisterId, str], None]

    def apply(self, desired: Persister, planned: PersisterPlan) -> PersisterResult:
        """Bring one persister to what the files say.

        Whatever happens is in the result: one persister's failure is no reason to lose sight of the others.

        Args:
            desired: from the files.
            planned: what was shown and confirmed.
        """
        run = _Run(self, desired)
        try:
            outcome = run.take(planned)
        except PersyncError as error:
            return run.failed(planned, error)
        except Exception as error:  # noqa: BLE001 - a bug in one persister's run must not hide what became of the others
            _log.debug("a bug", exc_info=True)
            return run.failed(planned, PersyncError(f"a bug in persync ({type(error).__name__})", hint="report it"))
        return PersisterResult(plan=planned, outcome=outcome, steps_taken=tuple(run.taken))


@dataclass(slots=True)
class _Run:
    """One persister on its way."""

    applier: Applier
    desired: Persister
    taken: list[Step] = field(default_factory=list)
    left: list[Step] = field(default_factory=list)
    start_limit: float = 0
    """Seconds to wait for RUNNING."""
    difference: PersisterPlan | None = None
    stored: LivePersister | None = None
    """What was stored before anything was written, defaults included."""
    modified: bool = True
    """Whether the API took the PUT for a change: not where it answered 304."""
    down: str = ""
    """How surely it was stopped and not started again so far: ``is``, ``may be``, or not at all."""

    @property
    def id(self) -> PersisterId:
        return self.desired.id

    @property
    def client(self) -> Harvester:
        return self.applier.planner.client

    def take(self, planned: PersisterPlan) -> Outcome:
        if files_changed(self.applier.planner, self.desired, planned):
            raise ChangedMeanwhile(f"nothing was written: {OTHER_FILES}", hint="plan again, or go back to its commit")
        now = self._look(planned)
        # before anything is written: what a stopped persister still needs must not depend on another read
        self.stored = self.client.read_full(self.id)
        self.start_limit = self.applier.timeouts.start + self._probe_delay(self.stored)
        if now.steps[:1] == (Step.WAIT,):
            self._take([Step.WAIT])
            now = self._look(planned)  # a wait is long: who knows who wrote meanwhile
        if not now.steps:
            return Outcome.DONE if self.taken else Outcome.ALREADY
        self._take(now.steps)
        self._verify()
        return Outcome.DONE

    def _look(self, planned: PersisterPlan) -> PersisterPlan:
        """Return what is to be done by now, if that is what was planned."""
        now = self.applier.planner.plan(self.desired)
        if live_changed(now, planned):
            self.difference = None if now.blocked else now
            raise ChangedMeanwhile(
                f"nothing was written: {now.blocked or OTHER_LIVE}", hint="plan again and review the difference"
            )
        return now

    def _take(self, steps: Sequence[Step]) -> None:
        self.left = list(steps)
        for step in steps:
            if self.applier.interruption.immediately.is_set():
                raise Interrupted("nothing more was sent")
            self._do(step)
            self.taken.append(self.left.pop(0))

    def _do(self, step: Step) -> None:
        match step:
            case Step.WAIT:
                stopping = self.client.state(self.id).state in {RunState.STOPPING, RunState.STOPPED}
                self._wait_for(RunState.STOPPED if stopping else RunState.RUNNING)
            case Step.STOP:
                self._say("stopping")
                self._switch(self.client.stop, down="is")
                self._wait_for(RunState.STOPPED)
            case Step.PUT:
                self._say("writing its configuration")
                self._put()
            case Step.START:
                self._start()

    def _put(self) -> None:
        try:
            self.modified = self.client.put(self.id, put_body(self.desired), secrets=self._secrets())
        except Unreachable:
            raise
        except HarvesterError as error:
            error.hint = self._about_version(error) or error.hint
            if Step.STOP in self.taken and self.desired.state is RunState.RUNNING:
                raise self._with_old_config(error) from error
            raise

    def _about_version(self, error: HarvesterError) -> str:
        """Return what to do about a PUT whose app version may be unknown: the API answers that with 500."""
        version = self.desired.app_version
        if version is None or error.status != HTTPStatus.INTERNAL_SERVER_ERROR or error.in_doubt:
            return ""
        shown = "its appVersion" if version.sensitive else f"appVersion {version.text}"
        place = f"{version.span.file}:{version.span.line}"
        return f"check that {shown} ({place}) is registered in Spring Cloud Data Flow"

    def _with_old_config(self, refusal: HarvesterError) -> PersyncError:
        """Start again what was stopped for a PUT that was then refused; return the error that says both."""
        self._say("its new configuration was refused: starting it with the one it had")
        try:
            self._start()
        except Interrupted as error:
            return Interrupted(f"{refusal.message}. It was started again, and {error.message}", hint=refusal.hint)
        except PersyncError as error:
            return type(refusal)(
                f"{refusal.message}. It was stopped before, and starting it again failed too: {error.message}",
                hint=error.hint or refusal.hint,
            )
        return type(refusal)(f"{refusal.message}. It was started again and runs", hint=refusal.hint)

    def _start(self) -> None:
        self._say("starting")
        self._switch(self.client.start, down="")
        self._wait_for(RunState.RUNNING)

    def _switch(self, switch: Callable[[PersisterId], None], *, down: str) -> None:
        try:
            switch(self.id)
        except PersyncError as error:
            if error.in_doubt:
                self.down = "may be"
            raise
        self.down = down

    def _wait_for(self, wanted: RunState) -> None:
        timeouts, interruption = self.applier.timeouts, self.applier.interruption
        limit = timeouts.stop if wanted is RunState.STOPPED else self.start_limit
        self._say(f"waiting for {wanted}, {limit:g} s at most")
        wait_for(
            wanted,
            lambda: self.client.state(self.id).state,
            self.id,
            limit=limit,
            poll=timeouts.poll,
            # what is stopped for its restart is started before the run ends, so only that wait is cut short
            interrupt=interruption.gracefully if wanted is RunState.RUNNING else interruption.immediately,
        )

    def _probe_delay(self, live: LivePersister) -> float:
        """Return the seconds that the readiness probe waits: a part of every start (vendor's guide)."""
        delay = identify(Section.DEPLOYER, _PROBE_DELAY)
        written = {prop.key: prop.text for prop in self.desired.properties.get(Section.DEPLOYER, ())}
        stored = live.config.get(Section.DEPLOYER, {})
        # what the files say, or else what is stored, or else what the deployer takes; a placeholder says nothing here
        found = [text for key, text in [*written.items(), *stored.items()] if _form(key) == delay.form]
        default = "0" if self.id.eventstore == LIVE_SEGMENT else (delay.known and delay.known.default) or "0"
        return next((float(text) for text in (*found, default) if text.isdecimal()), 0)

    def _verify(self) -> None:
        now = self.applier.planner.plan(self.desired)
        if now.in_sync:
            return
        if now.blocked:
            raise DidNotStick(f"everything was accepted, and it could not be looked at again: {now.blocked}")
        self.difference = now
        if now.changes:
            paths = ", ".join(change.path for change in now.changes)
            if not self.modified:
                raise DidNotStick(
                    f"the API answered 304 (not modified) to the PUT, and these properties still differ: {paths}",
                    hint="the server, or a cache in front of it, stored nothing: its log says more",
                )
            raise DidNotStick(
                f"the API accepted everything, and these properties still differ: {paths}",
                hint="the server ignores or rewrites them: mend them, or write what the server makes of them",
            )
        raise DidNotStick(f"it is {now.live_state} when looked at again", hint="somebody or something else changes it")

    def failed(self, planned: PersisterPlan, error: PersyncError) -> PersisterResult:
        if isinstance(error, ChangedMeanwhile):
            outcome = Outcome.CONFLICT
        elif isinstance(error, Interrupted):
            outcome = Outcome.INTERRUPTED
        else:
            outcome = Outcome.FAILED
        said = [error.message, error.hint]
        left_stopped = bool(self.down) and self.desired.state is RunState.RUNNING
        if left_stopped:
            said.append(f"it {self.down} stopped now, and events wait: apply again to start it")
        return PersisterResult(
            plan=planned,
            outcome=outcome,
            steps_taken=tuple(self.taken),
            steps_left=tuple(self.left),
            left_stopped=left_stopped,
            problem=without("; ".join(filter(None, said)), self._secrets()),
            logs=self._log_tail() if isinstance(error, NotReached) else (),
            difference=self.difference,
        )

    def _log_tail(self) -> tuple[str, ...]:
        if self.id.eventstore == LIVE_SEGMENT:
            return ()  # it has none (API reference)
        try:
            lines = self.client.logs(self.id, _LOG_LINES)
        except HarvesterError as error:
            return (f"(its log cannot be read: {error.message})",)
        return tuple(without(line, self._secrets()) for line in lines)

    def _secrets(self) -> frozenset[str]:
        sensitive = self.applier.planner.sensitive
        wanted = secrets_of(self.desired, sensitive)
        return wanted | secrets_of_live(self.stored, sensitive) if self.stored else wanted

    def _say(self, what: str) -> None:
        self.applier.say(self.id, what)


def _form(key: str) -> str:
    return identify(Section.DEPLOYER, key).form
