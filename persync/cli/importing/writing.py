"""Writes the files of an import: each whole or not at all, and none over a file that exists."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from persync.atomic import led_to, write
from persync.config.boundary import Boundary
from persync.errors import ConfigError, PersyncError
from persync.importing.draft import SCHEMA
from persync.properties.editor_schema import editor_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from persync.config.load import Configuration
    from persync.config.settings import Settings
    from persync.importing.secrets import Names
    from persync.model import PersisterId

ENV_EXAMPLE = ".env.example"
_HEAD = "# The variables that the files of persync read as ${{ secret.NAME }}. Set them where persync runs.\n"
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


def check_inside(settings: Settings, files: Iterable[Path]) -> None:
    """Check that every file is in the repository, wherever links lead.

    Raises:
        ConfigError: one is not.
    """
    boundary = Boundary.around(settings.root)
    for path in (*files, settings.root / ENV_EXAMPLE, settings.root / SCHEMA):
        if not boundary.contains(resolved := led_to(path)):
            message = f"{settings.shown(path)} is outside of the repository: {boundary.reason(resolved)}"
            raise ConfigError(message, hint="keep the files of the configuration inside of its repository")


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
            raise ConfigError(message, span=persister.span, hint="import it, too, or choose another --layout")


def write_all(settings: Settings, files: Mapping[Path, bytes], names: Names, *, with_schema: bool) -> None:
    """Write the files, the names of the variables, and the schema that new files refer to.

    Raises:
        PersyncError: a file cannot be written. Those before it are written, and whole.
    """
    for path, data in (*_beside(settings, names, with_schema=with_schema), *files.items()):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, data)
        except OSError as error:
            message = f"{settings.shown(path)} cannot be written: {error.strerror}"
            raise PersyncError(message, hint="check the folder and its permissions; then import again") from error


def _beside(settings: Settings, names: Names, *, with_schema: bool) -> Iterator[tuple[Path, bytes]]:
    example = settings.root / ENV_EXAMPLE
    before = example.read_text(encoding="utf-8") if example.exists() else ""
    known = {line.partition("=")[0].strip() for line in before.splitlines()}
    if new := sorted(set(names.values()) - known):
        start = before if before.endswith("\n") or not before else f"{before}\n"
        yield example, ((start or _HEAD) + "".join(f"{name}=\n" for name in new)).encode()
    if with_schema and not (settings.root / SCHEMA).exists():
        yield (
            settings.root / SCHEMA,
            (json.dumps(editor_schema("persister"), indent=2, ensure_ascii=False) + "\n").encode(),
        )
