"""Writes the files of an export: each whole or not at all, none outside of the folder, none over another unasked."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from persync.atomic import led_to, write
from persync.errors import ConfigError, PersyncError
from persync.grapp.write import Present

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from persync.grapp.write import PersisterFile
    from persync.model import Persister
    from persync.projects import Projects

_MOST = 5
_FEW = 3
_PRIVATE = 0o600


def check_inside(folder: Path, paths: Iterable[Path]) -> None:
    """Check that every file is in the folder, wherever links lead.

    Raises:
        ConfigError: one is not.
    """
    top = led_to(folder)
    for path in paths:
        if not (resolved := led_to(path)).is_relative_to(top):
            message = f"{path} is outside of {folder}: it leads to {resolved}"
            raise ConfigError(message, hint="remove the link, or name the folder that it leads to")


def check_one_live_project(persisters: Sequence[Persister], names: Projects) -> None:
    """Check that persisters are of one project of the installation: a GrApp folder is one.

    Raises:
        ConfigError: ``projects`` has event types of theirs in another one.
    """
    by_project: dict[str, list[str]] = {}
    for each in persisters:
        by_project.setdefault(names.live(each.id).project, []).append(str(each.id))
    if len(by_project) > 1:
        few = min(by_project, key=lambda live: (len(by_project[live]), live))
        where = ", ".join(sorted(by_project))
        message = f"a GrApp folder is one project, and the persisters are of {len(by_project)} in the installation"
        options = [f"--exclude {name}" for name in by_project[few]] if len(by_project[few]) <= _FEW else ["--exclude"]
        hint = f"leave out those of {few} with {' '.join(options)}, and export them to another folder"
        raise ConfigError(f"{message} (projects in persync.yaml): {where}", hint=hint)


def check_free(files: Sequence[PersisterFile], *, force: bool) -> None:
    """Check that no file would be overwritten that means something else, and that all can be written.

    Raises:
        ConfigError: one would be, and ``force`` is not set; or one cannot be written, as far as is known before.
    """
    there = [str(file.path) for file in files if file.present is Present.OTHER]
    if there and not force:
        names = ", ".join(there[:_MOST]) + (f" and {len(there) - _MOST} more" if len(there) > _MOST else "")
        message = f"{names} exist{'s' if len(there) == 1 else ''} already and differ{'s' if len(there) == 1 else ''}"
        raise ConfigError(f"{message}; nothing was written", hint="--force overwrites")
    for file in files:
        if file.present is not Present.EQUAL and (reason := _unwritable(file.path)):
            raise ConfigError(f"{file.path} cannot be written: {reason}", hint="check the folder and its permissions")


def write_all(files: Iterable[PersisterFile]) -> None:
    """Write the files that are not there with the same meaning; those with secrets for their owner only.

    Raises:
        PersyncError: a file cannot be written. Those before it are written, and whole.
    """
    for file in files:
        if file.present is Present.EQUAL:
            continue
        try:
            file.path.parent.mkdir(parents=True, exist_ok=True)
            write(file.path, file.data, _PRIVATE if file.secrets.in_clear else None)
        except OSError as error:
            message = f"{file.path} cannot be written: {error.strerror}"
            raise PersyncError(message, hint="check the folder and its permissions; then export again") from error


def _unwritable(path: Path) -> str:
    """Return why a file cannot be written into the nearest folder that exists; an empty text if it can be."""
    nearest = next(above for above in path.absolute().parents if os.path.lexists(above))
    if not nearest.is_dir():
        return f"{nearest} is not a folder"
    as_effective = os.access in os.supports_effective_ids
    is_writable = os.access(nearest, os.W_OK | os.X_OK, effective_ids=as_effective)
    return "" if is_writable else f"this user may not write to {nearest}"
