"""Writes the files of an import: each whole or not at all, and none over a file that exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.atomic import write
from persync.cli.files import add_lines, check_inside
from persync.editor.schemas import schema_text
from persync.errors import ConfigError, PersyncError
from persync.importing.draft import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from persync.config.load import Configuration
    from persync.config.settings import Settings
    from persync.importing.secrets import Names
    from persync.model import PersisterId

ENV_EXAMPLE = ".env.example"
_HEAD = """\
# The variables that the files of persync read as ${{ secret.NAME }}. Set them where persync runs: it reads no .env file
# itself. With a copy of this file named .env, which git has to ignore: set -a; . ./.env; set +a
"""
_MOST = 5


def check_free(settings: Settings, files: Iterable[Path], *, force: bool) -> None:
    """Check that no file would be overwritten.

    Raises:
        ConfigError: one would be, and ``force`` is not set.
    """
    there = [settings.shown(path) for path in files if path.exists() or path.is_symlink()]
    if there and not force:
        names = ", ".join(there[:_MOST]) + (f" and {len(there) - _MOST} more" if len(there) > _MOST else "")
        message = f"{names} exist{'s' if len(there) == 1 else ''} already; nothing was written"
        raise ConfigError(message, hint="--force overwrites, --layout writes elsewhere, --update refreshes")


def check_neighbours(
    settings: Settings, files: Iterable[Path], configuration: Configuration, chosen: Iterable[PersisterId]
) -> None:
    """Check that no file that is overwritten has a persister that is not imported.

    Raises:
        ConfigError: one has.
    """
    shown, kept = {settings.shown(path) for path in files}, set(chosen)
    for persister in configuration.persisters:
        if persister.span.file in shown and persister.id not in kept:
            message = f"{persister.span.file} has {persister.id}, too, which is not imported; nothing was written"
            raise settings.failure_at(message, persister.span, hint="import it, too, or choose another --layout")


def check_places(settings: Settings, files: Iterable[Path]) -> None:
    """Check that all that an import writes is in the repository.

    Raises:
        ConfigError: something is not.
    """
    check_inside(settings.root, (*files, settings.root / ENV_EXAMPLE, settings.root / SCHEMA), settings.shown)


def write_all(settings: Settings, files: Mapping[Path, bytes], names: Names, *, with_schema: bool) -> None:
    """Write the files, the names of the variables, and the schema that new files refer to.

    Raises:
        PersyncError: a file cannot be written. Those before it are written, and whole.
    """
    if lines := [f"{name}=" for name in sorted(set(names.by_secret.values()))]:
        add_lines(settings.root / ENV_EXAMPLE, lines, settings.shown, head=_HEAD, name_of=_variable)
    schema = settings.root / SCHEMA
    new = {schema: schema_text("persister").encode()} if with_schema and not schema.exists() else {}
    for path, data in {**new, **files}.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, data)
        except OSError as error:
            message = f"{settings.shown(path)} cannot be written: {error.strerror}"
            raise PersyncError(message, hint="check the folder and its permissions; then import again") from error


def _variable(line: str) -> str:
    return line.partition("=")[0].strip()
