"""Apply the plans of many persisters, wave after wave, as the plan shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from persync.apply.schedule import Schedule
from persync.concurrency import in_parallel
from persync.plan.events import PersisterFinished, PersisterStarted, RolloutEnded, WaveStarted
from persync.plan.parts.rollout import LimitReached, PlannedRollout, Wave, WaveKind
from persync.plan.result import PersisterResult, Result
from persync.plan.stale import FILES_CHANGED
from persync.plan.terms import Outcome
from persync.plan.waves.down import Gate
from persync.plan.waves.planned import planned_rollout
from persync.rollout import Rollout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from persync.apply.persister import Applier
    from persync.model import Persister, PersisterId
    from persync.plan.plan import PersisterPlan, Plan


def roll_out(
    plan: Plan,
    desired: Sequence[Persister],
    applier: Applier,
    *,
    parallelism: int,
    keep_going: bool,
    go_on: Callable[[Wave], str] = lambda _: "",
) -> Result:
    """Apply the plan in its waves; the result has the blocked ones too.

    After each wave, and before the end, every persister that was started is looked at once more: one may have failed
    since.

    Args:
        plan: what was shown and approved; one without waves is applied in a single one.
        desired: the persisters of the files; those of the plan are among them.
        applier: applies a persister; its observer receives ``PersisterFinished`` too.
        parallelism: how many persisters are under way at a time.
        keep_going: begin with other persisters after any number of failures, and of canaries too.
        go_on: waits before a wave; returns why it is not to be begun, empty if it is.
    """
    if plan.rollout is None:
        plan = plan.model_copy(update={"rollout": _single_wave(plan, applier, parallelism, keep_going=keep_going)})
    return _Execution(plan, desired, applier, keep_going=keep_going).run(go_on)


class _Execution:
    """An apply of many persisters."""

    def __init__(self, plan: Plan, desired: Sequence[Persister], applier: Applier, *, keep_going: bool) -> None:
        self._plan = plan
        self._by_id = {persister.id: persister for persister in desired}
        self._applier = applier
        self._keep_going = keep_going
        self._rollout = plan.rollout or PlannedRollout(parallelism=1)
        self._planned = {planned.id: planned for planned in plan.persisters}
        self._schedule = Schedule(
            self._apply,
            Gate.of(self._rollout.max_unavailable, self._rollout.down),
            self._rollout.parallelism,
            self._rollout.max_failures,
            applier.interruption.gracefully.is_set,
        )

    def run(self, go_on: Callable[[Wave], str]) -> Result:
        waves = self._rollout.waves
        for number, wave in enumerate(waves, 1):
            if number > 1 and not self._is_over and (reason := go_on(wave)):
                self._schedule.end(reason)
            if number > 1 and not self._is_over:
                self._look_again(waves[number - 2], and_count=True)
            if len(waves) > 1 and not self._is_over:
                self._applier.observer(WaveStarted(wave, number, len(waves)))
            self._schedule.run([self._planned[member.id] for member in wave.persisters])
            self._judge(wave)
        for wave in waves:
            self._look_again(wave, and_count=False)
        if self._schedule.ended and self._count(Outcome.NOT_ATTEMPTED) > len(self._schedule.held):
            self._applier.observer(RolloutEnded(self._schedule.ended))
        return _result(
            self._plan,
            tuple(self._final(planned) for planned in _concerned(self._plan)),
            interrupted=self._applier.interruption.gracefully.is_set(),
            limit_reached=self._limit_reached(),
        )

    @property
    def _is_over(self) -> bool:
        return bool(self._schedule.ended) or self._applier.interruption.gracefully.is_set()

    def _count(self, outcome: Outcome) -> int:
        return sum(result.outcome is outcome for result in self._schedule.results.values())

    def _judge(self, wave: Wave) -> None:
        """End the rollout if a canary failed, however many failures are allowed."""
        members = [member.id for member in wave.persisters]
        if wave.kind is WaveKind.CANARY and not self._keep_going and self._schedule.failed(members):
            self._schedule.end("a canary failed")

    def _apply(self, planned: PersisterPlan) -> PersisterResult:
        found = self._by_id.get(planned.id)
        self._applier.observer(PersisterStarted(planned.id))
        result = self._applier.apply(found, planned) if found else _removed(planned)
        self._applier.observer(PersisterFinished(result))
        return result

    def _look_again(self, wave: Wave, *, and_count: bool) -> None:
        results = [self._schedule.results[member.id] for member in wave.persisters]
        for before, final in zip(
            results, in_parallel(self._looked_at, results, self._rollout.parallelism), strict=True
        ):
            if final is before:
                continue
            if and_count:
                self._schedule.add(final.plan, final)
            else:
                self._schedule.results[final.plan.id] = final
        if and_count:
            self._judge(wave)

    def _looked_at(self, result: PersisterResult) -> PersisterResult:
        found = self._by_id.get(result.plan.id)
        if found is None or self._applier.interruption.immediately.is_set():
            return result
        final = self._applier.look_again(found, result)
        if final.outcome is not result.outcome:
            self._applier.observer(PersisterFinished(final))
        return final

    def _final(self, planned: PersisterPlan) -> PersisterResult:
        return _blocked(planned) if planned.blocked else self._schedule.results[planned.id]

    def _limit_reached(self) -> LimitReached | None:
        if not self._schedule.held or self._rollout.max_unavailable is None:
            return None
        return LimitReached(
            allowed=self._rollout.max_unavailable,
            configured=self._rollout.configured_unavailable,
            down=_in_order(self._plan, self._schedule.gate.down),
            not_begun=_in_order(self._plan, self._schedule.held),
        )


def _in_order(plan: Plan, persisters: Iterable[PersisterId]) -> tuple[PersisterId, ...]:
    found = set(persisters)
    return tuple(planned.id for planned in plan.persisters if planned.id in found)


def _single_wave(plan: Plan, applier: Applier, parallelism: int, *, keep_going: bool) -> PlannedRollout:
    count = len(plan.persisters)
    rollout = Rollout(settle=applier.settle)
    rollout = replace(rollout, max_failures=None) if keep_going else rollout
    return planned_rollout(plan, rollout, total=count, parallelism=parallelism, timeouts=applier.timeouts, delays={})


def refused(plan: Plan) -> Result:
    """Return the result of a plan that is not applied: a persister in it is blocked, or it exceeds a limit."""
    return _result(
        plan,
        tuple(
            _blocked(planned) if planned.blocked else PersisterResult(plan=planned, outcome=Outcome.NOT_ATTEMPTED)
            for planned in _concerned(plan)
        ),
    )


def _result(
    plan: Plan,
    persisters: tuple[PersisterResult, ...],
    *,
    interrupted: bool = False,
    limit_reached: LimitReached | None = None,
) -> Result:
    return Result(
        environment=plan.environment,
        url=plan.url,
        persisters=persisters,
        in_sync_persisters=plan.in_sync_persisters,
        interrupted=interrupted,
        breaches=plan.breaches,
        request=plan.request,
        rollback_of=plan.rollback_of,
        limit_reached=limit_reached,
    )


def _concerned(plan: Plan) -> list[PersisterPlan]:
    return [planned for planned in plan.persisters if planned.steps or planned.blocked]


def _blocked(planned: PersisterPlan) -> PersisterResult:
    return PersisterResult(plan=planned, outcome=Outcome.BLOCKED, problem=planned.blocked or "", hint=planned.hint)


def _removed(planned: PersisterPlan) -> PersisterResult:
    return PersisterResult(plan=planned, outcome=Outcome.CONFLICT, problem=f"nothing was written: {FILES_CHANGED}")
