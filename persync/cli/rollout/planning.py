"""The rollout of a plan: from settings and options, and from what is known of the persisters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from persync.cli.line.patterns import hint_of
from persync.cli.review.options import overridden as overridden_safety
from persync.cli.rollout.options import overridden
from persync.cli.selectors import unmatched
from persync.errors import ConfigError, PersyncError
from persync.plan.ignoring.ignored import without_ignored
from persync.plan.terms import Step
from persync.plan.waves.delay import configured_delay, default_delay
from persync.plan.waves.planned import planned_rollout
from persync.safety import Amount

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from persync.cli.session import Session
    from persync.harvester.client import Harvester
    from persync.model import PersisterId
    from persync.plan.compare import Evidence
    from persync.plan.plan import Plan
    from persync.rollout import Rollout
    from persync.safety import Safety

_BEGINS = {Step.START, Step.WAIT}


class Limits(NamedTuple):
    """What an apply may do, and in which order: the settings of the environment, with the options over them.

    Attributes:
        safety: what it may not do.
        rollout: how it goes from persister to persister.
        parallelism: how many persisters are under way at a time.
    """

    safety: Safety
    rollout: Rollout
    parallelism: int


def limits_of(
    session: Session, options: Mapping[str, Any], *, parallelism: int | None, keep_going: bool = False
) -> Limits:
    """Return the limits of an apply.

    Args:
        session: with files that are valid.
        options: the values of ``safety_options`` and ``rollout_options`` by parameter.
        parallelism: the value of ``--parallelism``.
        keep_going: whether ``--keep-going`` was given.

    Raises:
        ConfigError: a pattern of ``--protect`` or ``--canary`` matches nothing, so it is mistyped.
    """
    environment = session.environment
    rollout = overridden(environment.rollout, options, keep_going=keep_going)
    canaries = () if isinstance(rollout.canary, Amount) else rollout.canary
    for option, patterns in (("--protect", options.get("protect", ())), ("--canary", canaries)):
        for pattern in unmatched(session.configuration.persisters, patterns):
            ids = (each.id for each in session.configuration.persisters)
            raise ConfigError(
                f"{option} '{pattern}' matches no persister", hint=hint_of(pattern, ids, projects=environment.projects)
            )
    at_a_time = parallelism or rollout.parallelism or session.parallelism(None)
    return Limits(overridden_safety(environment.safety, options), rollout, at_a_time)


def with_rollout(session: Session, plan: Plan, limits: Limits, delays: Mapping[PersisterId, float]) -> Plan:
    """Return the plan with the waves in which an apply changes its persisters.

    Args:
        session: of the environment.
        plan: judged already: who is blocked is in no wave.
        limits: settings and options.
        delays: of the readiness probes, in seconds.
    """
    rollout = planned_rollout(
        plan,
        limits.rollout,
        total=len(session.configuration.persisters),
        parallelism=limits.parallelism,
        timeouts=session.environment.timeouts,
        delays=delays,
    )
    return plan.model_copy(update={"rollout": rollout})


def saved_delays(saved: Plan) -> dict[PersisterId, float]:
    """Return the delays of the readiness probes that a saved plan has."""
    waves = saved.rollout.waves if saved.rollout else ()
    return {member.id: member.longest.readiness_delay for wave in waves for member in wave.persisters}


def delays_of(plan: Plan, evidence: Mapping[PersisterId, Evidence], client: Harvester) -> dict[PersisterId, float]:
    """Return the delays of the readiness probes, in seconds, of the persisters that are started.

    Where neither the files nor live configure one, the server's default counts. It is the same for all persisters of
    an event store, so at most one of them is read for it.
    """
    defaults: dict[str, float] = {}
    return {
        pid: configured if configured is not None else _default(pid, evidence, client, defaults)
        for pid, configured in _configured(plan, evidence)
    }


def _configured(plan: Plan, evidence: Mapping[PersisterId, Evidence]) -> Iterator[tuple[PersisterId, float | None]]:
    for planned in plan.to_do:
        found = evidence.get(planned.id)
        if found and _BEGINS.intersection(planned.steps):
            yield planned.id, configured_delay(without_ignored(found.desired, found.desired.ignored), found.live)


def _default(
    pid: PersisterId, evidence: Mapping[PersisterId, Evidence], client: Harvester, defaults: dict[str, float]
) -> float:
    if pid.eventstore not in defaults:
        delay = default_delay(pid.eventstore)
        if delay:
            full = evidence[pid].full
            try:
                found = configured_delay(full or client.read_full(pid))
            except PersyncError:  # what a report shows is no reason to end a plan
                found = None
            delay = delay if found is None else found
        defaults[pid.eventstore] = delay
    return defaults[pid.eventstore]
