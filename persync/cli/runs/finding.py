"""Finds the journal of a run, by its identity or by its file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from persync.apply.journal.files import SUFFIX
from persync.apply.journal.listing import list_runs
from persync.apply.journal.read import read_run
from persync.cli.line.hinted import HintedUsageError
from persync.config.files import shown_from
from persync.config.journal import journal_folder
from persync.errors import JournalRefused

if TYPE_CHECKING:
    from persync.apply.journal.listing import ListedRun
    from persync.apply.journal.read import RunRecord
    from persync.config.settings import Settings


LAST = "last"
"""The name of the run that is listed first."""


class FoundRun(NamedTuple):
    """A run, and the file of its journal."""

    path: Path
    record: RunRecord


def folder_of(settings: Settings, folder: Path | None) -> Path:
    """Return the folder of the journals: the option's, or that of the settings.

    Raises:
        ConfigError: that of the settings is outside of the repository.
    """
    return folder or journal_folder(settings)


def find_run(name: str | None, folder: Path, environment: str | None = None, *, changed: bool = False) -> FoundRun:
    """Return the run of an identity, the beginning of one, or a file; or the last one.

    Args:
        name: that, or ``LAST``.
        folder: of the journals.
        environment: of which the last one is; ``None``: of any.
        changed: the last one is one that has changed something, as far as is known.

    Raises:
        HintedUsageError: there is no name; the hint names the last run.
        JournalRefused: there is none, several begin so, or the journal cannot be read.
    """
    if name is None:
        raise _unnamed(_last(folder, environment, changed=changed), folder)
    path = Path(name) if Path(name).is_file() else _in(folder, name, environment, changed=changed)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise JournalRefused(f"{path} cannot be read: {error.strerror}", hint="check its permissions") from error
    return FoundRun(path, read_run(data, shown_from(Path.cwd())(path)))


def _last(folder: Path, environment: str | None, *, changed: bool) -> ListedRun | None:
    runs, _ = list_runs(folder)
    of_environment = (run for run in runs if environment in {None, run.head.environment})
    return next((run for run in of_environment if not (changed and run.changed_nothing)), None)


def _unnamed(last: ListedRun | None, folder: Path) -> HintedUsageError:
    context = click.get_current_context()
    if last is None:
        hint = f"there is none in {folder}; a journal from elsewhere is named by its file"
    else:
        began = f"{last.head.time[:10]} {last.head.time[11:16]} UTC"
        hint = f"'{context.command_path} {last.path.stem}' is about the last one, of {began}; 'persync runs' lists all"
    return HintedUsageError("name a run", hint, context)


def _in(folder: Path, name: str, environment: str | None, *, changed: bool) -> Path:
    if name == LAST:
        if found := _last(folder, environment, changed=changed):
            return found.path
        of = f" of {environment}" if environment else ""
        what = " that has changed something" if changed else ""
        raise JournalRefused(
            f"there is no run{of}{what} in {folder}", hint="a journal from elsewhere is named by its file"
        )
    paths = sorted(path for path in folder.glob(f"*{SUFFIX}") if path.stem.startswith(name))
    if len(paths) == 1:
        return paths[0]
    if paths:
        names = ", ".join(path.stem for path in paths[:3])
        raise JournalRefused(f"{len(paths)} runs begin with {name}: {names}, …", hint="name one of them in full")
    raise JournalRefused(
        f"there is no run {name} in {folder}",
        hint="'persync runs' lists those that there are; a journal from elsewhere is named by its file",
    )
