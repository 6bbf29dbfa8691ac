"""What every import ends with: write, list, and report."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from persync.cli.errors import report_findings
from persync.cli.importing.shown import say_errors, say_notes, say_proof, say_secrets, show_files
from persync.cli.importing.writing import check_free, check_neighbours, check_places, write_all
from persync.cli.selectors import select, warn_of_excluded
from persync.cli.terminal import Verbosity, output
from persync.errors import ConfigError
from persync.importing.workspace import errors_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from persync.cli.importing.request import Request
    from persync.config.load import Configuration
    from persync.importing.content import Note
    from persync.importing.run import Imported
    from persync.importing.secrets import Names
    from persync.importing.workspace import Workspace
    from persync.model import Persister, PersisterId
    from persync.projects import Projects

    Prove = Callable[[Sequence[Persister]], Mapping[PersisterId, str]]


class _Named(NamedTuple):
    id: PersisterId


def check_projects(request: Request, names: Projects) -> None:
    """Check that the projects of ``--project`` are named as the files name them.

    Raises:
        ConfigError: one is the installation's name of a project.
    """
    for project in request.projects:
        if name := names.name_of(project):
            message = f"project '{project}' of the installation is '{name}' in the files (projects in persync.yaml)"
            raise ConfigError(message, hint=f"write --project {name}")


def chosen_of(request: Request, ids: Iterable[PersisterId], projects: Projects) -> Sequence[PersisterId]:
    """Return the persisters that were requested.

    Args:
        request: its selectors.
        ids: all of them, as the files name them.
        projects: their names in the installation.

    Raises:
        ConfigError: a selector matches none of them.
    """
    items = [_Named(pid) for pid in ids]
    warn_of_excluded(items, request.excluded, projects)
    return [item.id for item in select(items, request.selectors, request.excluded, projects=projects)]


def new_ones(
    request: Request, workspace: Workspace, ids: Iterable[PersisterId], before: Configuration
) -> Sequence[PersisterId]:
    """Return the persisters that no file has; with ``--force``, those too that are in the files to overwrite."""
    shown = workspace.settings.shown
    places = {persister.id: persister.span.file for persister in before.persisters}
    return [pid for pid in ids if pid not in places or (request.force and places[pid] == shown(workspace.path_of(pid)))]


def finish(
    request: Request,
    workspace: Workspace,
    made: Imported,
    before: Configuration,
    unread: Sequence[Note],
    prove: Prove,
) -> int:
    """Write the files, report what was done, and return the exit code.

    Args:
        request: the options.
        workspace: what the files are added to.
        made: the files.
        before: the files as they were.
        unread: notes about what was read, and what could not be.
        prove: returns how each of the imported persisters differs, from the files as they are now.

    Raises:
        PersyncError: a file would be overwritten, or cannot be written.
    """
    settings, draft = workspace.settings, made.draft
    check_free(settings, draft.files, force=request.force)
    check_places(settings, draft.files)
    check_neighbours(settings, draft.files, before, made.chosen)
    if not request.dry_run:
        write_all(settings, draft.files, draft.names, with_schema=True)
    result = Result(draft.files, draft.names, made.chosen, (*unread, *made.notes))
    return _report(request, workspace, result, prove)


class Result(NamedTuple):
    """What was, or would be, written.

    Attributes:
        files: the files.
        names: of the variables that hold the secrets.
        chosen: the persisters that the proof is about.
        notes: what the files do not express, and what the user should know.
        unknown: how many values could not be compared.
    """

    files: Mapping[Path, bytes]
    names: Names
    chosen: Sequence[PersisterId]
    notes: Sequence[Note]
    unknown: int = 0


def finish_update(request: Request, workspace: Workspace, result: Result, prove: Prove) -> int:
    """Write files that exist already, report what was done, and return the exit code.

    Raises:
        PersyncError: a file is outside of the repository, or cannot be written.
    """
    check_places(workspace.settings, result.files)
    if not request.dry_run:
        write_all(workspace.settings, result.files, result.names, with_schema=False)
    return _report(request, workspace, result, prove)


def _report(request: Request, workspace: Workspace, result: Result, prove: Prove) -> int:
    show_files(workspace.settings, result.files, every=request.dry_run or output.verbosity >= Verbosity.VERBOSE)
    say_secrets(result.names, dry_run=request.dry_run)
    say_notes(result.notes)
    configuration = workspace.load(result.files if request.dry_run else {}, result.names.values())
    chosen = set(result.chosen)
    desired = [persister for persister in configuration.persisters if persister.id in chosen]
    if errors := errors_in(configuration):
        report_findings(errors)
        say_errors(len(errors), dry_run=request.dry_run)
        return 1
    is_equal = say_proof(prove(desired), unknown=result.unknown, dry_run=request.dry_run)
    return 0 if is_equal and not any(note.is_difference for note in result.notes) else 1
