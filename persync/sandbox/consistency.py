"""Checks of a description that concern more than one of its fields."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from persync.sandbox.domain.config import LIVE_SEGMENT, PG
from persync.sandbox.domain.models import Location, invalid_part
from persync.sandbox.domain.roles import ANY_CLIENT, OLD_CLIENT, PROJECT_ROLES, Roles
from persync.sandbox.domain.states import Release


class Entry(NamedTuple):
    """An event type in a description; `eventstore` is that of its persister, None if it has no persister."""

    location: Location
    project: str
    event_type: str
    eventstore: str | None


def check_unique(entries: Iterable[Entry]) -> None:
    """Refuse event types that occur twice, or with names that differ only in case."""
    spellings: dict[tuple[str, str], str] = {}
    seen: set[tuple[str, str, str | None]] = set()
    for location, project, name, eventstore in entries:
        other = spellings.setdefault((project, name.lower()), name)
        if other != name:
            what = f"{name}: event types are unique ignoring case, and project {project} has {other}"
            raise invalid_part(location, what, "rename one of the two")
        if (project, name, eventstore) in seen or (eventstore is None and (project, name, PG) in seen):
            what = f"{name}: duplicate event type in project {project}"
            raise invalid_part(location, what, "remove one of the two")
        seen.add((project, name, eventstore))


def check_release(entries: Iterable[Entry], release: Release) -> None:
    """Refuse event types that `release` cannot have."""
    max_length = 40 if release == "0.8" else 20
    for location, project, name, eventstore in entries:
        if release != "1.2" and project != "global":
            raise invalid_part(location, f"{name}: release {release} has no projects", "remove the field project")
        if release != "1.2" and eventstore == LIVE_SEGMENT:
            raise invalid_part(location, f"{name}: release {release} has no live-segment persisters")
        if len(name) > max_length:
            what = f"{name}: an event type has at most {max_length} characters in release {release}"
            raise invalid_part(location, what, "shorten the name")


def check_roles(accounts: Mapping[Location, Roles], release: Release) -> None:
    """Refuse Keycloak clients and roles that `release` does not have; `accounts` has the roles by their location."""
    for location, roles in accounts.items():
        for client, names in roles.items():
            if release != "1.2" and client not in {ANY_CLIENT, OLD_CLIENT}:
                what = f"release {release} has no roles by project"
                hint = f"list the roles of {OLD_CLIENT}, such as event_type_data_in_edit; {ANY_CLIENT}: editor has all"
                raise invalid_part((*location, client), what, hint)
            unknown = next((name for name in names if name not in PROJECT_ROLES), None)
            if unknown is not None and client != OLD_CLIENT:
                what = f"must be of {', '.join(PROJECT_ROLES)} but is '{unknown}'"
                raise invalid_part((*location, client), what)


def check_accounts(users: Sequence[str], clients: Sequence[str]) -> None:
    """Refuse names that occur twice."""
    names = [*users, *clients]
    for index, name in enumerate(names):
        if name in names[:index]:
            location = ("users", index) if index < len(users) else ("clients", index - len(users))
            raise invalid_part(location, f"{name}: duplicate name of a user or client", "rename one of the two")
