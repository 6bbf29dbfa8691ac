"""Apply the plan of one persister: read it again, take the steps, verify that nothing differs any more."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from persync.apply.run import DOWN_TEXTS, ApplyContext, Down, Progress, Run, probe_delay
from persync.errors import (
    ApplyError,
    ChangedMeanwhile,
    DidNotStick,
    HarvesterError,
    Interrupted,
    NotReached,
    PersyncError,
)
from persync.model import LIVE_SEGMENT, RunState
from persync.plan.result import PersisterResult
from persync.plan.stale import FILES_CHANGED, changed_since, files_changed
from persync.plan.terms import Outcome, Step
from persync.properties.secrets import redact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.model import Persister, PersisterId
    from persync.plan.plan import PersisterPlan

_log = logging.getLogger("persync.apply")
_LOG_LINES = 20
_PROBE_DELAY = "kubernetes.readinessProbeDelay"


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
        progress = Progress()
        difference = None
        try:
            outcome = self._apply(desired, planned, progress)
        except _Ended as ended:
            error: PersyncError = ended.error
            difference = ended.difference
        except PersyncError as raised:
            error = raised
        except Exception as bug:  # noqa: BLE001 - see the docstring: even a bug is a result
            _log.debug("a bug", exc_info=True)
            error = PersyncError(f"a bug in persync ({type(bug).__name__})", hint="report it")
        else:
            return PersisterResult(plan=planned, outcome=outcome, steps_taken=tuple(progress.taken))
        return self._failed(desired, planned, progress, error, difference)

    def _apply(self, desired: Persister, planned: PersisterPlan, progress: Progress) -> Outcome:
        if files_changed(self.planner, desired, planned):
            raise _Ended(_conflict(FILES_CHANGED, hint="plan again, or check out the commit of the plan"))
        current = self._current_plan(desired, planned)
        # read before writing: the timeout of the start and the secrets to redact are needed later, when a read may fail
        progress.stored = self.planner.client.read_full(desired.id)
        run = Run(self, desired, progress, self.timeouts.start + probe_delay(desired, progress.stored))
        if current.steps[:1] == (Step.WAIT,):
            run.take([Step.WAIT])
            current = self._current_plan(desired, planned)  # a wait is long: the persister may have changed
        if not current.steps:
            return Outcome.DONE if progress.taken else Outcome.ALREADY
        run.take(current.steps)
        self._verify(desired, modified=run.modified)
        return Outcome.DONE

    def _current_plan(self, desired: Persister, planned: PersisterPlan) -> PersisterPlan:
        """Return the plan as of now, if it is still the one that was approved."""
        current = self.planner.plan(desired)
        if reason := changed_since(current, planned):
            error = _conflict(current.blocked or reason, hint="plan again and review the difference")
            raise _Ended(error, None if current.blocked else current)
        return current

    def _verify(self, desired: Persister, *, modified: bool) -> None:
        """Read the persister again and compare.

        Args:
            desired: from the files.
            modified: false only if the API answered the PUT with 304 (not modified).
        """
        now = self.planner.plan(desired)
        if now.in_sync:
            return
        if now.blocked:
            raise DidNotStick(f"everything was accepted, but it could not be verified: {now.blocked}", hint=now.hint)
        if not now.changes:
            error = DidNotStick(f"it is {now.live_state} after the apply", hint="something else changes its run state")
            raise _Ended(error, now)
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
        raise _Ended(error, now)

    def _failed(
        self,
        desired: Persister,
        planned: PersisterPlan,
        progress: Progress,
        error: PersyncError,
        difference: PersisterPlan | None,
    ) -> PersisterResult:
        secrets = self.planner.secrets.secrets_of(desired, progress.stored)
        left_stopped = progress.down is not Down.NO and desired.state is RunState.RUNNING
        message = [error.message, error.hint]
        if left_stopped:
            down = DOWN_TEXTS[progress.down]
            message.append(f"{down}, and events queue until it runs again: apply again to start it")
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


def _conflict(reason: str, *, hint: str) -> ChangedMeanwhile:
    return ChangedMeanwhile(f"nothing was written: {reason}", hint=hint)


def _outcome(error: PersyncError) -> Outcome:
    if isinstance(error, ChangedMeanwhile):
        return Outcome.CONFLICT
    return Outcome.INTERRUPTED if isinstance(error, Interrupted) else Outcome.FAILED
