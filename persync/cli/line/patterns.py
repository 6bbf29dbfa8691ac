"""What was meant by a selector that matches no persister."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from persync.selectors import selects
from persync.similar import most_similar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from persync.model import PersisterId

PATTERNS = "patterns are matched with project/event-type, e.g. 'webtracking/*'; quote them for the shell"
"""What to do about a pattern for which nothing is similar."""
_FEW = 3
_GLOB = frozenset("*?[")


NO_FILES: Mapping[PersisterId, str] = MappingProxyType({})


def hint_of(pattern: str, ids: Iterable[PersisterId], files: Mapping[PersisterId, str] = NO_FILES) -> str:
    """Return what to do about a pattern that matches no persister.

    Args:
        pattern: which.
        ids: the persisters that it could have matched.
        files: the file of each, as shown, where there is one.
    """
    return did_you_mean(pattern, there := tuple(ids)) or _of_path(pattern, there, files) or PATTERNS


def did_you_mean(pattern: str, ids: Sequence[PersisterId]) -> str:
    """Return a question with a similar pattern that matches a persister; empty if there is none."""
    found = (each for each in _meant(pattern, ids) if any(selects(each, name) for name in ids))
    return next((f"did you mean '{each}'?" for each in found), "")


def _meant(pattern: str, ids: Sequence[PersisterId]) -> Iterator[str]:
    """Yield patterns that are similar; they may match nothing."""
    projects = sorted({name.project for name in ids})
    project, slash, rest = pattern.partition("/")
    if not slash:
        yield f"{pattern}/*"
        yield pattern.replace(".", "/", 1)  # as in an address of Terraform
        yield most_similar(pattern, {name.event_type for name in ids})
        yield f"{most_similar(pattern, projects)}/*"
        return
    yield f"{project}/{rest or '*'}"
    similar = most_similar(project, projects)
    yield f"{similar}/{rest or '*'}"
    if not _GLOB.intersection(rest):
        for each in dict.fromkeys((project, similar)):
            yield f"{each}/{most_similar(rest, {name.event_type for name in ids if name.project == each})}"
        yield f"*/{rest}"  # the event type is right, and the project is not


def _of_path(pattern: str, ids: Sequence[PersisterId], files: Mapping[PersisterId, str]) -> str:
    """Return the persisters of a file or a folder, where the pattern is its path."""
    path = Path(pattern)
    inside = [name for name in ids if (file := files.get(name)) and path in (Path(file), *Path(file).parents)]
    if not inside:
        return ""
    found = sorted(f"{name.project}/{name.event_type}" for name in inside)
    more = f" and {len(found) - _FEW} more" if len(found) > _FEW else ""
    return f"that is a path; its persisters are {', '.join(found[:_FEW])}{more}"
