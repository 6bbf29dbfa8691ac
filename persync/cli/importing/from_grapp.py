"""An import from a GrApp folder: no request is sent."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from persync.cli.importing.finish import check_projects, chosen_of, finish, new_ones
from persync.cli.importing.shown import paths_differ, say_found
from persync.cli.session import environment_of
from persync.cli.terminal import say
from persync.config.git.checkout import checkout_settings
from persync.grapp.read import read_grapp
from persync.importing.content import Note
from persync.importing.discovery import Reading
from persync.importing.run import existing, imported
from persync.importing.update import differences
from persync.importing.workspace import Workspace
from persync.plan.review.listing import Listing
from persync.projects import SAME
from persync.properties.secrets import SecretPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from persync.cli.importing.request import Request
    from persync.model import Persister, PersisterId


def import_grapp(request: Request, source: Path, folder: Path | None, environment: str | None) -> int:
    """Import from a GrApp folder, and return the exit code.

    Raises:
        ConfigError: persync.yaml, an option or the GrApp folder cannot be used, or a file would be overwritten; nothing
            was written.
        InvalidConfig: the files hold errors.
    """
    request.check()
    settings = checkout_settings(folder)
    chosen = environment_of(settings, environment)
    policy = chosen.secrets if chosen else SecretPolicy()
    workspace = Workspace(settings, chosen, os.environ, request.layout)
    before = existing(workspace)
    names = chosen.projects if chosen else SAME
    check_projects(request, names)
    grapp = read_grapp(source, request.projects[0], names)
    workspace = replace(workspace, kept=grapp.variables)
    by_id = {persister.id: persister for persister in grapp.persisters}
    ids = chosen_of(request, by_id, names)
    new = new_ones(request, workspace, ids, before)
    say_found(Listing(tuple(by_id), grapp.without, unnamed=grapp.unnamed), len(ids) - len(new))
    if not new:
        say("nothing to import")
        return 0

    def read_full(ids: Sequence[PersisterId]) -> Reading:
        return Reading(tuple(by_id[pid] for pid in ids))

    made = imported(workspace, policy, [by_id[pid] for pid in new], read_full)
    text = "its file is a full answer, so the server's defaults are in it, too; export it with ?export=true"
    notes = [Note(pid, text, is_difference=False) for pid in grapp.full if pid in new]

    def prove(desired: Sequence[Persister]) -> Mapping[PersisterId, str]:
        found = {each.id: differences(each, by_id[each.id], None, policy) for each in desired}
        return {pid: paths_differ(paths) for pid, paths in found.items() if paths}

    return finish(request, workspace, made, before, notes, prove)
