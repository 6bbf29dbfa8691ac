"""What an import is asked to do."""

from __future__ import annotations

from dataclasses import dataclass

from persync.errors import ConfigError
from persync.importing.workspace import check_layout


@dataclass(frozen=True, slots=True)
class Request:
    """The options of ``persync import``.

    Attributes:
        selectors: shell patterns over project/event-type; none for all.
        excluded: patterns of those to pass over.
        projects: the projects to list; none for all.
        layout: where the file of a persister is.
        dry_run: write nothing.
        force: overwrite files that exist.
    """

    selectors: tuple[str, ...]
    excluded: tuple[str, ...]
    projects: tuple[str, ...]
    layout: str
    dry_run: bool
    force: bool

    def check(self) -> None:
        """Check what can be checked before anything is read.

        Raises:
            ConfigError: the layout cannot be used.
        """
        if problem := check_layout(self.layout):
            raise ConfigError(f"--layout '{self.layout}' cannot be used: {problem}", hint="see 'persync import --help'")
