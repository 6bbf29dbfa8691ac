"""The plan back to before a run: its desired side comes from the run's journal in place of the files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from persync.apply.journal.hashing import Hashing
from persync.apply.rollback.restorable import LeftOut, Unknown, restorable
from persync.apply.token_end import token_warning
from persync.cli.log.events import record_plan
from persync.cli.planning import judge, planner_of
from persync.cli.progress import ReadProgress
from persync.cli.rollout.planning import delays_of
from persync.cli.runs.finding import FoundRun, find_run, folder_of
from persync.cli.selectors import select
from persync.concurrency import in_parallel
from persync.config.git.cli import commit_of
from persync.errors import JournalRefused, PersisterError
from persync.model import Persister, RunState
from persync.plan.events import PersisterRead, both
from persync.plan.plan import PersisterPlan, RollbackOf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from persync.apply.journal.read import PersisterRecord
    from persync.cli.rollout.planning import Limits
    from persync.cli.session import Session
    from persync.harvester.client import Harvester
    from persync.model import PersisterId
    from persync.plan.plan import Plan

_VALUES_UNKNOWN = (
    "set it in the file as it was: then its value is taken from there; or leave this persister out with --exclude"
)

_OTHER_NAMES = "map it as it was then, or leave this persister out with --exclude"


class RecordOf(NamedTuple):
    """What a run has recorded of a persister."""

    id: PersisterId
    record: PersisterRecord


class _Judged(NamedTuple):
    """What becomes of a persister: its before-image, and why that is not restored."""

    id: PersisterId
    image: Persister | None = None
    blocked: PersisterPlan | None = None
    reason: str = ""


class Rollback(NamedTuple):
    """What of a run can be rolled back now.

    Attributes:
        of: the run.
        desired: the before-images that can be restored, sorted by identity.
        blocked: the plans of persisters that cannot be restored.
        left_out: why persisters are left as they are, a sentence for each, sorted by identity.
        images: the before-images of all that can be read, also of those that are left out, sorted by identity.
    """

    of: FoundRun
    desired: tuple[Persister, ...]
    blocked: tuple[PersisterPlan, ...]
    left_out: Mapping[PersisterId, str]
    images: tuple[Persister, ...]


def run_of(session: Session, plan: Plan, folder: Path | None) -> FoundRun | None:
    """Return the run that a saved plan rolls back; ``None`` if its desired side are the files.

    Raises:
        JournalRefused: there is no such journal any more.
    """
    of = plan.rollback_of
    if of is None:
        return None
    path = session.settings.root / of.journal
    found = find_run(str(path) if path.is_file() else of.run, folder_of(session.settings, folder))
    if found.record.head.run != of.run:
        raise JournalRefused(f"{found.path} is the journal of another run than {of.run}", hint="plan again")
    return found


def records_of(
    session: Session, run: FoundRun, selectors: Sequence[str] = (), excluded: Sequence[str] = ()
) -> Sequence[RecordOf]:
    """Return what a run has recorded of the persisters that are selected, sorted by identity; sends nothing.

    Args:
        session: with the files as they are now.
        run: which.
        selectors: patterns over the persisters that the run has written to; none for all.
        excluded: patterns of those to leave out.

    Raises:
        JournalRefused: the run was of another environment.
        ConfigError: a pattern matches nothing.
    """
    check_environment(session, run)
    records = [RecordOf(id_, record) for id_, record in sorted(run.record.persisters.items())]
    return select(records, selectors, excluded, projects=session.environment.projects)


def rollback_of(
    session: Session,
    client: Harvester,
    run: FoundRun,
    parallelism: int,
    selectors: Sequence[str] = (),
    excluded: Sequence[str] = (),
) -> Rollback:
    """Read what the run has changed, and return what of it can be rolled back.

    Args:
        session: with the files as they are now.
        client: of the environment's API.
        run: which.
        parallelism: how many persisters are read at a time.
        selectors: patterns over the persisters that the run has written to; none for all.
        excluded: patterns of those to leave out.

    Raises:
        JournalRefused: the run was of another environment, or has written nothing.
        ConfigError: a pattern matches nothing.
        HarvesterError: the API cannot be used.
    """
    files = {persister.id: persister for persister in session.configuration.persisters}
    chosen = records_of(session, run, selectors, excluded)

    def judge_one(named: RecordOf) -> _Judged:
        mine = files.get(named.id)
        if (was := named.record.before.live_id) != session.environment.projects.differing(named.id):
            message = f"it was {was or named.id} in the installation, and projects in persync.yaml has changed since"
            return _Judged(named.id, blocked=_blocked(named, session, message, _OTHER_NAMES))
        try:
            live = client.read(named.id)
            found = restorable(
                named.record,
                mine,
                live,
                lambda: client.read_full(named.id),
                hashing=Hashing(run.record.head.url, run.record.head.salt),
                secrets=session.environment.secrets,
            )
        except PersisterError as error:
            message = session.environment.secrets.redact(error.summary, mine)
            return _Judged(named.id, blocked=_blocked(named, session, message, error.hint))
        if isinstance(found, LeftOut):
            return _Judged(named.id, found.image, reason=f"{named.id} is left as it is: {found.reason}")
        if isinstance(found, Unknown):
            message = f"the journal has no value, only a hash, of {', '.join(found.paths)}"
            return _Judged(
                named.id, found.image, _blocked(named, session, message, _VALUES_UNKNOWN, live.reported_state)
            )
        return _Judged(named.id, found)

    def judged_one(named: RecordOf) -> _Judged:
        found = judge_one(named)
        progress(PersisterRead(named.id))
        return found

    client.authenticate()
    with ReadProgress(len(chosen), client.throttling, "recorded persister") as progress:
        judged = list(in_parallel(judged_one, chosen, parallelism))
    return Rollback(
        run,
        tuple(each.image for each in judged if each.image and not (each.blocked or each.reason)),
        tuple(each.blocked for each in judged if each.blocked),
        {each.id: each.reason for each in judged if each.reason},
        tuple(each.image for each in judged if each.image),
    )


def check_environment(session: Session, run: FoundRun) -> None:
    """Check that a run was of the session's environment.

    Raises:
        JournalRefused: it was of another one, or of another URL.
    """
    head, environment = run.record.head, session.environment
    if (head.environment, head.url) != (environment.name, environment.url):
        raise JournalRefused(
            f"run {head.run} was of environment {head.environment} at {head.url},"
            f" and this is {environment.name} at {environment.url}",
            hint="name its environment with -e",
        )


def plan_rollback(session: Session, client: Harvester, rollback: Rollback, parallelism: int, limits: Limits) -> Plan:
    """Return the plan that restores what can be restored.

    Raises:
        HarvesterError: the API cannot be used.
    """
    planner = planner_of(session, client)
    with ReadProgress(len(rollback.desired), client.throttling) as progress:
        made = planner.plan_all(
            rollback.desired,
            environment=session.environment.name,
            parallelism=parallelism,
            observer=both(progress, session.observers.event),
        )
    plan = judge(session, made.plan, limits, delays_of(made.plan, made.evidence, client))
    warnings = [*plan.warnings, *rollback.left_out.values(), *_failed_before(rollback)]
    if plan.summary.restarts and (warning := token_warning(client, session.environment.timeouts)):
        warnings.append(warning)
    root = session.settings.root
    of = RollbackOf(
        run=rollback.of.record.head.run,
        journal=os.path.relpath(rollback.of.path.absolute(), root.absolute()),
        left=tuple(rollback.left_out),
    )
    update = {
        "persisters": tuple(sorted((*plan.persisters, *rollback.blocked), key=lambda planned: planned.id)),
        "warnings": tuple(warnings),
        "commit": commit_of(root, session.settings.patterns(session.environment.name)),
        "rollback_of": of,
    }
    plan = plan.model_copy(update=update)
    record_plan(plan)
    return plan


def _failed_before(rollback: Rollback) -> Iterable[str]:
    for persister in rollback.desired:
        before = rollback.of.record.persisters[persister.id].before
        if RunState.of(before.state) is RunState.FAILED and persister.state is RunState.RUNNING:
            yield f"{persister.id} was FAILED before the run: started as it was, it may fail again"


def _blocked(named: RecordOf, session: Session, reason: str, hint: str, live_state: str | None = None) -> PersisterPlan:
    return PersisterPlan(
        id=named.id,
        live_id=session.environment.projects.differing(named.id),
        span=named.record.span,
        live_state=live_state,
        desired_state=None,
        blocked=reason,
        hint=hint,
    )
