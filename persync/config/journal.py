"""The settings of the journals (``journal`` in persync.yaml)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from persync.atomic import led_to
from persync.config.boundary import Boundary
from persync.config.yaml.nodes import Scalar, find
from persync.errors import ConfigError
from persync.model import Span

if TYPE_CHECKING:
    from pathlib import Path

    from persync.config.settings import Settings

DEFAULT_FOLDER = ".persync/runs"
DEFAULT_KEEP = 50


class JournalSettings(NamedTuple):
    """Where the journals are, and how many are kept of an environment."""

    folder: Path
    keep: int


def journal_settings(settings: Settings) -> JournalSettings:
    """Return the settings of the journals.

    Raises:
        ConfigError: their folder is outside of the repository, or a link leads there.
    """
    folder, keep = (find(settings.document, "journal", name) for name in ("folder", "keep"))
    path = settings.root / (folder.text if isinstance(folder, Scalar) else DEFAULT_FOLDER)
    boundary, resolved = Boundary.around(settings.root), led_to(path)
    if not boundary.contains(resolved):
        raise ConfigError(
            f"the folder of the journals is outside of the repository: {boundary.reason(resolved)}",
            span=folder.span if folder else Span(settings.shown(settings.path), 1, 1),
            hint="name one in the repository, or give --journal, which may be anywhere",
        )
    return JournalSettings(path, int(keep.text) if isinstance(keep, Scalar) else DEFAULT_KEEP)
