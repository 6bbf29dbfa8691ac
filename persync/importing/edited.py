"""The files that an update edits, with their texts as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.config.fmt.edit import can_be_edited
from persync.config.fmt.format import formatted
from persync.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from persync.importing.workspace import Workspace


_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


class EditedFiles:
    """The files that are edited."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._paths = {workspace.settings.shown(path): path for path in workspace.files()}
        self._before: dict[Path, bytes] = {}
        self._now: dict[Path, str] = {}

    def has(self, shown: str) -> bool:
        """Return whether a file can be edited: it is no persync.yaml, and has no anchors."""
        return shown in self._paths and can_be_edited(self.text(shown))

    def text(self, shown: str) -> str:
        """Return the present text of a file, with plain line breaks and no byte order mark."""
        path = self._paths[shown]
        if path not in self._now:
            data = self._workspace.settings.source.read(path)
            if not isinstance(data, bytes):
                raise ConfigError(f"{shown} cannot be read: {data.reason}", hint="check its permissions")
            self._before[path] = data
            self._now[path] = _plain(data)
        return self._now[path]

    def replace(self, shown: str, text: str) -> None:
        """Give a file another text."""
        self._now[self._paths[shown]] = text

    def changed(self) -> dict[Path, bytes]:
        """Return the files that differ from what is on the disk."""
        return {
            path: _like(self._before[path], text)
            for path, text in self._now.items()
            if text != _plain(self._before[path])
        }

    def format(self) -> None:
        """Bring into canonical form what was in canonical form before."""
        for path in self.changed():
            shown = self._workspace.settings.shown(path)
            if formatted(self._before[path], shown) == (self._before[path], ()):
                self._now[path] = formatted(self._now[path].encode(), shown).data.decode()


def _plain(data: bytes) -> str:
    return data.decode("utf-8").removeprefix(_BOM).replace("\r\n", "\n")


def _like(before: bytes, text: str) -> bytes:
    """Return a text with the line breaks and the byte order mark that the file had."""
    bom = before[:3] if before.startswith(_BOM.encode()) else b""
    return bom + text.replace("\n", "\r\n" if b"\r\n" in before else "\n").encode()
