"""Making a plan with progress on stderr, for the commands that begin with one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from persync.apply.token_end import token_warning
from persync.cli.log.events import record_plan
from persync.cli.progress import ReadProgress
from persync.cli.review.commands import CommandLine, import_command
from persync.cli.review.options import overridden
from persync.cli.selectors import PATTERNS, unmatched
from persync.config.git.cli import commit_of
from persync.errors import ConfigError, PlanRefused
from persync.plan.events import both
from persync.plan.planner import Planner, PlanWithEvidence
from persync.plan.review.safety import judged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from persync.cli.session import Session
    from persync.harvester.client import Harvester
    from persync.model import Persister
    from persync.plan.plan import Plan, Selection
    from persync.safety import Safety


def planner_of(session: Session, client: Harvester) -> Planner:
    """Return the planner of the session's environment."""
    return Planner(client, session.environment.url, session.environment.secrets)


def check_saved(saved: Plan, session: Session) -> None:
    """Check that a saved plan is for this environment.

    Raises:
        PlanRefused: it is for another one, or for another URL.
    """
    environment = session.environment
    if (saved.environment, saved.url) != (environment.name, environment.url):
        raise PlanRefused(
            f"the plan is for environment {saved.environment} at {saved.url},"
            f" and this is {environment.name} at {environment.url}",
            hint="name its environment with -e, or make a plan for this one",
        )


def safety_of(session: Session, options: Mapping[str, Any]) -> Safety:
    """Return what an apply may not do: the settings of the environment, with the options over them.

    Args:
        session: with files that are valid.
        options: the values of ``safety_options`` by parameter.

    Raises:
        ConfigError: a pattern of ``--protect`` matches nothing, so it is mistyped.
    """
    for pattern in unmatched(session.configuration.persisters, options.get("protect", ())):
        raise ConfigError(f"--protect '{pattern}' matches no persister", hint=PATTERNS)
    return overridden(session.environment.safety, options)


def judge(session: Session, plan: Plan, safety: Safety) -> Plan:
    """Return the plan with what exceeds the limits, of all persisters of the environment."""
    return judged(plan, safety, len(session.configuration.persisters))


def make_plan(
    session: Session,
    client: Harvester,
    desired: Sequence[Persister],
    parallelism: int,
    safety: Safety,
    base: str | None = None,
    selection: Selection | None = None,
) -> Plan:
    """Plan these persisters.

    Args:
        session: where they come from.
        client: of the environment's API.
        desired: the persisters, sorted by identity.
        parallelism: how many are read at a time.
        safety: what an apply may not do.
        base: the revision of git that differences are attributed by.
        selection: which persisters these are.

    Raises:
        ConfigError: there is no such revision; nothing was sent.
        HarvesterError: the API cannot be used.
    """
    planner = planner_of(session, client)
    if base is None:
        plan = _plan(session, planner, desired, parallelism, safety, selection).plan
        record_plan(plan)
        return plan
    from persync.cli.base import attribute, base_of  # noqa: PLC0415 - reading history is a part of few plans
    from persync.cli.review.removed import removed_of  # noqa: PLC0415 - as above

    with base_of(session.settings, session.environment, base, os.environ) as before:
        plan, evidence, _ = _plan(session, planner, desired, parallelism, safety, selection)
        plan = attribute(plan, evidence, before)
        removed = removed_of(session, client, before, selection, parallelism)
    record_plan(plan)
    return plan.model_copy(update={"removed": removed})


def _plan(
    session: Session,
    planner: Planner,
    desired: Sequence[Persister],
    parallelism: int,
    safety: Safety,
    selection: Selection | None,
) -> PlanWithEvidence:
    with ReadProgress(len(desired), planner.client.throttling) as progress:
        plan, evidence, unused = planner.plan_all(
            desired,
            environment=session.environment.name,
            parallelism=parallelism,
            observer=both(progress, session.observers.event),
        )
    plan = judge(session, plan, safety)
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
