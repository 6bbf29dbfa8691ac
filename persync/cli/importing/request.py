"""What an import is asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.errors import ConfigError
from persync.importing.workspace import check_layout

if TYPE_CHECKING:
    from pathlib import Path


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
        update: refresh the files that have persisters.
        grapp: the GrApp folder to import from; ``None``: the live side.
    """

    selectors: tuple[str, ...]
    excluded: tuple[str, ...]
    projects: tuple[str, ...]
    layout: str
    dry_run: bool
    force: bool
    update: bool = False
    grapp: Path | None = None

    def check(self) -> None:
        """Check what can be checked before anything is read.

        Raises:
            ConfigError: the layout cannot be used, or an option does not fit to another.
        """
        if self.grapp and len(self.projects) != 1:
            hint = "a GrApp folder has no project: --project names the one that its persisters are to be in"
            raise ConfigError("--from-grapp needs exactly one --project", hint=hint)
        if self.grapp and self.update:
            raise ConfigError("--update refreshes from live, so it cannot be used with --from-grapp")
        if problem := check_layout(self.layout):
            raise ConfigError(f"--layout '{self.layout}' cannot be used: {problem}", hint="see 'persync import --help'")
