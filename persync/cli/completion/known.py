"""The names that a shell completes, read as quickly as possible: only the heads of the documents, and nothing checked.

What cannot be read has no names; the command that is completed reports why.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from persync.config.boundary import Boundary
from persync.config.files import Unreadable, WorkingTree
from persync.config.settings import Settings, find_settings
from persync.config.variables import OPENING
from persync.config.yaml.nodes import Map, Scalar, find
from persync.config.yaml.reader import read_documents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_NEXT_DOCUMENT = re.compile(r"^---.*$", re.MULTILINE)
_FIELD = re.compile(r"^(project|eventType):[ \t]+(['\"]?)([\w.-]+)\2[ \t]*(?:#.*)?\r?$", re.MULTILINE)
"""A field of the head in block style, whose value is a plain name; all other documents are parsed."""
_GLOBAL = "global"


def environments(folder: Path) -> tuple[str, ...]:
    """Return the environments of the persync.yaml of a folder, in their order."""
    return _settings(folder).environments


def persisters(folder: Path) -> Sequence[tuple[str, str]]:
    """Return project and event type of the persisters of the files, each once, sorted."""
    settings = _settings(folder)
    default = find(settings.document, "defaults", "project")
    project = default.text if isinstance(default, Scalar) else _GLOBAL
    files = {file for pattern in settings.persisters for file in _files(settings, pattern.text)} - {settings.path}
    return sorted({name for file in files for name in _heads(settings, file, project)})


def runs(folder: Path, journals: Path | None) -> Sequence[str]:
    """Return the runs that have a journal, the last one first.

    Args:
        folder: of the configuration.
        journals: the folder of the journals; the one of the settings if ``None``.
    """
    from persync.apply.journal.files import SUFFIX  # noqa: PLC0415 - only runs need it
    from persync.config.journal import journal_folder  # noqa: PLC0415 - as above

    found = journals or journal_folder(_settings(folder))
    return sorted((path.stem for path in found.glob(f"*{SUFFIX}")), reverse=True)


def properties(incomplete: str) -> Sequence[str]:
    """Return the fields of a document and the properties of the catalogue; at first, the groups of the properties.

    Args:
        incomplete: what is there of the name; properties have their section in front if it begins so.
    """
    from persync.model import Section  # noqa: PLC0415 - only explain needs it
    from persync.origins.lookup import overview  # noqa: PLC0415 - as above
    from persync.properties.catalogue import definitions  # noqa: PLC0415 - as above

    keys = [(section, definition.key) for section in Section for definition in definitions(section)]
    fields = [field.path for field in overview()]
    if not incomplete:
        return list(dict.fromkeys([*fields, *(key.partition(".")[0] for _, key in keys)]))
    with_section = [f"{section}.{key}" for section, key in keys if incomplete.startswith(f"{section}.")]
    return list(dict.fromkeys([*fields, *(key for _, key in keys), *with_section]))


def _settings(folder: Path) -> Settings:
    """Return the settings as they are: names are there before all else in the file is valid.

    Raises:
        PersyncError: there are none.
        ValueError: they are no map.
    """
    path = find_settings(folder)
    tree = WorkingTree(Boundary.around(path.parent))
    data = tree.read(path)
    documents = () if isinstance(data, Unreadable) else read_documents(data, str(path)).trees
    if not (documents and isinstance(documents[0], Map)):
        raise ValueError(path)
    return Settings(path, documents[0], str, tree)


def _files(settings: Settings, pattern: str) -> Sequence[Path]:
    listing = settings.source.yaml_files(settings.root, pattern)
    return listing.files if listing else ()


def _heads(settings: Settings, file: Path, project: str) -> Iterator[tuple[str, str]]:
    """Yield project and event type of the documents of a file."""
    data = settings.source.read(file)
    if isinstance(data, Unreadable):
        return
    texts = [text for text in _NEXT_DOCUMENT.split(data.decode(errors="replace")) if text.strip()]
    documents = [dict(_fields(text)) for text in texts]
    if not all(map(_is_complete, documents, texts)):
        trees = read_documents(data, str(file)).trees
        documents = [{key.text: value.text for key, value in _entries(tree)} for tree in trees]
    for document in documents:
        if event_type := document.get("eventType"):
            name = document.get("project", project)
            if OPENING not in name and OPENING not in event_type:  # a name that a variable gives is not known here
                yield name, event_type


def _is_complete(document: Mapping[str, str], text: str) -> bool:
    """Return whether these fields are all that the head of a document has: not if it has a project in another form."""
    return "eventType" in document and ("project" in document or "project" not in text)


def _fields(text: str) -> Iterator[tuple[str, str]]:
    yield from ((found[1], found[3]) for found in _FIELD.finditer(text))


def _entries(tree: object) -> Iterator[tuple[Scalar, Scalar]]:
    for entry in tree.entries if isinstance(tree, Map) else ():
        if isinstance(entry.value, Scalar):
            yield entry.key, entry.value
