"""Making a plan with progress on stderr, for the commands that begin with one."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from persync.cli.base import attribute, base_of
from persync.cli.progress import Progress
from persync.errors import PlanRefused
from persync.plan.planner import Planner
from persync.repository.git import commit_of
from persync.repository.revision import patterns_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.cli.workspace import Workspace
    from persync.harvester.client import Harvester
    from persync.model import Persister, PersisterId
    from persync.plan.attribution import Evidence
    from persync.plan.plan import Plan


def planner_of(workspace: Workspace, client: Harvester) -> Planner:
    """Return the planner of the workspace's environment."""
    return Planner(client, workspace.environment.url, workspace.environment.sensitive)


def check_saved(saved: Plan, workspace: Workspace) -> None:
    """Make sure that a saved plan is for this environment.

    Raises:
        PlanRefused: it is for another one, or for another URL.
    """
    environment = workspace.environment
    if (saved.environment, saved.url) != (environment.name, environment.url):
        raise PlanRefused(
            f"the plan is for environment {saved.environment} at {saved.url},"
            f" and this is {environment.name} at {environment.url}",
            hint="name its environment with -e, or make a plan for this one",
        )


def make_plan(
    workspace: Workspace,
    client: Harvester,
    desired: Sequence[Persister],
    parallelism: int,
    base: str | None = None,
) -> Plan:
    """Plan these persisters.

    Args:
        workspace: where they come from.
        client: of the environment's API.
        desired: the persisters, sorted by name.
        parallelism: how many are read at a time.
        base: the revision of git that differences are attributed by.

    Raises:
        RepositoryError: there is no such revision; nothing was sent.
        HarvesterError: the API cannot be used.
    """
    if base is None:
        return _plan(workspace, planner_of(workspace, client), desired, parallelism)
    evidence: dict[PersisterId, Evidence] = {}
    planner = replace(planner_of(workspace, client), witness=lambda one: evidence.update({one.desired.id: one}))
    with base_of(workspace.settings, workspace.environment, base, os.environ) as before:
        return attribute(_plan(workspace, planner, desired, parallelism), evidence, before)


def _plan(workspace: Workspace, planner: Planner, desired: Sequence[Persister], parallelism: int) -> Plan:
    with Progress("read", len(desired)) as progress:
        plan = planner.plan_all(
            desired,
            environment=workspace.environment.name,
            parallelism=parallelism,
            progress=progress.tick,
        )
    patterns = patterns_of(workspace.settings, workspace.environment.name)
    return plan.model_copy(update={"commit": commit_of(workspace.settings.root, patterns)})
