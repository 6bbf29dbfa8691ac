"""The files of a configuration, with new ones that are not written yet: what was made can be checked before."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from persync.config.files import SUFFIXES, Listing
from persync.config.globs import MAGIC, covers, split
from persync.config.load import load_configuration
from persync.config.process import Keeping
from persync.config.variables import UNSET
from persync.errors import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from persync.config.environment import Environment
    from persync.config.files import Source, Unreadable
    from persync.config.load import Configuration
    from persync.config.settings import Settings
    from persync.errors import Finding
    from persync.model import PersisterId

DEFAULT_LAYOUT = "{project}/{event-type}.yaml"
_FIELD = re.compile(r"\{([^{}]*)\}")
_FIELDS = ("project", "event-type", "eventstore")
NO_MATTER = frozenset({"missing-file", "no-files", "unknown-persister", UNSET})
"""Rules: an empty repository breaks the first three, a first import resolves them; variables are set elsewhere."""


class _WithFiles:
    """Another source, with files that are not written yet."""

    def __init__(self, source: Source, files: Mapping[Path, bytes]) -> None:
        self._source = source
        self._files = {source.resolve(path): (path, data) for path, data in files.items()}

    def read(self, path: Path) -> bytes | Unreadable:
        """Return the bytes of a file."""
        found = self._files.get(self.resolve(path))
        return found[1] if found else self._source.read(path)

    def yaml_files(self, root: Path, pattern: str) -> Listing | None:
        """Return the files of an entry of ``persisters`` or ``overlays``; see ``Source``."""
        listing = self._source.yaml_files(root, pattern)
        there = {self.resolve(path) for path in listing.files} if listing else set()
        new = [path for resolved, (path, _) in self._files.items() if resolved not in there]
        added = [path for path in new if _is_named(root, pattern, path)]
        if not added:
            return listing
        found = listing or Listing([])
        return found._replace(files=sorted([*found.files, *added]))

    def resolve(self, path: Path) -> Path:
        """Return the path without links."""
        return self._source.resolve(path)


def _is_named(root: Path, pattern: str, path: Path) -> bool:
    folder, rest = split(pattern)
    relative = os.path.relpath(path, root / folder)
    return not relative.startswith("..") and covers([part for part in rest.split("/") if part], relative.split("/"))


@dataclass(frozen=True, slots=True)
class Workspace:
    """A configuration repository that files are added to.

    Attributes:
        settings: of persync.yaml.
        environment: the environment that is imported from; ``None``: no overlays, no variables.
        environ: the variables of the process.
        layout: where the file of a persister is, below the first folder of ``persisters``.
        kept: the variables of the process that are not read: a reference to them stays as it is.
    """

    settings: Settings
    environment: Environment | None
    environ: Mapping[str, str] = field(repr=False)
    layout: str = DEFAULT_LAYOUT
    kept: frozenset[str] = frozenset()

    def load(self, files: Mapping[Path, bytes], variables: Mapping[str, str]) -> Configuration:
        """Return the configuration with these files and variables of the process added."""
        settings = replace(self.settings, source=_WithFiles(self.settings.source, files))
        environ = {**self.environ, **variables}
        process = Keeping(environ, self.kept) if self.kept else environ
        # an import writes what there is, whether a policy allows it or not
        return load_configuration(settings, self.environment, process, with_policies=False)

    def files(self) -> tuple[Path, ...]:
        """Return the files of persisters, and of the overlays of all environments: not persync.yaml."""
        settings, source = self.settings, self.settings.source
        overlays = (entry for name in settings.environments for entry in settings.overlays(name))
        found: dict[Path, None] = {}
        for entry in (*settings.persisters, *overlays):
            listing = source.yaml_files(settings.root, entry.text)
            found.update(dict.fromkeys(listing.files if listing else ()))
        own = source.resolve(settings.path)
        return tuple(path for path in found if source.resolve(path) != own)

    def path_of(self, pid: PersisterId) -> Path:
        """Return where the file of a persister is to be."""
        values = dict(zip(_FIELDS, pid, strict=True))
        return self.folder / _FIELD.sub(lambda match: values[match[1]], self.layout)

    @property
    def folder(self) -> Path:
        """The folder that new files are written into.

        Raises:
            ConfigError: persync.yaml names no folder.
        """
        for entry in self.settings.persisters:
            if not MAGIC.search(entry.text) and not entry.text.endswith(SUFFIXES):
                return self.settings.root / entry.text
        raise self.settings.failure_at(
            "persync.yaml names no folder that files can be added to",
            self.settings.persisters[0].span,
            hint="name a folder in persisters, such as 'persisters: [persisters]'",
        )


def errors_in(configuration: Configuration) -> tuple[Finding, ...]:
    """Return the errors in files, apart from those that an import resolves or that are no matter to it."""
    return tuple(
        finding
        for finding in configuration.findings
        if finding.severity is Severity.ERROR and finding.rule not in NO_MATTER
    )


def check_layout(layout: str) -> str | None:
    """Return what is wrong with a layout; ``None`` if it is right."""
    unknown = [name for name in _FIELD.findall(layout) if name not in _FIELDS]
    if unknown or set(_FIELD.sub("", layout)) & set("{}"):
        return "it may use {project}, {event-type} and {eventstore}"
    parts = layout.split("/")
    if Path(layout).is_absolute() or ".." in parts or not all(parts):
        return "it must be a path below the folder of the persisters"
    if any(part.startswith(".") for part in parts):
        return "files and folders that begin with a dot are not read"
    if not layout.endswith(SUFFIXES):
        return "it must end with .yaml or .yml"
    return None
