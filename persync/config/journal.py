"""The settings of the journals (``journal`` in persync.yaml)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.atomic import led_to
from persync.config.boundary import Boundary
from persync.config.yaml.nodes import Scalar, find
from persync.model import Span

if TYPE_CHECKING:
    from pathlib import Path

    from persync.config.settings import Settings

DEFAULT_FOLDER = ".persync/runs"
DEFAULT_KEEP = 50


def journal_folder(settings: Settings) -> Path:
    """Return the folder of the journals.

    Raises:
        ConfigError: it is outside of the repository, or a link leads there.
    """
    folder = find(settings.document, "journal", "folder")
    path = settings.root / (folder.text if isinstance(folder, Scalar) else DEFAULT_FOLDER)
    boundary, resolved = Boundary.around(settings.root), led_to(path)
    if not boundary.contains(resolved):
        raise settings.failure_at(
            f"the folder of the journals is outside of the repository: {boundary.reason(resolved)}",
            folder.span if folder else Span(settings.shown(settings.path), 1, 1),
            hint="name one in the repository, or give --journal, which may be anywhere",
        )
    return path


def journals_to_keep(settings: Settings) -> int:
    """Return how many journals of an environment are kept."""
    keep = find(settings.document, "journal", "keep")
    return int(keep.text) if isinstance(keep, Scalar) else DEFAULT_KEEP
