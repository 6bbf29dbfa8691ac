"""Shell patterns over paths, with the results of the ``glob`` module, over any tree of files.

The module itself reads the file system alone, and ignores folders that cannot be read.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

MAGIC = re.compile(r"[*?\[]")
"""Matches a character that makes a path a pattern."""


class Folders(Protocol):
    """A tree of files."""

    def names(self, folder: Path) -> Collection[str]:
        """Return the names in a folder; none if the path is no folder that can be read."""

    def has(self, folder: Path, name: str) -> bool:
        """Return whether a folder has an entry of that name; ``.``, ``..`` and an empty name are its own."""

    def resolve(self, path: Path) -> Path:
        """Return the path without links."""


def split(pattern: str) -> tuple[str, str]:
    """Return the folder before the first part with a special character, and the rest; empty without such a part."""
    magic = MAGIC.search(pattern)
    if magic is None:
        return pattern, ""
    end = pattern.rfind("/", 0, magic.start()) + 1
    return pattern[:end], pattern[end:]


def expand(folders: Folders, root: Path, pattern: str) -> set[Path]:
    """Return the paths that a pattern, relative to ``root``, matches."""
    magic = MAGIC.search(pattern)
    end = pattern.rfind("/", 0, magic.start() if magic else None) + 1
    start, parts = root / pattern[:end], pattern[end:].split("/")
    matches = {start}
    for part in parts:
        matches = {match for folder in matches for match in _matches(folders, folder, part)}
    # ``**/`` matches the folders below, not this one
    return matches - {start} if set(parts) <= {"**", ""} else matches


def covers(pattern: Sequence[str], path: Sequence[str], *, above: bool = False) -> bool:
    """Return whether a path is matched by a pattern, or is below a match.

    Args:
        pattern: its parts.
        path: the parts of the path.
        above: whether a folder that can only contain matches counts as well.
    """
    if not pattern:
        return True
    if not path:
        return above
    if pattern[0] == "**":
        return covers(pattern[1:], path, above=above) or covers(pattern, path[1:], above=above)
    return fnmatchcase(path[0], pattern[0]) and covers(pattern[1:], path[1:], above=above)


def _matches(folders: Folders, folder: Path, part: str) -> Iterator[Path]:
    """Yield the paths in a folder that match one part of a pattern."""
    if not MAGIC.search(part):
        if folders.has(folder, part):
            yield folder / part
        return
    names = folders.names(folder)
    if part != "**":
        for name in names:
            if fnmatchcase(name, part) and (part.startswith(".") or not name.startswith(".")):
                yield folder / name
    elif names:
        yield from _descendants(folders, folder)


def _descendants(folders: Folders, top: Path) -> Iterator[Path]:
    """Yield what ``**`` matches: a path and everything below that is not hidden, also through links."""
    remaining: list[tuple[Path, tuple[Path, ...]]] = [(top, ())]
    while remaining:
        path, ancestors = remaining.pop()
        yield path
        resolved = folders.resolve(path)
        if resolved not in ancestors:  # else a circle of links
            names = folders.names(path)
            remaining += [(path / name, (*ancestors, resolved)) for name in names if not name.startswith(".")]
