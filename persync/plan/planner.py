"""Read the live side of every persister and decide what has to be done.

A persister takes one request, and a second one only where a configured property is absent from the export.
"""

from __future__ import annotations

import logging
import threading
from contextlib import closing
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple, Self

from persync.concurrency import in_parallel
from persync.errors import (
    HarvesterError,
    Interrupted,
    NotFound,
    PersisterError,
    PersyncError,
    ServerFault,
    UnexpectedAnswer,
    ValueUnknown,
    WrongAnswer,
)
from persync.harvester.not_found import NotFoundExplainer
from persync.model import RunState
from persync.plan.compare import Evidence, compare
from persync.plan.events import PersisterRead, ignore
from persync.plan.fingerprint import fingerprint_of_desired, fingerprint_of_live
from persync.plan.ignoring.ignored import ignored_paths, used_globs
from persync.plan.ignoring.unused import UnusedGlobs
from persync.plan.ignoring.update import update_of
from persync.plan.parts.resets import falls_back
from persync.plan.plan import IgnoredProperties, PersisterPlan, Plan, PlannedStep
from persync.plan.steps import reason_for, reason_of, steps_for
from persync.plan.terms import Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from persync.harvester.client import Harvester
    from persync.model import Persister, PersisterId, PropertyGlob
    from persync.plan.events import Observer
    from persync.properties.secrets import SecretPolicy

# After so many persisters in a row with answers that are not the API's own, the API cannot be used.
_IN_A_ROW = 5
_RESETS = "every property falls back to its default, because the files configure none"
_log = logging.getLogger("persync.plan")


class PlanWithEvidence(NamedTuple):
    """A plan, and what it was made from for the persisters that differ.

    ``unused`` has the globs of ``ignoreChanges`` that cover nothing that the files or live have.
    """

    plan: Plan
    evidence: Mapping[PersisterId, Evidence]
    unused: tuple[PropertyGlob, ...] = ()


class Planned(NamedTuple):
    """The plan of a persister, the error that blocks it, and what it was made from where it differs.

    ``ignored`` has the paths that are not compared, ``used`` the globs that cover something; ``None``: not known.
    """

    plan: PersisterPlan
    error: PersisterError | None = None
    evidence: Evidence | None = None
    ignored: tuple[str, ...] = ()
    used: frozenset[PropertyGlob] | None = None


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans the persisters of an environment.

    Attributes:
        client: reads the live side.
        url: the API's address as the settings have it.
        secrets: the environment's policy for secrets.
    """

    client: Harvester
    url: str
    secrets: SecretPolicy

    def plan_all(
        self, desired: Sequence[Persister], *, environment: str, parallelism: int, observer: Observer = ignore
    ) -> PlanWithEvidence:
        """Read all persisters, ``parallelism`` at a time, and decide what has to be done.

        For what does not exist, the names that do are read too: one request for each project with a 404.

        Args:
            desired: sorted by identity, as the plan will be.
            environment: the environment's name, for the plan's head.
            parallelism: how many persisters are read at a time.
            observer: receives ``PersisterRead`` for each, from any thread.

        Raises:
            HarvesterError: the API cannot be used. An error about one persister blocks that one only; but where
                something else than the API answers for five in a row, or for all, in the order of ``desired`` and not
                of time, the first such error is raised.
        """
        in_sync: list[PersisterId] = []
        reported: list[PersisterPlan] = []
        existing: list[PersisterId] = []
        not_found: dict[int, HarvesterError] = {}
        evidence: dict[PersisterId, Evidence] = {}
        ignored: list[IgnoredProperties] = []
        globs = UnusedGlobs()
        try:
            self.client.authenticate()
            for persister, planned in zip(desired, self._read_all(desired, parallelism, observer), strict=True):
                globs.add(persister, planned.used)
                if planned.ignored:
                    ignored.append(IgnoredProperties(id=persister.id, properties=planned.ignored))
                if planned.plan.in_sync:
                    in_sync.append(persister.id)
                if not planned.plan.in_sync or planned.plan.warnings:
                    reported.append(planned.plan)
                if planned.evidence:
                    evidence[planned.plan.id] = planned.evidence
                if planned.error is None:
                    existing.append(planned.plan.id)
                elif isinstance(planned.error, NotFound):
                    not_found[len(reported) - 1] = planned.error
            explainer = NotFoundExplainer(self.client, existing)
            for index, error in not_found.items():
                explained = explainer.explain(reported[index].id, error)
                update = {"blocked": explained.summary, "hint": explained.hint}
                reported[index] = reported[index].model_copy(update=update)
            unused = globs.found(self.client.read_full)
        except HarvesterError:
            self.client.stop_retrying()  # the requests that are under way would be retried, and logged after the end
            raise
        plan = Plan(
            environment=environment,
            url=self.url,
            persisters=tuple(reported),
            in_sync=len(in_sync),
            in_sync_persisters=tuple(in_sync),
            ignored=tuple(ignored),
        )
        return PlanWithEvidence(plan, evidence, unused)

    def _read_all(self, desired: Sequence[Persister], parallelism: int, observer: Observer) -> Iterator[Planned]:
        """Yield the plans in the order of ``desired``; as ``plan_all``."""
        over = threading.Event()

        def plan(persister: Persister) -> Planned:
            if over.is_set():
                raise Interrupted("not read")  # never seen: an error of an earlier persister has ended the plan
            try:
                planned = self._plan(persister)
            except PersyncError:
                over.set()
                raise
            observer(PersisterRead(persister.id, planned.plan.live_state))
            return planned

        foreign: list[HarvesterError] = []
        # Closed at once, and not when Python gets to it: the other results are of no use.
        with closing(in_parallel(plan, desired, parallelism)) as results:
            for planned in results:
                foreign = [*foreign, planned.error] if planned.error and _is_foreign(planned.error) else []
                if len(foreign) >= min(_IN_A_ROW, len(desired)):
                    raise foreign[0]
                yield planned

    def plan(self, desired: Persister) -> PersisterPlan:
        """Read a persister and decide what has to be done.

        Raises:
            HarvesterError: the API cannot be used. An error about this persister alone blocks its plan.
        """
        return self._plan(desired).plan

    def plan_with_evidence(self, desired: Persister) -> tuple[PersisterPlan, Evidence | None]:
        """Do as ``plan``; return what the plan was made from, too, if there are steps."""
        planned = self._plan(desired)
        return planned.plan, planned.evidence

    def verifier(self, client: Harvester) -> Self:
        """Return the planner that verifies a run, with the client of that run."""
        return replace(self, client=client)

    def fingerprint(self, desired: Persister) -> str:
        """Return the fingerprint of the desired side of a persister."""
        return fingerprint_of_desired(desired, self.url, self.secrets)

    def _plan(self, desired: Persister) -> Planned:
        try:
            return self.decide(desired)
        except PersisterError as error:
            shown = error.redacted(lambda text: self.secrets.redact(text, desired))
        return Planned(_unreadable(desired, self.client.projects.differing(desired.id), shown), shown)

    def decide(self, desired: Persister) -> Planned:
        """Read a persister and decide what has to be done.

        Raises:
            HarvesterError: also about this persister alone.
        """
        live, full = self.client.read(desired.id), None
        comparison = compare(desired, live, secrets=self.secrets)
        if comparison.needs_full:
            full = self.client.read_full(desired.id)
            comparison = compare(desired, live, full, secrets=self.secrets)
        differs = bool(comparison.changes)
        steps = steps_for(live.state, desired.state, differs=differs)
        blocked, hint = None if steps is not None else no_transition(live.reported_state), ""
        if Step.PUT in (steps or ()):
            try:
                update_of(desired, live, lambda: full or self.client.read_full(desired.id))
            except ValueUnknown as unknown:
                steps, blocked, hint = None, unknown.message, unknown.hint
        resets = Step.PUT in (steps or ()) and falls_back(desired, live, comparison)
        plan = PersisterPlan(
            id=desired.id,
            live_id=self.client.projects.differing(desired.id),
            span=desired.span,
            live_state=live.reported_state,
            desired_state=desired.state,
            changes=comparison.changes,
            planned_steps=tuple(
                PlannedStep(step=step, reason=reason_of(step, live.state, desired.state)) for step in steps or ()
            ),
            reason=reason_for(live.state, desired.state, differs=differs) if blocked is None else "",
            warnings=comparison.warnings
            + ((_RESETS,) if resets else ())
            + _outdated(live.state, desired.state, steps or ()),
            resets=resets,
            blocked=blocked,
            hint=hint,
            fingerprint=fingerprint_of_live(live, desired, self.url, self.secrets) if steps else "",
            desired_fingerprint=self.fingerprint(desired) if steps else "",
        )
        sides = [side for side in (desired, live, full) if side]
        return Planned(
            plan,
            evidence=Evidence(desired, live, full) if steps or differs else None,
            ignored=ignored_paths(desired, live),
            used=used_globs(desired.ignored, *sides),
        )


def no_transition(reported_state: str) -> str:
    """Return why a persister in a run state is blocked."""
    return f"its run state is {reported_state}: no safe transition is defined for this state"


def _unreadable(desired: Persister, live_id: PersisterId | None, error: HarvesterError) -> PersisterPlan:
    # The trace of a request belongs into the log: the plan has the same bytes for the same live side.
    if error.trace:
        _log.info("%s", error.message)
    return PersisterPlan(
        id=desired.id,
        live_id=live_id,
        span=desired.span,
        live_state=None,
        desired_state=desired.state,
        blocked=error.summary,
        hint=error.hint,
    )


def _is_foreign(error: HarvesterError) -> bool:
    """Return whether something else than the API answered: a page, a redirect, other JSON, a gateway, an empty 500."""
    if isinstance(error, ServerFault):
        by_api = error.status == HTTPStatus.INTERNAL_SERVER_ERROR and error.type is not None
        return not by_api
    return isinstance(error, UnexpectedAnswer) and not isinstance(error, WrongAnswer)


def _outdated(live: RunState, desired: RunState | None, steps: tuple[Step, ...]) -> tuple[str, ...]:
    """Return the warning about a persister that runs an old configuration because the files set no run state."""
    if desired is not None:
        return ()
    if Step.PUT in steps and not live.is_down:
        # without the run state: it changes by itself while the plan is reviewed
        return ("it keeps its old configuration until it is restarted (no state in the file)",)
    if live is RunState.RUNNING_BUT_OUTDATED:
        return ("it runs an older configuration than the stored one until it is restarted (no state in the file)",)
    return ()
