"""An import from the live side: list, read, write, and plan what was written."""

from __future__ import annotations

import os
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from persync.cli.importing.finish import Result, check_projects, chosen_of, finish, finish_update, new_ones
from persync.cli.importing.shown import how_it_differs, paths_differ, say_found
from persync.cli.planning import planner_of
from persync.cli.progress import ReadProgress
from persync.cli.session import Session
from persync.cli.signals import signals
from persync.cli.terminal import say
from persync.errors import HarvesterError
from persync.importing.discovery import discover, read_all, read_all_in_full
from persync.importing.run import existing, imported, reserved_variables
from persync.importing.update import differences, updated
from persync.importing.workspace import Workspace
from persync.similar import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from persync.cli.importing.request import Request
    from persync.config.load import Configuration
    from persync.harvester.client import Harvester
    from persync.importing.discovery import Reading
    from persync.model import Persister, PersisterId


def import_live(
    request: Request, folder: Path | None, environment: str | None, parallelism: int | None, timeout: float
) -> int:
    """Import, and return the exit code.

    Raises:
        ConfigError: persync.yaml or an option cannot be used, or a file would be overwritten; nothing was written.
        InvalidConfig: the files hold errors.
        HarvesterError: the API cannot be used; nothing was written.
    """
    request.check()
    session = Session.open(folder, environment)
    check_projects(request, session.environment.projects)
    workspace = Workspace(session.settings, session.environment, os.environ, request.layout)
    before = existing(workspace)
    at_a_time = session.parallelism(parallelism)
    with signals() as received, session.client(at_a_time, received.interruption.immediately, timeout=timeout) as client:
        run = _LiveImport(request, session, workspace, client, at_a_time)
        return run.update(before) if request.update else run.run(before)


class _LiveImport:
    """An import from the live side of an environment."""

    def __init__(
        self, request: Request, session: Session, workspace: Workspace, client: Harvester, parallelism: int
    ) -> None:
        self._request = request
        self._session = session
        self._workspace = workspace
        self._client = client
        self._parallelism = parallelism

    def run(self, before: Configuration) -> int:
        """Import what the files do not have yet."""
        self._client.authenticate()
        environment = self._session.environment
        with (
            _similar_projects(self._request.projects, before),
            ReadProgress(None, self._client.throttling, "listed event type") as progress,
        ):
            discovered = discover(
                self._client, self._request.projects, has_projects=environment.project_prefix, observer=progress
            )
        ids = chosen_of(self._request, discovered.ids, environment.projects)
        new = new_ones(self._request, self._workspace, ids, before)
        say_found(discovered, len(ids) - len(new))
        if not new:
            say("nothing to import")
            return 0
        reading = self._read(new)
        made = imported(self._workspace, environment.secrets, reading.live, self._read_full)
        return finish(self._request, self._workspace, made, before, reading.notes, self._prove)

    def update(self, before: Configuration) -> int:
        """Refresh the files that have persisters already."""
        self._client.authenticate()
        there = [persister.id for persister in before.persisters]
        if self._request.projects:
            there = [pid for pid in there if pid.project in self._request.projects]
        ids = chosen_of(self._request, there, self._session.environment.projects)
        reading = self._read(ids)
        policy = self._session.environment.secrets
        made = updated(self._workspace, policy, reading.live, self._read_full, reserved_variables(self._workspace))

        def prove(desired: Sequence[Persister]) -> Mapping[PersisterId, str]:
            live = reading.by_id
            found = {each.id: differences(each, live[each.id], made.full.get(each.id), policy) for each in desired}
            return {pid: paths_differ(paths) for pid, paths in found.items() if paths}

        result = Result(made.files, made.names, made.chosen, (*reading.notes, *made.notes), made.unknown)
        return finish_update(self._request, self._workspace, result, prove)

    def _read(self, ids: Sequence[PersisterId]) -> Reading:
        with ReadProgress(len(ids), self._client.throttling) as progress:
            return read_all(self._client, ids, self._parallelism, progress)

    def _read_full(self, ids: Sequence[PersisterId]) -> Reading:
        with ReadProgress(len(ids), self._client.throttling) as progress:
            return read_all_in_full(self._client, ids, self._parallelism, progress)

    def _prove(self, desired: Sequence[Persister]) -> Mapping[PersisterId, str]:
        """Plan the persisters, from live as it is now."""
        with ReadProgress(len(desired), self._client.throttling) as progress:
            plan, _, _ = planner_of(self._session, self._client).plan_all(
                desired, environment=self._session.environment.name, parallelism=self._parallelism, observer=progress
            )
        return {each.id: how_it_differs(each) for each in plan.persisters if not each.in_sync}


@contextmanager
def _similar_projects(requested: Sequence[str], before: Configuration) -> Iterator[None]:
    """Suggest a project of the files where a requested one does not exist."""
    try:
        yield
    except HarvesterError as error:
        known = {each.id.project for each in before.persisters}
        meant = [hint for name in requested if name not in known and (hint := did_you_mean(name, known))]
        if error.status != HTTPStatus.NOT_FOUND or not meant:
            raise
        raise error.reworded(hint=" ".join(meant)) from None
