"""How an installation names what the files name otherwise (``projects`` of an environment in persync.yaml).

persync names persisters as the files do. The client of the API translates, and what is shown adds the live name where
it differs. Granary appends a number to the name of a project, and four characters to the name of an event type that
is taken (vendor's guide), so the same persister has other names in other installations.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from persync.model import Persister, PersisterId

_Name = TypeVar("_Name")


class _EventType(NamedTuple):
    project: str
    name: str


@dataclass(frozen=True, slots=True)
class Projects:
    """The names of projects and event types in an installation. Made by ``of``.

    Attributes:
        projects: the live project by that of the files.
        event_types: the live event type by that of the files; an entry here goes before one of its project.
    """

    projects: Mapping[str, str]
    event_types: Mapping[_EventType, _EventType]
    _files_projects: Mapping[str, str]
    _files_event_types: Mapping[_EventType, _EventType]

    @classmethod
    def of(cls, names: Mapping[str, str]) -> Projects:
        """Return the names of a mapping.

        Args:
            names: live names by those of the files: both ``project``, or both ``project/event-type``. No two are equal.
        """
        projects = {name: live for name, live in names.items() if "/" not in name}
        event_types = {_event_type(name): _event_type(live) for name, live in names.items() if "/" in name}
        return cls(projects, event_types, _reversed(projects), _reversed(event_types))

    def live(self, pid: PersisterId) -> PersisterId:
        """Return the live identity of a persister of the files."""
        name = _EventType(pid.project, pid.event_type)
        project, event_type = self.event_types.get(name) or (self.projects.get(pid.project, pid.project), name.name)
        return pid._replace(project=project, event_type=event_type)

    def files(self, live: PersisterId) -> PersisterId | None:
        """Return the identity that the files have for a live persister.

        Returns:
            ``None`` where they cannot name it, because that name means another persister: with ``{web: web-dev}``,
            the live project ``web`` has no name.
        """
        name = _EventType(live.project, live.event_type)
        candidates = (
            self._files_event_types.get(name),
            _EventType(self._files_projects.get(live.project, live.project), live.event_type),
            name,
        )
        ids = (live._replace(project=found.project, event_type=found.name) for found in candidates if found)
        return next((pid for pid in ids if self.live(pid) == live), None)

    def event_type_in(self, project: str, live: str) -> str | None:
        """Return the name that the files have for an event type of a GrApp folder, which names no project.

        Args:
            project: of the files, that the folder is imported into.
            live: the event type's name in the installation that the folder is of.

        Returns:
            ``None`` where the files cannot name it.
        """
        names = (name.name for name, other in self.event_types.items() if (name.project, other.name) == (project, live))
        otherwise = None if _EventType(project, live) in self.event_types else live
        return next(names, otherwise)

    def differing(self, pid: PersisterId) -> PersisterId | None:
        """Return the live identity of a persister of the files; ``None`` where it is the same."""
        live = self.live(pid)
        return None if live == pid else live

    def beside(self, pid: PersisterId, live: PersisterId) -> PersisterId | None:
        """Return the live identity to show beside a name of other files, such as those of an older commit.

        Args:
            pid: the identity in the other files.
            live: its live identity.

        Returns:
            ``None`` where the name means that live persister by itself, as it does in these files.
        """
        return None if pid == live == self.live(pid) else live

    def live_projects(self, project: str) -> tuple[str, ...]:
        """Return the live projects that may have persisters of a project of the files, its own first."""
        own = self.projects.get(project, project)
        others = {live.project for name, live in self.event_types.items() if name.project == project}
        return (own, *sorted(others - {own}))

    def files_projects(self, live: str) -> tuple[str, ...]:
        """Return the projects of the files that may have persisters of a live project, sorted."""
        found = {name.project for name, other in self.event_types.items() if other.project == live}
        own = self._files_projects.get(live, live)
        if self.projects.get(own, own) == live:
            found.add(own)
        if live not in self.projects and any(name.project == own for name in self.event_types):
            found.add(live)  # what the mapping of ``own`` does not take
        return tuple(sorted(found))

    def name_of(self, live: str) -> str | None:
        """Return the name of the files for a live project that they have under another name only."""
        return None if live in self.projects else self._files_projects.get(live)


def with_live(pid: PersisterId, live: PersisterId | None, before: PersisterId | None = None) -> str:
    """Return an identity as it is shown: ``web/clicks``, or ``web/clicks (live: web-dev/clicks)``.

    Args:
        pid: that of the files.
        live: that of the API; ``None`` where it is the same.
        before: in a comparison of two installations, that of the first one, if it is another than that of the second:
            ``web/clicks (live: web-dev/clicks → web/clicks)``.
    """
    if before is not None:
        return f"{pid} (live: {before} → {live or pid})"
    return str(pid) if live is None else f"{pid} (live: {live})"


def identified(persisters: Iterable[Persister], then: Projects, now: Projects) -> tuple[Persister, ...]:
    """Return persisters of other files with the identities that the files have now for the same live persisters.

    Args:
        persisters: of the other files.
        then: the names of the installation in the other files.
        now: those in the files.

    Returns:
        Without those that the files cannot name now.
    """
    if then == now:
        return tuple(persisters)
    ids = ((persister, now.files(then.live(persister.id))) for persister in persisters)
    return tuple(replace(persister, id=pid) for persister, pid in ids if pid)


class Moved(NamedTuple):
    """A name of the files that means something else in the installation now: a project, or a persister."""

    name: str
    before: str
    now: str


def moved(ids: Iterable[PersisterId], then: Projects, now: Projects) -> tuple[Moved, ...]:
    """Return the names that mean other live persisters now, sorted; a project once, and not each of its persisters.

    Args:
        ids: the persisters that the files have now and had then.
        then: the names of the installation then.
        now: those of now.
    """

    def of(pid: PersisterId) -> Moved:
        before, after = (names.projects.get(pid.project, pid.project) for names in (then, now))
        if (then.live(pid), now.live(pid)) == (pid._replace(project=before), pid._replace(project=after)):
            return Moved(pid.project, before, after)
        return Moved(str(pid), str(then.live(pid)), str(now.live(pid)))

    return tuple(sorted({of(pid) for pid in ids if then.live(pid) != now.live(pid)}))


def _event_type(name: str) -> _EventType:
    project, _, event_type = name.partition("/")
    return _EventType(project, event_type)


def _reversed(names: Mapping[_Name, _Name]) -> Mapping[_Name, _Name]:
    return {live: name for name, live in names.items()}


SAME = Projects.of({})
"""Where the names of the installation are those of the files."""
