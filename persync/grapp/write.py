"""Persisters as files of a GrApp folder, which the vendor's importer reads.

``grapp/event-types/{event-type}/eventstores/{event store}/persister.json`` has what a PUT of the persister sends. The
rest of such a folder is not touched: belts, harvesters, segments, and the versions of event types.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from persync.errors import ConfigError
from persync.grapp.read import EVENT_TYPES, GRAPP, file_of, persisters_in, read_persister
from persync.model import sections_of
from persync.properties.values import equal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from persync.grapp.secrets import Secrets
    from persync.model import LivePersister, Persister, PersisterId, Property, Section

_PARTS = ("belts", "harvesters", "segments")
_NAME = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


class Present(Enum):
    """What there is where the file of a persister is to be."""

    NOTHING = "nothing"
    EQUAL = "equal"
    """A file that means the same."""
    OTHER = "other"
    """A file that means something else, or that cannot be read."""


@dataclass(frozen=True, slots=True)
class PersisterFile:
    """The file of a persister.

    Attributes:
        id: the persister.
        event_type: its event type, as the installation names it.
        path: of the file.
        data: its content.
        present: what is there already.
        secrets: what of its secrets is in it.
    """

    id: PersisterId
    event_type: str
    path: Path
    data: bytes = field(repr=False)
    present: Present
    secrets: Secrets


class Rest(NamedTuple):
    """What a GrApp folder has beside the files of an export.

    Attributes:
        unmanaged: the event types of persisters that the files of persync do not have.
        undefined: the event types of the export that the folder does not define.
    """

    unmanaged: Sequence[str]
    undefined: Sequence[str]


def grapp_in(folder: Path) -> Path:
    """Return the folder ``grapp`` itself: the folder, or the one in it, which need not exist yet."""
    if (folder / EVENT_TYPES).is_dir():
        return folder
    if (folder / GRAPP).is_dir():
        return folder / GRAPP
    name = os.path.basename(os.path.abspath(folder))  # noqa: PTH100, PTH119 - pathlib's own follows links
    is_grapp = name == GRAPP or any((folder / part).is_dir() for part in _PARTS)
    return folder if is_grapp else folder / GRAPP


def persister_path(grapp: Path, pid: PersisterId) -> Path:
    """Return where the file of a persister is to be.

    Args:
        grapp: the folder ``grapp``.
        pid: the persister, as the installation names it.

    Raises:
        ConfigError: its name cannot be that of a folder.
    """
    if not all(map(_NAME.fullmatch, (pid.event_type, pid.eventstore))):
        raise ConfigError(f"{pid} cannot be exported: its name is not valid")
    return file_of(grapp / EVENT_TYPES, pid)


def persister_file(
    path: Path, desired: Persister, body: Mapping[str, object], secrets: Secrets, event_type: str
) -> PersisterFile:
    """Return the file of a persister, and how it compares with what is there.

    Args:
        path: where it is to be.
        desired: the persister.
        body: what a PUT of it sends.
        secrets: what of its secrets is in that.
        event_type: its event type, as the installation names it.

    Raises:
        ConfigError: there is something that is not a file.
    """
    return PersisterFile(desired.id, event_type, path, _json(body), _present(path, desired, event_type), secrets)


def rest_of(grapp: Path, files: Sequence[PersisterFile], configured: Iterable[PersisterId]) -> Rest:
    """Return what else there is, and is not, in the folder of some files.

    Args:
        grapp: the folder ``grapp``, which need not exist.
        files: the files.
        configured: all persisters that the files of persync have, with the event types of the installation.

    Raises:
        ConfigError: a folder cannot be read.
    """
    event_types, ids = grapp / EVENT_TYPES, set(configured)
    present = [pid for project in {file.id.project for file in files} for pid in persisters_in(event_types, project)]
    return Rest(
        [pid.event_type for pid in present if pid not in ids],
        sorted({file.event_type for file in files if not _is_defined(event_types / file.event_type)}),
    )


def _is_defined(event_type: Path) -> bool:
    return any(event_type.glob("event-type-version-*.json"))


def _json(body: Mapping[str, object]) -> bytes:
    """Return a document with the fields in the order of the API's answers, and the keys of its maps in theirs."""
    document = {
        name: dict(sorted(value.items())) if isinstance(value, dict) else value
        for name, value in sorted(body.items(), key=lambda item: (isinstance(item[1], dict), item[0]))
    }
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def _present(path: Path, desired: Persister, event_type: str) -> Present:
    if not os.path.lexists(path):
        return Present.NOTHING
    if path.exists() and not path.is_file():
        raise ConfigError(f"{path} is not a file", hint="remove what is there")
    try:
        live, _ = read_persister(path, desired.id._replace(event_type=event_type))
    except ConfigError:
        return Present.OTHER
    return Present.EQUAL if _means_the_same(live, desired) else Present.OTHER


def _means_the_same(live: LivePersister, desired: Persister) -> bool:
    version = desired.app_version.text if desired.app_version else None
    return live.app_version == version and all(
        _is_same_section(live, section, desired.properties.get(section, ()))
        for section in sections_of(desired.id.eventstore)
    )


def _is_same_section(live: LivePersister, section: Section, configured: Iterable[Property]) -> bool:
    """Return whether a section has the same properties, in the spelling that the deployer reads."""
    found = {prop.key.source: prop.text for prop in live.properties.get(section, ())}
    expected = {prop.key.spelling: prop for prop in configured}
    return found.keys() == expected.keys() and all(
        equal(prop.key.definition, found[key], prop.text) for key, prop in expected.items()
    )
