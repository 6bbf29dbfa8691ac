"""How an API behaves, as its answers show: releases differ, and an installation may differ from its release."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from persync.errors import with_trace
from persync.harvester.error_body import error_message, page_title, redirect_target
from persync.harvester.exchange import Answer
from persync.harvester.server_clock import seconds_ahead
from persync.model import Section
from persync.properties.catalogue import identify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from persync.harvester.exchange import Call, Exchange

_GENERATED = ("streamName", "lastUpdated", "_links")  # an export has none of them (API reference)


class Spelling(StrEnum):
    """How an API shows keys: ``eventstore.tableName``."""

    DOCUMENTED = "as documented"
    LOWER = "in lower case"
    MIXED = "in lower case or as documented"


class Behaviour(NamedTuple):
    """What answers about persisters show; ``None`` where none shows it.

    Attributes:
        export: whether an export leaves out what is generated, and so what has its default.
        state: whether the run state is in the same answer.
        spelling: how keys are spelled.
        hidden: whether a value is masked: ``******``.
    """

    export: bool | None
    state: bool | None
    spelling: Spelling | None
    hidden: bool


def behaviour(exchanges: Iterable[Exchange]) -> Behaviour:
    """Return what the answers of GET persister show."""
    export: bool | None = None
    state: bool | None = None
    spellings: set[Spelling] = set()
    hidden = False
    for query, answer in _persisters(exchanges):
        if "export=true" in query:
            export = export is not False and not any(answer.get(field) is not None for field in _GENERATED)
        if "expand=state" in query:
            state = state is not False and answer.get("state") is not None
        for section in Section:
            values = answer.get(section)
            for key, value in (values if isinstance(values, dict) else {}).items():
                spellings.update(_spelling(section, key))
                hidden = hidden or (isinstance(value, str) and value.strip("*") == "" and len(value) > 1)
    spelling = None if not spellings else spellings.pop() if len(spellings) == 1 else Spelling.MIXED
    return Behaviour(export, state, spelling, hidden)


def _persisters(exchanges: Iterable[Exchange]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield query and answer of each successful GET persister."""
    for call, outcome, *_ in exchanges:
        if call.method == "GET" and call.path.endswith("/persister") and isinstance(outcome, Answer):
            answer = json_of(outcome)
            if outcome.is_success and isinstance(answer, dict):
                yield call.query, answer


class ListBehaviour(NamedTuple):
    """What lists of event types show; ``None`` where none shows it.

    Attributes:
        projects: whether every entry of the list without a project names its project.
        persisters: whether every entry has its persisters, in the list of a project if there is one.
    """

    projects: bool | None
    persisters: bool | None


def list_behaviour(exchanges: Iterable[Exchange]) -> ListBehaviour:
    """Return what the answers of GET event-types show."""
    projects: list[bool] = []
    in_project: list[bool] = []
    in_all: list[bool] = []
    for call, outcome, *_ in exchanges:
        if call.method != "GET" or not call.path.endswith("/event-types") or not isinstance(outcome, Answer):
            continue
        is_scoped = "/projects/" in call.path
        for entry in _entries(outcome):
            if not is_scoped:
                projects.append(bool(entry.get("projectName")))
            outputs = entry.get("outputs")
            shown = "persisters" in entry or (isinstance(outputs, dict) and "persisters" in outputs)
            (in_project if is_scoped else in_all).append(shown)
    # release 1.2 lists all projects "with limited response bodies"
    persisters = in_project or in_all
    return ListBehaviour(all(projects) if projects else None, all(persisters) if persisters else None)


def _entries(answer: Answer) -> Iterator[dict[str, Any]]:
    """Yield the entries of a list: an array, or an object with one array in it."""
    content = json_of(answer) if answer.is_success else None
    arrays = (
        [value for value in content.values() if isinstance(value, list)] if isinstance(content, dict) else [content]
    )
    if len(arrays) == 1 and isinstance(arrays[0], list):
        yield from (entry for entry in arrays[0] if isinstance(entry, dict))


def _spelling(section: Section, key: str) -> Iterator[Spelling]:
    documented = identify(section, key).canonical or ""
    if documented != documented.lower():
        if key == documented:
            yield Spelling.DOCUMENTED
        elif key == documented.lower():
            yield Spelling.LOWER


def json_of(answer: Answer) -> object:
    """Return the JSON of an answer; ``None`` for anything else."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


class Identification(NamedTuple):
    """What an answer to a request without a token shows about the server.

    Attributes:
        is_api: whether it may be the Harvester API.
        text: what it answered, safe to show.
    """

    is_api: bool
    text: str


def identify_server(call: Call, answer: Answer) -> Identification:
    """Return whether a server may be the Harvester API, by its answer to GET event-types without a token."""
    answered = f"answered {answer.status}"
    if 300 <= answer.status < 400:  # noqa: PLR2004 - the range of HTTP's redirects
        return Identification(is_api=False, text=f"{answered}: {redirect_target(call, answer) or 'a redirect'}")
    if answer.is_html:
        return Identification(is_api=False, text=f"{answered} with {page_title(call, answer)}")
    if answer.is_success:
        is_list = isinstance(json_of(answer), list | dict)
        text = f"{answered} without a token" if is_list else f"{answered} with something else than JSON"
        return Identification(is_list, text)
    message = error_message(call, answer)
    text = with_trace(f"{answered}: {message.text}", message.trace)
    if answer.status == 404:  # noqa: PLR2004 - HTTP's Not Found: the API has this path in every release
        return Identification(is_api=False, text=text)
    # a gateway in front of the API may refuse what has no token, with an empty answer
    return Identification(message.from_api or not answer.body, text)


def clock_skews(exchanges: Iterable[Exchange]) -> list[float]:
    """Return how many seconds the server's clock is ahead of this machine's, for each answer with a ``Date``."""
    found = []
    for exchange in exchanges:
        outcome = exchange.outcome
        ahead = seconds_ahead(outcome.headers, exchange.at, exchange.seconds) if isinstance(outcome, Answer) else None
        if ahead is not None:
            found.append(ahead)
    return found
