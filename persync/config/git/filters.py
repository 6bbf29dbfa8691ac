"""The filters of git: programs through which it writes files to the working tree and reads them from there."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from persync.config.files import SUFFIXES
from persync.config.git.command import GitCommand
from persync.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_ENDINGS = tuple(map(str.encode, SUFFIXES))


class Filters:
    """The filters of a repository's configuration, and the files that have them."""

    def __init__(self, top: Path) -> None:
        """Take the top folder of the working tree."""
        self._git = GitCommand(top)
        self._by_path: dict[str, str] = {}

    def switched_off(self) -> list[str]:
        """Return options of git that switch off every filter: git would start it to compare files.

        A file with a filter counts as changed, then, if its time of change is not the one in the index.

        Raises:
            ConfigError: a name cannot be expressed on a command line.
        """
        if any("=" in name for name in self._names):
            raise ConfigError("the git configuration has a filter with '=' in its name", hint="rename the filter")
        off = ("clean=", "smudge=", "process=", "required=false")
        return [option for name in self._names for setting in off for option in ("-c", f"filter.{name}.{setting}")]

    def of(self, path: str, commit: str) -> str | None:
        """Return the name of the filter through which git would write a file to the working tree.

        Args:
            path: the file, relative to the top folder.
            commit: a commit that has the file. The attributes of all its files are read at once, from the
                ``.gitattributes`` in the working tree.
        """
        if not self._names:
            return None
        if path not in self._by_path:
            listed = self._git.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit).stdout
            paths = [*(name for name in listed.split(b"\0") if name.endswith(_ENDINGS)), os.fsencode(path), b""]
            answer = self._git.run("check-attr", "--stdin", "-z", "filter", data=b"\0".join(paths)).stdout
            fields = os.fsdecode(answer).split("\0")  # path, attribute, value; and again
            self._by_path.update(zip(fields[0::3], fields[2::3], strict=False))
        name = self._by_path.get(path)
        return name if name in self._names else None

    @cached_property
    def _names(self) -> Sequence[str]:
        names = self._git.run("config", "--null", "--name-only", "--get-regexp", r"^filter\.").stdout
        keys = os.fsdecode(names).split("\0")
        return sorted({key.partition(".")[2].rpartition(".")[0] for key in keys if key})
