"""Finds the journal of a run, by its identity or by its file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from persync.apply.journal.files import SUFFIX
from persync.apply.journal.read import read_run
from persync.config.files import shown_from
from persync.config.journal import journal_folder
from persync.errors import JournalRefused

if TYPE_CHECKING:
    from persync.apply.journal.read import RunRecord
    from persync.config.settings import Settings


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


def find_run(name: str, folder: Path) -> FoundRun:
    """Return the run of an identity, the beginning of one, or a file.

    Raises:
        JournalRefused: there is none, several begin so, or the journal cannot be read.
    """
    path = Path(name) if Path(name).is_file() else _in(folder, name)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise JournalRefused(f"{path} cannot be read: {error.strerror}", hint="check its permissions") from error
    return FoundRun(path, read_run(data, shown_from(Path.cwd())(path)))


def _in(folder: Path, name: str) -> Path:
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
