"""An import from the live side: list, read, write, and plan what was written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from persync.cli.errors import warn
from persync.cli.importing.shown import say_discovered, say_notes, say_proof, say_secrets, show_files
from persync.cli.importing.writing import check_free, check_neighbours, write_all
from persync.cli.planning import planner_of
from persync.cli.progress import ReadProgress
from persync.cli.selectors import select, unmatched
from persync.cli.session import Session
from persync.cli.signals import signals
from persync.cli.terminal import say
from persync.errors import ConfigError
from persync.importing.content import Note
from persync.importing.discovery import discover, read_all
from persync.importing.run import Imported, existing, imported
from persync.importing.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from persync.cli.importing.request import Request
    from persync.config.load import Configuration
    from persync.harvester.client import Harvester
    from persync.importing.discovery import Discovered, Reading
    from persync.model import PersisterId
    from persync.plan.plan import Plan


class _Named(NamedTuple):
    id: PersisterId


def import_live(request: Request, folder: Path | None, environment: str | None, parallelism: int | None) -> int:
    """Import, and return the exit code.

    Raises:
        ConfigError: persync.yaml or an option cannot be used, or a file would be overwritten; nothing was written.
        InvalidConfig: the files hold errors.
        HarvesterError: the API cannot be used; nothing was written.
    """
    request.check()
    session = Session.open(folder, environment)
    workspace = Workspace(session.settings, session.environment, os.environ, request.layout)
    before = existing(workspace)
    at_a_time = session.parallelism(parallelism)
    with signals() as received, session.client(at_a_time, received.interruption.immediately) as client:
        return _LiveImport(request, session, workspace, client, at_a_time).run(before)


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
        request, settings = self._request, self._session.settings
        has_projects = self._session.environment.project_prefix
        discovered = discover(self._client, request.projects, has_projects=has_projects)
        ids = self._chosen(discovered)
        new = self._new(ids, before)
        say_discovered(discovered, len(ids) - len(new))
        if not new:
            say("nothing to import")
            return 0
        reading = self._read(new)
        made = imported(self._workspace, self._session.environment.secrets, reading.live, self._client.read_full)
        check_free(settings, made.draft.files, force=request.force)
        check_neighbours(settings, made.draft.files, before, made.chosen)
        if not request.dry_run:
            write_all(settings, made.draft.files, made.draft.names)
        show_files(settings, made.draft.files)
        say_secrets(made.draft.names, dry_run=request.dry_run)
        say_notes([*_unread(reading), *made.notes])
        is_equal = say_proof(self._proof(made), dry_run=request.dry_run)
        complete = is_equal and not reading.failed and len(made.chosen) == len(reading.live)
        return 0 if complete else 1

    def _chosen(self, discovered: Discovered) -> Sequence[PersisterId]:
        """Return the persisters that were requested.

        Raises:
            ConfigError: a selector matches none of them.
        """
        request = self._request
        items = [_Named(pid) for pid in discovered.ids]
        if not items and request.selectors:
            raise ConfigError(f"no persister matches '{request.selectors[0]}': there are none")
        for pattern in unmatched(items, request.excluded):
            warn(f"--exclude '{pattern}' matches no persister")
        return [item.id for item in select(items, request.selectors, request.excluded)]

    def _new(self, ids: Sequence[PersisterId], before: Configuration) -> Sequence[PersisterId]:
        """Return the persisters that no file has; with ``--force``, those too that are in the files to overwrite."""
        shown = self._session.settings.shown
        places = {persister.id: persister.span.file for persister in before.persisters}
        return [
            pid
            for pid in ids
            if pid not in places or (self._request.force and places[pid] == shown(self._workspace.path_of(pid)))
        ]

    def _read(self, ids: Sequence[PersisterId]) -> Reading:
        with ReadProgress(len(ids)) as progress:
            return read_all(self._client, ids, self._parallelism, progress)

    def _proof(self, made: Imported) -> Plan:
        """Return the plan of the imported persisters, from the files as they are now and from live as it is now."""
        files = made.draft.files if self._request.dry_run else {}
        configuration = self._workspace.load(files, made.draft.names.values())
        chosen = set(made.chosen)
        desired = [persister for persister in configuration.persisters if persister.id in chosen]
        with ReadProgress(len(desired)) as progress:
            return planner_of(self._session, self._client).plan_all(
                desired, environment=self._session.environment.name, parallelism=self._parallelism, observer=progress
            )[0]


def _unread(reading: Reading) -> Iterator[Note]:
    for pid, error in reading.failed.items():
        yield Note(pid, f"it is passed over: {error.message}")
