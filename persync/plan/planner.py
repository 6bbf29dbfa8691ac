"""Read the live side of every persister and decide what has to be done.

One request reads a persister; a second one only where a written property is absent from the export.
"""

from __future__ import annotations

import logging
import re
import threading
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeAlias

from persync.concurrency import in_parallel
from persync.errors import (
    AccessDenied,
    HarvesterError,
    Interrupted,
    NotFound,
    PersyncError,
    Refused,
    ServerFault,
    UnexpectedAnswer,
)
from persync.model import RunState
from persync.plan.attribution import Evidence
from persync.plan.compare import compare
from persync.plan.fingerprint import fingerprint_of_desired, fingerprint_of_live
from persync.plan.plan import PersisterPlan, Plan, PlannedStep, Step
from persync.plan.secrets import secrets_of
from persync.plan.steps import reason_for, reason_of, steps_for
from persync.properties.secrets import without

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from persync.harvester.client import Harvester
    from persync.model import Persister

# What may be wrong with one persister; anything else is wrong with the API, and ends the plan.
OF_ONE_PERSISTER = (NotFound, AccessDenied, Refused, ServerFault, UnexpectedAnswer)
# So many in a row that the API itself says nothing about, and it is the API that is wrong.
_IN_A_ROW = 5
_TRACE = re.compile(r" \(trace [^)]*\)")
_log = logging.getLogger("persync.plan")

# The plan of one persister, and the error that blocks it if one does.
_Planned: TypeAlias = tuple[PersisterPlan, HarvesterError | None]


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
            HarvesterError: the API cannot be used. What is wrong with one persister blocks only that one, and what
                the API itself says is about one; but where something else answers in its place for five in a row,
                or for all, in the order of ``desired`` and not of time, the first such error is raised.
        """
        in_sync = 0
        to_say = []
        try:
            self.client.authenticate()
            for planned in self._read_all(desired, parallelism, progress):
                in_sync += planned.in_sync
                if not planned.in_sync or planned.warnings:
                    to_say.append(planned)
        except HarvesterError:
            self.client.give_up()  # what else is under way would try on, and say so after the end
            raise
        return Plan(environment=environment, url=self.url, persisters=tuple(to_say), in_sync=in_sync)

    def _read_all(
        self, desired: Sequence[Persister], parallelism: int, progress: Callable[[], None]
    ) -> Iterator[PersisterPlan]:
        """Yield the plans in the order of ``desired``; as ``plan_all``."""
        over = threading.Event()

        def plan(persister: Persister) -> _Planned:
            if over.is_set():
                raise Interrupted("not read")  # nobody meets this: one before it has ended the plan
            try:
                outcome = self._plan(persister)
            except PersyncError:
                over.set()
                raise
            progress()
            return outcome

        strangers: list[HarvesterError] = []
        # Closed at once, not when Python gets to it: nobody wants the rest.
        with closing(in_parallel(plan, desired, parallelism)) as outcomes:
            for planned, error in outcomes:
                strangers = [*strangers, error] if error and _is_a_strangers(error) else []
                if len(strangers) >= min(_IN_A_ROW, len(desired)):
                    raise strangers[0]
                yield planned

    def plan(self, desired: Persister) -> PersisterPlan:
        """Read one persister and decide what has to be done about it.

        Raises:
            HarvesterError: the API cannot be used. What is wrong with this persister alone blocks its plan.
        """
        return self._plan(desired)[0]

    def _plan(self, desired: Persister) -> _Planned:
        """Return the plan of one persister, and the error that blocks it if one does."""
        try:
            return self._decide(desired), None
        except OF_ONE_PERSISTER as error:
            shown = self._masked(desired, error)
        return _unreadable(desired, shown), shown

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

    def _masked(self, desired: Persister, error: HarvesterError) -> HarvesterError:
        # a new one: the traceback and the arguments of the old one show what it said
        secrets = secrets_of(desired, self.sensitive)
        message, hint = without(error.message, secrets), without(error.hint, secrets)
        return type(error)(message, status=error.status, type=error.type, hint=hint)


def _unreadable(desired: Persister, error: HarvesterError) -> PersisterPlan:
    # The trace of a request is for who searches the server's log; the plan is the same for the same live side.
    message = _TRACE.sub("", error.message)
    if message != error.message:
        _log.info("%s", error.message)
    return PersisterPlan(
        id=desired.id,
        span=desired.span,
        live_state=None,
        wanted_state=desired.state,
        blocked=f"{message}; {error.hint}" if error.hint else message,
    )


def _is_a_strangers(error: HarvesterError) -> bool:
    """Whether not the API spoke: a page, a redirect, other JSON, a gateway's 502 to 504, an empty 500."""
    by_api = error.status == HTTPStatus.INTERNAL_SERVER_ERROR and error.type is not None
    return isinstance(error, UnexpectedAnswer) or (isinstance(error, ServerFault) and not by_api)


def _left_alone(live: RunState, wanted: RunState | None, steps: tuple[Step, ...]) -> tuple[str, ...]:
    """Say what leaving the run state alone means where it matters."""
    if wanted is None and Step.PUT in steps and live not in {RunState.STOPPED, RunState.STOPPING}:
        return (f"it is {live} and keeps its old configuration until somebody restarts it (no state in the file)",)
    if wanted is None and live is RunState.RUNNING_BUT_OUTDATED:
        return ("it runs an older configuration than the stored one until somebody restarts it",)
    return ()
