"""Making a plan with progress on stderr, for the commands that begin with one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from persync.apply.token_end import token_warning
from persync.cli.log.events import record_plan
from persync.cli.progress import ReadProgress
from persync.cli.review.commands import CommandLine, import_command, update_command
from persync.cli.rollout.planning import delays_of, with_rollout
from persync.config.git.cli import commit_of
from persync.errors import PlanRefused
from persync.plan.events import both
from persync.plan.planner import Planner, PlanWithEvidence
from persync.plan.requested.planner import RequestPlanner
from persync.plan.review.former_defaults import former_defaults, persisters_with
from persync.plan.review.safety import judged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from persync.cli.rollout.planning import Limits
    from persync.cli.session import Session
    from persync.harvester.client import Harvester
    from persync.model import Persister, PersisterId
    from persync.plan.plan import Plan, Selection
    from persync.plan.terms import StateRequest


def planner_of(session: Session, client: Harvester, request: StateRequest | None = None) -> Planner:
    """Return the planner of the session's environment: of the files, or of a run state that is requested."""
    url, secrets = session.environment.url, session.environment.secrets
    return RequestPlanner(client, url, secrets, request=request) if request else Planner(client, url, secrets)


def check_saved(saved: Plan, session: Session) -> None:
    """Check that a saved plan is for this environment, and for the same live persisters.

    Raises:
        PlanRefused: it is for another one, or for another URL, or ``projects`` of the environment has changed.
    """
    environment = session.environment
    if (saved.environment, saved.url) != (environment.name, environment.url):
        raise PlanRefused(
            f"the plan is for environment {saved.environment} at {saved.url},"
            f" and this is {environment.name} at {environment.url}",
            hint="name its environment with -e, or make a plan for this one",
        )
    for planned in saved.persisters:
        if environment.projects.differing(planned.id) != planned.live_id:
            now = environment.projects.live(planned.id)
            raise PlanRefused(
                f"{planned.id} was {planned.live_id or planned.id} in the installation when the plan was made, and is"
                f" {now} now: projects of environment {environment.name} has changed",
                hint="make a new plan",
            )


def judge(session: Session, plan: Plan, limits: Limits, delays: Mapping[PersisterId, float]) -> Plan:
    """Return the plan with what exceeds the limits, of all persisters of the environment, and with its rollout.

    Args:
        session: of the environment.
        plan: a new or a saved one.
        limits: settings and options of now.
        delays: of the readiness probes, in seconds.
    """
    plan = judged(plan, limits.safety, len(session.configuration.persisters))
    return with_rollout(session, plan, limits, delays)


def make_plan(
    session: Session,
    client: Harvester,
    desired: Sequence[Persister],
    parallelism: int,
    limits: Limits,
    base: str | None = None,
    selection: Selection | None = None,
) -> Plan:
    """Plan these persisters.

    Args:
        session: where they come from.
        client: of the environment's API.
        desired: the persisters, sorted by identity.
        parallelism: how many are read at a time.
        limits: what an apply may do, and in which order.
        base: the revision of git that differences are attributed by.
        selection: which persisters these are.

    Raises:
        ConfigError: there is no such revision; nothing was sent.
        HarvesterError: the API cannot be used.
    """
    planner = planner_of(session, client)
    if base is None:
        plan = _with_former_defaults(session, _plan(session, planner, desired, parallelism, limits, selection).plan)
        record_plan(plan)
        return plan
    from persync.cli.base import attribute, base_of  # noqa: PLC0415 - reading history is a part of few plans
    from persync.cli.review.removed import removed_of  # noqa: PLC0415 - as above

    described = session.configuration.persisters
    with base_of(session.settings, session.environment, base, os.environ, described) as before:
        plan, evidence, _ = _plan(session, planner, desired, parallelism, limits, selection)
        plan = _with_former_defaults(session, attribute(plan, evidence, before))
        removed = removed_of(session, client, before, selection, parallelism)
    record_plan(plan)
    return plan.model_copy(update={"removed": removed})


def _with_former_defaults(session: Session, plan: Plan) -> Plan:
    found = former_defaults(plan)
    if found is None:
        return plan
    command = update_command(plan, persisters_with(plan, found), CommandLine.of(session))
    return plan.model_copy(update={"former_defaults": found.model_copy(update={"update_command": command})})


def _plan(
    session: Session,
    planner: Planner,
    desired: Sequence[Persister],
    parallelism: int,
    limits: Limits,
    selection: Selection | None,
) -> PlanWithEvidence:
    with ReadProgress(len(desired), planner.client.throttling) as progress:
        plan, evidence, unused = planner.plan_all(
            desired,
            environment=session.environment.name,
            parallelism=parallelism,
            observer=both(progress, session.observers.event),
        )
    plan = judge(session, plan, limits, delays_of(plan, evidence, planner.client))
    warnings = list(plan.warnings)
    if plan.summary.restarts and (warning := token_warning(planner.client, session.environment.timeouts)):
        warnings.append(warning)
    if selection is None:  # else it may be for a persister that was not read
        warnings += (f"{glob.span}: '{glob.text}' of ignoreChanges names no property" for glob in unused)
    patterns = session.settings.patterns(session.environment.name)
    commit = commit_of(session.settings.root, patterns)
    update = {"commit": commit, "selection": selection, "warnings": tuple(warnings)}
    plan = plan.model_copy(update=update)
    advice = {"import_command": import_command(plan, CommandLine.of(session))}
    return PlanWithEvidence(plan.model_copy(update=advice), evidence, unused)
