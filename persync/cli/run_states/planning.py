"""The plan of run states that are requested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.apply.token_end import token_warning
from persync.cli.log.events import record_plan
from persync.cli.planning import judge, planner_of
from persync.cli.progress import ReadProgress
from persync.cli.rollout.planning import delays_of
from persync.config.git.cli import commit_of
from persync.plan.events import both
from persync.plan.requested.planner import state_only
from persync.plan.requested.review import left_stopped, warnings_of
from persync.plan.requested.steps import target_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.cli.rollout.planning import Limits
    from persync.cli.session import Session
    from persync.harvester.client import Harvester
    from persync.model import Persister
    from persync.plan.plan import Plan, Selection
    from persync.plan.terms import StateRequest


def plan_request(
    session: Session,
    client: Harvester,
    files: Sequence[Persister],
    request: StateRequest,
    parallelism: int,
    limits: Limits,
    selection: Selection | None,
) -> tuple[Plan, Sequence[Persister]]:
    """Return the plan of a request, and its desired side.

    Args:
        session: where the persisters come from.
        client: of the environment's API.
        files: the persisters, sorted by identity.
        request: what is requested of each.
        parallelism: how many are read at a time.
        limits: what may be done, and in which order.
        selection: which persisters these are.

    Raises:
        HarvesterError: the API cannot be used.
    """
    desired = tuple(state_only(persister, target_of(request), session.environment.secrets) for persister in files)
    with ReadProgress(len(desired), client.throttling) as progress:
        made = planner_of(session, client, request).plan_all(
            desired,
            environment=session.environment.name,
            parallelism=parallelism,
            observer=both(progress, session.observers.event),
        )
    root = session.settings.root
    configured = {persister.id: persister.state for persister in files}
    update = {
        "request": request,
        "selection": selection,
        "commit": commit_of(root, session.settings.patterns(session.environment.name)),
    }
    plan, left = left_stopped(made.plan.model_copy(update=update), configured)
    plan = judge(session, plan, limits, delays_of(plan, made.evidence, client))
    warnings = [*plan.warnings, *warnings_of(plan, configured, left)]
    if plan.summary.restarts and (warning := token_warning(client, session.environment.timeouts)):
        warnings.append(warning)
    plan = plan.model_copy(update={"warnings": tuple(warnings)})
    record_plan(plan)
    return plan, desired
