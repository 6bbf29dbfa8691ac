"""What was meant by a selector that matches no persister."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from persync.projects import SAME
from persync.selectors import meant_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from persync.model import PersisterId
    from persync.projects import Projects

PATTERNS = "patterns are matched with project/event-type, e.g. 'webtracking/*'; quote them for the shell"
"""What to do about a pattern for which nothing is similar."""
_FEW = 3


NO_FILES: Mapping[PersisterId, str] = MappingProxyType({})


def hint_of(
    pattern: str,
    ids: Iterable[PersisterId],
    files: Mapping[PersisterId, str] = NO_FILES,
    projects: Projects = SAME,
) -> str:
    """Return what to do about a pattern that matches no persister.

    Args:
        pattern: which.
        ids: the persisters that it could have matched.
        files: the file of each, as shown, where there is one.
        projects: their names in the installation.
    """
    return meant_by(pattern, there := tuple(ids), projects) or _of_path(pattern, there, files) or PATTERNS


def _of_path(pattern: str, ids: Sequence[PersisterId], files: Mapping[PersisterId, str]) -> str:
    """Return the persisters of a file or a folder, where the pattern is its path."""
    path = Path(pattern)
    inside = [name for name in ids if (file := files.get(name)) and path in (Path(file), *Path(file).parents)]
    if not inside:
        return ""
    found = sorted(f"{name.project}/{name.event_type}" for name in inside)
    more = f" and {len(found) - _FEW} more" if len(found) > _FEW else ""
    return f"that is a path; its persisters are {', '.join(found[:_FEW])}{more}"
