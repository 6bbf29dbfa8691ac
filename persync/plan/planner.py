"""Read the live side of every persister and decide what has to be done.

One request reads a persister; a second one only where a written property is absent from the export.
"""

from __future__ import annotations

import logging
import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.errors import AccessDenied, NotFound, Refused, ServerFault, UnexpectedAnswer
from persync.model import RunState
from persync.plan.attribution import Evidence
from persync.plan.changes import compare
from persync.plan.concurrent import in_parallel
from persync.plan.fingerprint import fingerprint_of_desired, fingerprint_of_live
from persync.plan.plan import PersisterPlan, Plan, PlannedStep, Step
from persync.plan.secrets import secrets_of
from persync.plan.steps import reason_for, reason_of, steps_for
from persync.properties.sensitive import without

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from persync.errors import HarvesterError
    from persync.harvester.client import Harvester
    from persync.model import Persister

# What may be wrong with one persister; anything else is wrong with the API, and ends the plan.
OF_ONE_PERSISTER = (NotFound, AccessDenied, Refused, ServerFault, UnexpectedAnswer)
# What is wrong with the API after all, if the first persisters all meet it.
_OF_THE_API = (ServerFault, UnexpectedAnswer)
_FIRST = 5
_TRACE = re.compile(r" \(trace [^)]*\)")
_log = logging.getLogger("persync.plan")


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans the persisters of one environment.

    Attributes:
        client: reads the live side.
        url: the API's address as the settings say it.
        sensitive: more regular expressions for keys whose values are hidden.
        witness: told what the plan of a persister that differs was made from, from any thread.
    """

    client: Harvester
    url: str
    sensitive: tuple[str, ...] = ()
    witness: Callable[[Evidence], None] = lambda _: None

    def plan_all(
        self,
        desired: Sequence[Persister],
        *,
        environment: str,
        parallelism: int,
        progress: Callable[[], None] = lambda: None,
    ) -> Plan:
        """Read all persisters, ``parallelism`` at a time, and decide what has to be done.

        Args:
            desired: sorted by name, as the plan will be.
            environment: the environment's name, for the plan's head.
            parallelism: how many persisters are read at a time.
            progress: called after each persister, from any thread.

        Raises:
            HarvesterError: the API cannot be used. What is wrong with one persister blocks only that one.
        """
        answered = threading.Event()
        failed: list[HarvesterError] = []

        def plan(persister: Persister) -> PersisterPlan:
            try:
                planned = self._decide(persister)
                answered.set()
            except OF_ONE_PERSISTER as error:
                if isinstance(error, _OF_THE_API) and not answered.is_set():
                    failed.append(error)
                    if len(failed) >= min(_FIRST, len(desired)):
                        text = without(error.message, secrets_of(persister, self.sensitive))
                        raise type(error)(text, status=error.status, type=error.type, hint=error.hint) from None
                planned = self._unreadable(persister, error)
            progress()
            return planned

        in_sync = 0
        to_say = []
        for planned in in_parallel(plan, desired, parallelism):
            in_sync += planned.in_sync
            if not planned.in_sync or planned.warnings:
                to_say.append(planned)
        return Plan(environment=environment, url=self.url, persisters=tuple(to_say), in_sync=in_sync)

    def plan(self, desired: Persister) -> PersisterPlan:
        """Read one persister and decide what has to be done about it.

        Raises:
            HarvesterError: the API cannot be used. What is wrong with this persister alone blocks its plan.
        """
        try:
            return self._decide(desired)
        except OF_ONE_PERSISTER as error:
            return self._unreadable(desired, error)

    def _decide(self, desired: Persister) -> PersisterPlan:
        live, full = self.client.read(desired.id), None
        comparison = compare(desired, live, sensitive=self.sensitive)
        if comparison.needs_full:
            full = self.client.read_full(desired.id)
            comparison = compare(desired, live, full, sensitive=self.sensitive)
        differs = bool(comparison.changes)
        steps = steps_for(live.state, desired.state, differs=differs)
        if steps or differs:
            self.witness(Evidence(desired, live, full))
        return PersisterPlan(
            id=desired.id,
            span=desired.span,
            live_state=live.reported_state,
            wanted_state=desired.state,
            changes=comparison.changes,
            planned_steps=tuple(
                PlannedStep(step=step, reason=reason_of(step, live.state, desired.state)) for step in steps or ()
            ),
            reason=reason_for(live.state, desired.state, differs=differs),
            warnings=comparison.warnings + _left_alone(live.state, desired.state, steps or ()),
            blocked=f"its run state is {live.reported_state}, which nothing safe follows from"
            if steps is None
            else None,
            fingerprint=fingerprint_of_live(live, desired, self.url, self.sensitive) if steps else "",
            desired_fingerprint=self.fingerprint(desired) if steps else "",
        )

    def fingerprint(self, desired: Persister) -> str:
        """Return the fingerprint of what the files want of a persister."""
        return fingerprint_of_desired(desired, self.url, self.sensitive)

    def _unreadable(self, desired: Persister, error: HarvesterError) -> PersisterPlan:
        # The trace of a request is for who searches the server's log; the plan is the same for the same live side.
        message = _TRACE.sub("", error.message)
        if message != error.message:
            _log.info("%s", without(error.message, secrets_of(desired, self.sensitive)))
        said = f"{message}; {error.hint}" if error.hint else message
        return PersisterPlan(
            id=desired.id,
            span=desired.span,
            live_state=None,
            wanted_state=desired.state,
            blocked=without(said, secrets_of(desired, self.sensitive)),
        )


def _left_alone(live: RunState, wanted: RunState | None, steps: tuple[Step, ...]) -> tuple[str, ...]:
    """Say what leaving the run state alone means where it matters."""
    if wanted is None and Step.PUT in steps and live not in {RunState.STOPPED, RunState.STOPPING}:
        return (f"it is {live} and keeps its old configuration until somebody restarts it (no state in the file)",)
    if wanted is None and live is RunState.RUNNING_BUT_OUTDATED:
        return ("it runs an older configuration than the stored one until somebody restarts it",)
    return ()
