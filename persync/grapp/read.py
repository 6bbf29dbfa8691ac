"""Reads the persisters of a GrApp folder.

``grapp/event-types/{event-type}/eventstores/{event store}/persister.json`` is the answer of GET persister with
``?export=true``: it has no project and no run state. The importer starts every persister, so the run state is RUNNING.
Event types without a ``persister.json`` have the server's default persister (vendor's guide to GrApps).

A text ``${{ secret.X }}`` or ``${{ env.X }}`` is a reference that ``persync export`` kept in place of a secret.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from persync.config.variables import references_in
from persync.errors import ConfigError
from persync.harvester import responses
from persync.model import LivePersister, LiveProperty, PersisterId, RunState, sections_of
from persync.projects import SAME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from persync.projects import Projects

EVENT_TYPES = "event-types"
_STORES = "eventstores"
_FILE = "persister.json"
GRAPP = "grapp"
_MOST_BYTES = 2 * 1024 * 1024
"""Of a file: as of an answer of the API."""
_GENERATED = ("streamName", "lastUpdated", "_links")


class GrApp(NamedTuple):
    """The persisters of a GrApp folder.

    Attributes:
        persisters: sorted by identity.
        without: how many event types have no file of a persister.
        full: the persisters with files that are full answers, with the server's defaults in them.
        unnamed: those that the files of persync cannot name.
    """

    persisters: tuple[LivePersister, ...]
    without: int
    full: tuple[PersisterId, ...]
    unnamed: tuple[PersisterId, ...] = ()

    @property
    def variables(self) -> frozenset[str]:
        """The variables of the process that the files refer to."""
        texts = (prop.text for each in self.persisters for props in each.properties.values() for prop in props)
        versions = (each.app_version or "" for each in self.persisters)
        return frozenset(found.name for text in (*texts, *versions) for found in references_in(text))


def read_grapp(folder: Path, project: str, projects: Projects = SAME) -> GrApp:
    """Read the persisters of a GrApp folder.

    Args:
        folder: the folder ``grapp``, or the one that it is in.
        project: the project that the persisters are to be in.
        projects: the names of the installation that it is of; the folder has the event types by these.

    Raises:
        ConfigError: it is no such folder, it cannot be read, or a file in it is not as the API writes it.
    """
    event_types = _event_types(folder)
    persisters: list[LivePersister] = []
    full: list[PersisterId] = []
    unnamed: list[PersisterId] = []
    without = 0
    for event_type in _folders(event_types):
        stores = _stores(event_type)
        without += not stores
        name = projects.event_type_in(project, event_type.name)
        if name is None:
            unnamed += [PersisterId(project, event_type.name, store) for store in stores]
            continue
        for store in stores:
            live, pid = (PersisterId(project, each, store) for each in (event_type.name, name))
            persister, is_full = read_persister(file_of(event_types, live), live)
            persisters.append(replace(persister, id=pid))
            if is_full:
                full.append(pid)
    return GrApp(tuple(sorted(persisters, key=lambda persister: persister.id)), without, tuple(full), tuple(unnamed))


def persisters_in(event_types: Path, project: str) -> Iterator[PersisterId]:
    """Yield the persisters that have a file, as persisters of a project.

    Args:
        event_types: the folder ``event-types``; it need not exist.
        project: the project.

    Raises:
        ConfigError: a folder cannot be read.
    """
    for event_type in _folders(event_types):
        yield from (PersisterId(project, event_type.name, store) for store in _stores(event_type))


def file_of(event_types: Path, pid: PersisterId) -> Path:
    """Return the file of a persister below the folder ``event-types`` (vendor's guide to GrApps)."""
    return event_types / pid.event_type / _STORES / pid.eventstore / _FILE


def _stores(event_type: Path) -> list[str]:
    return [store.name for store in _folders(event_type / _STORES) if (store / _FILE).exists()]


def _event_types(folder: Path) -> Path:
    for candidate in (folder / EVENT_TYPES, folder / GRAPP / EVENT_TYPES):
        if os.path.isdir(candidate):  # noqa: PTH112 - pathlib's own raises where it may not look
            return candidate
    try:
        os.listdir(folder)  # noqa: PTH208 - as above
    except OSError as error:
        raise ConfigError(
            f"{folder} cannot be read: {error.strerror}", hint="check the path and its permissions"
        ) from error
    hint = f"name the folder {GRAPP}, which has the folder {EVENT_TYPES}"
    raise ConfigError(f"{folder} is not a GrApp folder: it has no {EVENT_TYPES}", hint=hint)


def _folders(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith("."))
    except FileNotFoundError:
        return
    except OSError as error:
        raise ConfigError(f"{folder} cannot be read: {error.strerror}", hint="check its permissions") from error
    yield from (folder / name for name in names)


def read_persister(file: Path, pid: PersisterId) -> tuple[LivePersister, bool]:
    """Return the persister of a file, and whether the file is a full answer.

    Raises:
        ConfigError: it cannot be read, or is not as the API writes it.
    """
    hint = "it is the answer of GET persister with ?export=true; export it again"
    try:
        with file.open("rb") as opened:
            data = opened.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise ConfigError(f"{file} is larger than {_MOST_BYTES // 1024} KiB", hint=hint)
        document = json.loads(data)
        if isinstance(document, dict) and not document.keys() & set(sections_of(pid.eventstore)):
            # an export leaves out what has its default, and so, maybe, everything
            data = json.dumps({**document, sections_of(pid.eventstore)[0]: {}}).encode()
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}", hint="check its permissions") from error
    except ValueError:
        raise ConfigError(f"{file} is not JSON", hint=hint) from None  # the error repeats what may be a secret
    except RecursionError:
        raise ConfigError(f"{file} is nested too deeply", hint=hint) from None
    try:
        _, persister = responses.persister(pid._replace(project=_project_in(document, pid)), data)
    except (responses.WrongShape, responses.NotTheAnswer) as error:
        raise ConfigError(f"{file}: {error}", hint=hint) from None
    is_full = any(field in document for field in _GENERATED)
    running = replace(persister, id=pid, state=RunState.RUNNING, reported_state=RunState.RUNNING.value)
    return _with_references(running), is_full


def _with_references(persister: LivePersister) -> LivePersister:
    """Mark the references to variables of the process in the values, and write them in their usual spelling."""
    properties = {
        section: tuple([LiveProperty(prop.key, *_marked(prop.text)) for prop in props])
        for section, props in persister.properties.items()
    }
    version, in_version = _marked(persister.app_version or "")
    given = None if persister.app_version is None else version
    return replace(persister, properties=properties, app_version=given, version_secrets=in_version)


def _marked(text: str) -> tuple[str, tuple[str, ...]]:
    references = references_in(text)
    for found in reversed(references):
        text = text[: found.start] + found.text + text[found.stop :]
    return text, tuple(found.text for found in references)


def _project_in(document: object, pid: PersisterId) -> str:
    """Return the project that a full answer names: it may be another than that of the import."""
    name = document.get("projectName") if isinstance(document, dict) else None
    return name if isinstance(name, str) and name else pid.project
