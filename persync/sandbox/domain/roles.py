"""Who may read and change an event type and its persister. Pure.

Release 1.2 has one Keycloak client per project with the roles viewer, editor and data_owner. Releases up to 1.1 have
the client `harvester-api`; each event type names its `editor` role and its `consumer` role (vendor's reference of the
access clients). The client `*` is the sandbox's own: its roles viewer and editor apply to everything.
"""

from collections.abc import Mapping
from typing import Literal

from persync.sandbox.domain.event_type import EventType
from persync.sandbox.domain.states import Release

Access = Literal["read", "change"]
Roles = Mapping[str, tuple[str, ...]]  # by Keycloak client

ANY_CLIENT = "*"
OLD_CLIENT = "harvester-api"
PROJECT_ROLES = ("viewer", "editor", "data_owner")

_SUFFICIENT: dict[Access, frozenset[str]] = {
    "read": frozenset({"viewer", "editor"}),
    "change": frozenset({"editor"}),
}


def may_in_project(roles: Roles, access: Access, project: str) -> bool:
    """Return whether `roles` permit `access` to what is in `project` (release 1.2)."""
    return not _SUFFICIENT[access].isdisjoint([*roles.get(project, ()), *roles.get(ANY_CLIENT, ())])


def may(roles: Roles, access: Access, project: str, event_type: EventType | None, release: Release) -> bool:
    """Return whether `roles` permit `access` to the event type in `project`; `event_type` is None if it is missing."""
    if release == "1.2":
        return may_in_project(roles, access, project)
    if event_type is None or may_in_project(roles, access, ANY_CLIENT):
        return True  # a missing event type names no role: the response is 404
    own = roles.get(OLD_CLIENT, ())
    if event_type.editor in own:
        return True
    return access == "read" and (event_type.consumer is None or event_type.consumer in own)
