"""The endpoints of event types: what each reads from the store, and who may read it. No HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from persync.sandbox.domain import event_type as views
from persync.sandbox.domain import parsing
from persync.sandbox.domain.config import Document
from persync.sandbox.domain.event_type import EventType
from persync.sandbox.domain.problems import Problem, event_type_not_found, missing_role
from persync.sandbox.domain.roles import Roles, may, may_in_project
from persync.sandbox.domain.states import Release
from persync.sandbox.domain.views import links
from persync.sandbox.harvester import Harvester


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The query of the list, as it is in the URL; empty is the default."""

    search: str = ""
    pagesize: str = ""
    offset: str = ""
    expand: str = ""


class EventTypes:
    """The event types of one installation, as an account with certain roles sees them.

    `project` is None for a path without a project. In release 1.2 such a path shows the event types of all projects,
    to every account, with limited bodies; in releases up to 1.1 there is no other. `base` is the service's URL.
    """

    def __init__(self, harvester: Harvester, release: Release) -> None:
        """Read the event types of `harvester`."""
        self._harvester = harvester
        self._release = release

    def page(self, project: str | None, roles: Roles, query: ListQuery, base: str) -> Document:
        """Return a page of the event types that `roles` may read. Raises Problem (400, 403, 404)."""
        self._check_project(project, roles)
        size, offset = parsing.page(query.pagesize, query.offset)
        if project is not None and not self._harvester.has_project(project):
            raise Problem("entity_not_found", f"Project '{project}' not found.")
        found = [each for each in self._harvester.event_types(project) if self._readable(each, roles)]
        found = views.matching(found, query.search)
        expand = frozenset(query.expand.split(","))
        link = (
            f"{self._root(project, base)}?search={quote(query.search, safe='')}&offset={offset}&pagesize={size}"
            f"&expand={quote(query.expand, safe=',')}"
        )
        entries = [self._listed(each, project, base, expand) for each in found[offset : offset + size]]
        total: Document = {"totalCount": len(found)} if "totalCount" in expand else {}
        return {"_links": links(link), "eventTypes": entries, **total}

    def versions(self, project: str | None, name: str, roles: Roles, base: str) -> Document:
        """Return all versions of the event type `name`. Raises Problem (403, 404)."""
        found = self._find(project, name, roles)
        entries = [views.with_text_version(self._shown(each, project, base)) for each in found]
        return {"_links": links(f"{self._root(project, base)}/{name}"), "eventTypes": entries}

    def version(
        self, project: str | None, name: str, version: str, roles: Roles, base: str, *, export: bool
    ) -> Document:
        """Return one version of the event type `name`. Raises Problem (400, 403, 404)."""
        self._check_project(project, roles)
        number = parsing.version(version)
        found = self._find(project, name, roles, version)[0]
        if number not in {None, views.VERSION}:
            raise event_type_not_found(name, version)
        if export and self._release != "0.8":
            return views.exported(found)
        return self._shown(found, project, base)

    def _check_project(self, project: str | None, roles: Roles) -> None:
        if project is not None and not may_in_project(roles, "read", project):
            raise missing_role()

    def _find(self, project: str | None, name: str, roles: Roles, version: str | None = None) -> Sequence[EventType]:
        self._check_project(project, roles)
        found = self._harvester.event_types(project, name)
        if not found:
            raise event_type_not_found(name, version)
        readable = [each for each in found if self._readable(each, roles)]
        if not readable:
            raise missing_role()
        return readable

    def _readable(self, event_type: EventType, roles: Roles) -> bool:
        return self._release == "1.2" or may(roles, "read", event_type.project, event_type, self._release)

    def _listed(self, event_type: EventType, project: str | None, base: str, expand: frozenset[str]) -> Document:
        if self._is_limited(project):
            return views.limited(event_type, base)
        with_states = self._release == "1.2" and "persisters" in expand
        states = self._harvester.states(event_type.persisters()) if with_states else {}
        return views.listed(event_type, base, self._release, expand, states)

    def _shown(self, event_type: EventType, project: str | None, base: str) -> Document:
        if self._is_limited(project):
            return views.limited(event_type, base)
        return views.version(event_type, base, self._release)

    def _is_limited(self, project: str | None) -> bool:
        return project is None and self._release == "1.2"

    def _root(self, project: str | None, base: str) -> str:
        return f"{base}/event-types" if project is None else f"{base}/projects/{project}/event-types"
