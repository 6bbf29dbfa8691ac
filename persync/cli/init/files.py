"""What ``persync init`` writes: new files. Nothing is overwritten."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from persync.atomic import write_in_one_piece
from persync.cli.files import Written
from persync.editor.schemas import schema_text
from persync.errors import PersyncError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SCHEMAS = {
    "persister.schema.json": "persisters/**/*.y*ml",
    "overlay.schema.json": "overlays/**/*.y*ml",
    "settings.schema.json": "persync.yaml",
}
"""The schemas, and the files that they are for."""
EDITOR_SETTINGS = ".vscode/settings.json"
IGNORE_FILE = ".gitignore"
IGNORE_HEAD = """\
# What persync writes and git must not have. The rest belongs in git:
# persync.yaml, persisters, overlays, schemas, .env.example.
"""
_IGNORED = (
    "# saved plans (persync plan --out): of one moment, with values of the installation\n*.persync",
    "# the journals of applies, with the values that were there before, and the lock of an apply\n.persync/",
    "# the values of secrets; .env.example has their names only\n.env",
    "# what is left of a file that persync was writing when it was killed\n.*.tmp",
)
_IGNORED_STATE = "# what the sandbox remembers"


def editor_settings() -> str:
    """Return the settings of VS Code that name the schemas, as docs/editor.md shows them."""
    return json.dumps({"yaml.schemas": SCHEMAS}, indent=2) + "\n"


def editor_files() -> dict[str, str]:
    """Return the schemas and the editor's settings, by path."""
    schemas = {name: schema_text(name.removesuffix(".schema.json")) for name in SCHEMAS}
    return {**schemas, EDITOR_SETTINGS: editor_settings()}


def ignored(state: str) -> tuple[str, ...]:
    """Return the patterns of .gitignore, each with its reason on the line above.

    Args:
        state: the file of the sandbox's state, empty for none.
    """
    return (*_IGNORED, *((f"{_IGNORED_STATE}\n{state}*",) if state else ()))


def pattern_of(line: str) -> str:
    """Return the pattern of an entry of .gitignore, without the reason above it."""
    return line.rpartition("\n")[2]


def make_folder(folder: Path) -> None:
    """Make a folder and those above it.

    Raises:
        PersyncError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PersyncError(
            f"the folder {folder} cannot be created: {error.strerror}", hint="check the path and its permissions"
        ) from error


def write_new(files: Mapping[Path, str]) -> list[Written]:
    """Write those files that do not exist.

    Raises:
        PersyncError: one cannot be written.
    """
    done = []
    for path, text in files.items():
        if os.path.lexists(path):
            done.append(Written(path, "kept"))
            continue
        make_folder(path.parent)
        write_in_one_piece(path, text)
        done.append(Written(path, "created"))
    return done
