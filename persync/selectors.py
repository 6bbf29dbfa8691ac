"""Selectors: shell patterns over the names of persisters; and what was meant by one that matches nothing."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from persync.projects import SAME
from persync.similar import meant, most_similar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.model import PersisterId
    from persync.projects import Projects

_GLOB = frozenset("*?[")


def selects(pattern: str, persister: PersisterId) -> bool:
    """Return whether a selector matches a persister.

    One without a slash is about the event type alone, with one about ``project/event-type``, and with two about
    ``project/event-type/eventstore``: the end of ``web/*s`` is that of an event type.
    """
    parts = (persister.project, persister.event_type, persister.eventstore)
    match pattern.count("/"):
        case 0:
            return fnmatchcase(persister.event_type, pattern)
        case 1:
            return fnmatchcase("/".join(parts[:2]), pattern)
        case _:
            return fnmatchcase("/".join(parts), pattern)


def meant_by(pattern: str, ids: Sequence[PersisterId], projects: Projects = SAME) -> str:
    """Return a hint with a selector that matches a persister, for one that matches none; empty if none is similar.

    Args:
        pattern: which.
        ids: the persisters that it could have matched.
        projects: their names in the installation.
    """
    if found := _of_live_names(pattern, ids, projects):
        return f"that is a name of the installation (projects in persync.yaml); in the files it is '{found}'"
    similar = (each for each in _similar(pattern, ids) if any(selects(each, name) for name in ids))
    return next((meant(pattern, each, "'") for each in similar), "")


def meant_for(name: PersisterId, ids: Sequence[PersisterId], projects: Projects = SAME) -> str:
    """Return a hint with the persister that a name is probably meant for; empty if none is similar."""
    stores = [pid.eventstore for pid in ids if _short(pid) == _short(name)]
    if stores:
        return f"there is one with 'eventstore: {stores[0]}'"
    elsewhere = [_short(pid) for pid in ids if pid.event_type == name.event_type]
    return meant(_short(name), elsewhere[0], "'") if elsewhere else meant_by(_short(name), ids, projects)


def _of_live_names(pattern: str, ids: Sequence[PersisterId], projects: Projects) -> str:
    """Return a selector over the names of the files, where a pattern matches live names; empty where it does not."""
    for written in (pattern, f"{pattern}/*"):
        matched = [pid for pid in ids if (live := projects.differing(pid)) and selects(written, live)]
        if not matched:
            continue
        project, slash, rest = written.partition("/")
        of_project = f"{projects.name_of(project) or project}/{rest}" if slash else written
        return of_project if selects(of_project, matched[0]) else _short(matched[0])
    return ""


def _short(pid: PersisterId) -> str:
    return f"{pid.project}/{pid.event_type}"


def _similar(pattern: str, ids: Sequence[PersisterId]) -> Iterator[str]:
    """Yield patterns that are similar; they may match nothing."""
    if pattern != pattern.lower():
        yield pattern.lower()
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
        of_other = {_short(name) for name in ids if name.event_type == rest}  # the project is wrong
        yield of_other.pop() if len(of_other) == 1 else f"*/{rest}"
