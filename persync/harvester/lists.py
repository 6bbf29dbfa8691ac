"""Lists of event types: page by page, and with the names of the files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from persync.errors import UnexpectedAnswer
from persync.harvester.address import project_path
from persync.harvester.exchange import Call
from persync.model import PG, PersisterId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from persync.harvester.responses import EventType
    from persync.projects import Projects


def lists_of(project: str | None, projects: Projects) -> Sequence[tuple[str | None, bool]]:
    """Return the live projects that may have event types of a project of the files; ``None`` for all projects.

    Each with whether it need not exist: where the event types of a project have live names of their own, there may be
    no live project of its name.
    """
    if project is None:
        return [(None, False)]
    lists = projects.live_projects(project)
    return [(live, live == project and live not in projects.projects and len(lists) > 1) for live in lists]


def list_call(base: str, project: str | None, *, project_prefix: bool) -> Call:
    """Return the request for a list, without its query (GET event-types).

    Args:
        base: the path of the service's URL.
        project: of the installation; ``None`` for all projects.
        project_prefix: paths begin with ``/projects/{project}``.
    """
    inside = "" if project is None else project_path(project, project_prefix=project_prefix)
    return Call(
        "GET",
        f"{base}{inside}/event-types",
        project=project or "",
        not_found=f"project {project!r} does not exist" if project else "there is no such list",
        not_found_hint="names are case-sensitive",
    )


def all_pages(
    call: Call,
    get: Callable[[Call], Sequence[EventType]],
    page_size: int,
    *,
    may_be_capped: bool,
) -> Iterator[EventType]:
    """Yield the entries of all pages, each once.

    The answers have no total: a page that is shorter or longer than ``page_size`` is the last one.

    Args:
        call: the request, without its query.
        get: sends it.
        page_size: entries per request.
        may_be_capped: a server may lower ``page_size``; then a shorter first page has the size of all.
    """
    seen: set[tuple[str, str]] = set()
    offset, is_guess = 0, False
    while True:
        call = replace(call, query=f"expand=persisters&pagesize={page_size}&offset={offset}")
        page = get(call)
        new = [entry for entry in page if (entry.project, entry.name) not in seen]
        yield from new
        seen.update((entry.project, entry.name) for entry in new)
        if may_be_capped and offset == 0 and page and len(page) != page_size:
            page_size, is_guess = len(page), True
        if len(page) != page_size or (is_guess and not new):
            return
        offset += page_size
        if not new:
            message = f"{call} returns the same page again and again"
            raise UnexpectedAnswer(message, hint="the server ignores 'offset'")


def with_names_of_files(entry: EventType, projects: Projects) -> EventType:
    """Return an event type with the names that the files have for it and its persisters.

    Where they have none, it keeps its live names, and ``is_named`` is false.
    """
    found = projects.files(PersisterId(entry.project, entry.name, PG))
    if found is None:
        return replace(entry, is_named=False)
    ids = tuple(pid._replace(project=found.project, event_type=found.event_type) for pid in entry.persisters)
    return replace(entry, project=found.project, name=found.event_type, persisters=ids)
