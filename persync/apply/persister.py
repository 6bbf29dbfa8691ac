"""Apply the plan of one persister: read it again, take the steps, verify that nothing differs any more."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from persync.apply.attempts import Interruption
from persync.apply.context import ApplyContext
from persync.apply.downtime import Downtime
from persync.apply.end import End, end_of, joined, measured
from persync.apply.live import Live
from persync.apply.run import Run
from persync.apply.wait import Running, wait_for
from persync.errors import (
    ApplyError,
    ChangedMeanwhile,
    DidNotStick,
    HarvesterError,
    Interrupted,
    NotReached,
    Overtaken,
    PersyncError,
)
from persync.model import LIVE_SEGMENT, RunState
from persync.plan.events import RollingBack, Verifying
from persync.plan.result import PersisterResult, Restored
from persync.plan.stale import FILES_CHANGED, changed_since, files_changed
from persync.plan.terms import Outcome, Step
from persync.properties.secrets import redact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.model import LivePersister, Persister, PersisterId
    from persync.plan.compare import Evidence
    from persync.plan.plan import PersisterPlan

_log = logging.getLogger("persync.apply")
_LOG_LINES = 20
_LOG_TIMEOUT = 10.0  # s


class _Ended(Exception):
    """The run ends with an error and, if it is known, the difference to report; never leaves this module."""

    def __init__(self, error: ApplyError, difference: PersisterPlan | None = None) -> None:
        super().__init__(error.message)
        self.error = error
        self.difference = difference


class Applier(ApplyContext):
    """Applies plans of persisters, from any thread."""

    def apply(self, desired: Persister, planned: PersisterPlan) -> PersisterResult:
        """Bring a persister to the configuration in the files.

        Whatever happens is in the result: an exception would lose the results of the other persisters.

        Args:
            desired: from the files.
            planned: what was shown and approved.
        """
        result = self.run_steps(desired, planned)
        if result.outcome is Outcome.FAILED:
            result = self.restored(result)
        self.recorder.result(result)
        return result

    def run_steps(self, desired: Persister, planned: PersisterPlan) -> PersisterResult:
        """Do as ``apply``, but roll nothing back, and record no result."""
        run = None
        difference = None
        try:
            self._check_files(desired, planned)
            current, evidence = self._current_plan(desired, planned)
            if evidence is None or not current.steps:
                return PersisterResult(plan=planned, outcome=Outcome.ALREADY, last_state=current.live_state)
            run = self._run(desired, evidence)
            if self.on_failure:
                self.on_failure.begun[desired.id] = run
            self._take(run, current, planned)
        except _Ended as ended:
            error: PersyncError = ended.error
            difference = ended.difference
        except PersyncError as raised:
            error = raised
        except Exception as bug:  # noqa: BLE001 - see ``apply``: even a bug is a result
            _log.debug("a bug", exc_info=True)
            error = PersyncError(f"a bug in persync ({type(bug).__name__})", hint="report it")
        else:
            seen = measured(run, None)
            return PersisterResult(plan=planned, outcome=Outcome.DONE, steps_taken=tuple(run.taken), **seen)
        return self._failed(desired, planned, run, error, difference)

    def look_again(self, desired: Persister, result: PersisterResult) -> PersisterResult:
        """Look once more at a persister that was started, before the run of all ends; return its final result.

        Args:
            desired: from the files.
            result: of ``apply``.
        """
        started = Step.START in result.steps_taken or result.steps_taken == (Step.WAIT,)
        if result.outcome is not Outcome.DONE or not started or desired.state is not RunState.RUNNING:
            return result
        live = self._live(desired)
        live.written = True  # by its run
        # it may heal, and then has to hold, too
        attempts = live.attempts(3 * max(self.settle, self.timeouts.poll), "looking at it again")
        try:
            wait_for(Running(desired.id, self, was_running=True), live.state, desired.id, attempts)
        except Interrupted:
            return result
        except (HarvesterError, ApplyError) as error:
            if live.seen is None:
                note = f"it was RUNNING after its start; it could not be read again: {error.message}"
                shown = {"problem": redact(note, live.secrets), "hint": redact(error.hint, live.secrets)}
                return result.model_copy(update=shown)
            lost = NotReached(
                f"it was RUNNING after its start, and is {live.seen} at the end of the run", hint=error.hint
            )
            failed = self._failed(desired, result.plan, None, lost, None)
            update = {"steps_taken": result.steps_taken, "downtime": result.downtime, "last_state": live.seen}
            return self.restored(failed.model_copy(update=update))
        return result

    def restored(self, result: PersisterResult) -> PersisterResult:
        """Roll a persister back, and return its result with what became of that.

        Nothing is done without the request to, after an immediate cancellation, or where nothing was written.
        """
        image = self.on_failure.image(result.plan.id) if self.on_failure else None
        if image is None or self.interruption.immediately.is_set():
            return result
        seen: dict[str, Any] = {}
        if image.unknown:
            problem = f"the API hid values before the run, which are not known: {', '.join(image.unknown)}"
            end = Restored(outcome=Outcome.BLOCKED, problem=problem)
        else:
            self.observer(RollingBack(result.plan.id))
            end, seen = self._restore(image.persister, result)
        text = f"it was not rolled back: {end.problem}"
        if end.succeeded:
            text = (
                f"it was rolled back to what it was before the run: {', '.join(end.steps_taken) or 'it was so already'}"
            )
        update = seen | {
            "rollback": end,
            "problem": joined(result.problem, text),
            "hint": joined(result.hint, end.hint),
            "left_stopped": end.left_stopped or (result.left_stopped and not end.succeeded),
        }
        return result.model_copy(update=update)

    def _restore(self, image: Persister, before: PersisterResult) -> tuple[Restored, dict[str, Any]]:
        """Return what became of the rollback, and the last run state and the downtime with it."""
        # a gracefully cancelled run finishes what it has begun
        immediately = self.interruption.immediately
        finishing = replace(self, interruption=Interruption(immediately, immediately), on_failure=None)
        try:
            planned = finishing.planner.plan(image)
        except PersyncError as error:
            return Restored(outcome=Outcome.FAILED, problem=error.message, hint=error.hint), {}
        if planned.blocked:
            return Restored(outcome=Outcome.BLOCKED, problem=planned.blocked, hint=planned.hint), {}
        result = finishing.look_again(image, finishing.run_steps(image, planned))
        fields = {"outcome", "steps_taken", "left_stopped", "problem", "hint"}
        times = [time for time in (before.downtime, result.downtime) if time is not None]
        seen = {"last_state": result.last_state, "downtime": round(sum(times), 1) if times else None}
        return Restored(**result.model_dump(by_alias=False, include=fields)), seen

    def _live(self, desired: Persister, *sides: LivePersister) -> Live:
        client, secrets = self.planner.client.without_retries(), self.planner.secrets.secrets_of(desired, *sides)
        downtime = Downtime(self.clock)
        return Live(
            client,
            desired.id,
            self.timeouts.poll,
            self.interruption,
            secrets=secrets,
            downtime=downtime,
            observer=self.observer,
        )

    def _run(self, desired: Persister, evidence: Evidence) -> Run:
        # read before writing: the timeout of the start and the secrets to redact are needed later, when a read may fail
        full = evidence.live if desired.id.eventstore == LIVE_SEGMENT else evidence.full  # no other answer for it
        stored = full or self.planner.client.read_full(desired.id)
        return Run(self, desired, self._live(desired, evidence.live, stored), evidence.live, stored)

    def _take(self, run: Run, current: PersisterPlan, planned: PersisterPlan) -> None:
        if current.steps[:1] == (Step.WAIT,):
            run.take([Step.WAIT])
            # a wait is long: the persister may have changed
            current, evidence = self._current_plan(run.desired, planned)
            if evidence is None or not current.steps:
                return
            run.begin_with(evidence.live)
        run.take(current.steps)
        self._verify(run)

    def _check_files(self, desired: Persister, planned: PersisterPlan) -> None:
        if files_changed(self.planner, desired, planned):
            raise _Ended(
                _conflict(FILES_CHANGED, hint=f"{self.again(desired.id)}, or check out the commit of the plan")
            )

    def _current_plan(self, desired: Persister, planned: PersisterPlan) -> tuple[PersisterPlan, Evidence | None]:
        """Return the plan as of now, if it is still the one that was approved, and what it was made from."""
        current, evidence = self.planner.plan_with_evidence(desired)
        if reason := changed_since(current, planned):
            error = _conflict(current.blocked or reason, hint=f"{self.again(desired.id)} and review the difference")
            raise _Ended(error, None if current.blocked else current)
        return current, evidence

    def _verify(self, run: Run) -> None:
        """Read the persister of a run again and compare. What differs is read again: a read may be late."""
        self.observer(Verifying(run.desired.id))
        planner = self.planner.verifier(run.live.client)
        attempts = run.live.attempts(self.timeouts.update, "verifying it")
        differs_since: float | None = None
        unreadable = hint = ""
        for _ in attempts:
            try:
                now, evidence = planner.plan_with_evidence(run.desired)
            except HarvesterError as error:
                if error.permanent:
                    raise
                run.live.report(error)
                unreadable, hint = error.message, error.hint
                continue
            if now.in_sync:
                return
            run.live.seen = evidence.live.state if evidence else None
            if now.blocked:
                unreadable, hint = now.blocked, now.hint
            elif differs_since is None:
                differs_since = time.monotonic()
            elif time.monotonic() - differs_since >= self.settle:
                raise _did_not_stick(now, run)
        raise DidNotStick(f"everything was accepted, but it could not be verified: {unreadable}", hint=hint)

    def _failed(
        self,
        desired: Persister,
        planned: PersisterPlan,
        run: Run | None,
        error: PersyncError,
        difference: PersisterPlan | None,
    ) -> PersisterResult:
        end = end_of(run, error) if run else End(error.message, error.hint)
        secrets = self.planner.secrets.secrets_of(desired, *((run.stored, run.newest) if run else ()))
        has_log = run is None or (run.live.seen and not run.live.seen.is_down)
        logs = self._log_tail(desired.id) if isinstance(error, NotReached) and has_log else ()
        return PersisterResult(
            plan=planned,
            outcome=_outcome(error),
            steps_taken=tuple(run.taken) if run else (),
            steps_left=tuple(run.left) if run else (),
            left_stopped=end.left_stopped,
            problem=redact(end.problem, secrets),
            hint=redact(end.hint, secrets),
            logs=tuple(redact(line, secrets) for line in logs),
            difference=difference,
            **measured(run, difference),
        )

    def _log_tail(self, persister: PersisterId) -> Sequence[str]:
        if persister.eventstore == LIVE_SEGMENT:
            return ()  # it has none (API reference)
        try:
            return self.planner.client.within(_LOG_TIMEOUT).logs(persister, _LOG_LINES)
        except PersyncError as error:
            return (f"(its log cannot be read: {error.message})",)


def _did_not_stick(now: PersisterPlan, run: Run) -> _Ended:
    if not now.changes and run.live.seen is RunState.FAILED:
        hint = f"read its log, fix the cause, {run.context.again(now.id)}"
        return _Ended(NotReached(f"{now.id} is FAILED at the end of its run", hint=hint))
    if not now.changes:
        error = DidNotStick(
            f"it is {now.live_state} at the end of its run", hint="something else changes its run state"
        )
        return _Ended(error, now)
    paths = ", ".join(change.path for change in now.changes)
    if run.modified:
        error = DidNotStick(
            f"the API accepted everything, but these properties still differ: {paths}",
            hint="the server ignores or rewrites them: fix them, configure what the server makes of them, or list them"
            " under ignoreChanges",
        )
    else:
        error = DidNotStick(
            f"the API answered 304 (not modified) to the PUT, but these properties still differ: {paths}",
            hint="the server, or a cache in front of it, stored nothing: read its log",
        )
    return _Ended(error, now)


def _conflict(reason: str, *, hint: str) -> ChangedMeanwhile:
    return ChangedMeanwhile(f"nothing was written: {reason}", hint=hint)


def _outcome(error: PersyncError) -> Outcome:
    if isinstance(error, ChangedMeanwhile | Overtaken):
        return Outcome.CONFLICT
    return Outcome.CANCELLED if isinstance(error, Interrupted) else Outcome.FAILED
