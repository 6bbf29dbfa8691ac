"""The endpoints of the Harvester API, as Python calls."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self, TypeVar

from persync.errors import NotFound
from persync.harvester import responses
from persync.harvester.address import Address, persister_path
from persync.harvester.exchange import Answer, Call
from persync.harvester.lists import all_pages, list_call, lists_of, with_names_of_files
from persync.harvester.load.gate import Gate
from persync.harvester.load.sender import Sender
from persync.harvester.retries import Result, Retries
from persync.harvester.server_clock import ServerClock
from persync.harvester.status_errors import failure, parsed
from persync.harvester.transport import HttpOptions, Transport
from persync.model import LIVE_SEGMENT
from persync.projects import SAME

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from persync.harvester.auth import TokenSource
    from persync.harvester.load.state import Throttling
    from persync.harvester.responses import EventType, StateReport
    from persync.model import LivePersister, PersisterId
    from persync.projects import Projects

_T = TypeVar("_T")
_NO_EVENT_TYPE = "names are case-sensitive; the event type has to be created first"
_NO_LOG = "there is no log, only running persisters have one"
_NO_LOG_HINT = "'persync status' shows whether it runs"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Harvester:
    """A client of one Harvester API; usable by many threads at a time.

    Reads are retried when the connection fails or the API is unavailable, busy or failing: five times, or until the
    deadline of ``within``. Writes are sent once: only a look at the persister can tell whether one that failed took
    effect. All threads hold back together where the API is busy (``persync.harvester.load``).

    Every method that sends a request may raise, besides the errors that it lists itself:
        Unreachable: no connection, no answer in time, or the connection broke.
        AuthenticationFailed: 401, or the credentials are refused.
        AccessDenied: 403.
        NotFound: 404.
        Refused: 400, 409, 412, 424, or a project that cannot be reached without ``/projects``.
        RateLimited: 429, after all retries.
        ServerFault: 5xx.
        UnexpectedAnswer: the answer is not the API's: a redirect, HTML, JSON of another shape.
        WrongAnswer: the answer is about another persister.
        Interrupted: the stop event was set and another attempt was due.

    Attributes:
        projects: the installation's names: requests and their errors have these, arguments and results the files'.
    """

    _address: Address
    _tokens: TokenSource
    _sender: Sender
    _clock: ServerClock
    _stop: threading.Event
    _project_prefix: bool
    projects: Projects

    @classmethod
    def at(
        cls,
        url: str,
        tokens: TokenSource,
        options: HttpOptions | None = None,
        *,
        clock: ServerClock | None = None,
        project_prefix: bool = True,
        stop: threading.Event | None = None,
        projects: Projects = SAME,
    ) -> Self:
        """Return a client of the API at a URL.

        Args:
            url: the service's URL, ``https://host`` or ``https://host/harvester``; http is allowed for localhost only.
            tokens: the source of tokens.
            options: timeouts, retries, parallelism; the defaults if ``None``.
            clock: is set by the answers: that of the tokens; a new one if ``None``.
            project_prefix: paths begin with ``/projects/{project}``; releases before 1.2 have only the project
                ``global`` and paths without it.
            stop: when set, nothing is retried.
            projects: as the attribute.

        Raises:
            HarvesterError: the URL is invalid, or a token may not be sent there.
        """
        options, clock, stop = options or HttpOptions(), clock or ServerClock(), stop or threading.Event()
        address = Address.of(url, "the Harvester API's URL")
        transport = Transport(address.origin, options, clock)
        sender = Sender(transport, tokens, Retries(options.retry, stop), Gate(options.parallelism, stop))
        return cls(address, tokens, sender, clock, stop, project_prefix, projects)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Harvester({self._address.origin}{self._address.path})"

    def close(self) -> None:
        """Close the connections."""
        self._sender.transport.close()

    def with_live_names(self) -> Self:
        """Return a client of the same connections and tokens to which all names are those of the installation."""
        return replace(self, projects=SAME)

    def without_retries(self) -> Self:
        """Return a client of the same connections and tokens that sends reads once, too."""
        return replace(self, _sender=self._sender.once())

    def within(self, seconds: float, *, each: bool = False) -> Self:
        """Return a client of the same connections and tokens that retries reads for so many seconds.

        They begin now, for all reads together; with ``each``, when a read does.
        """
        return replace(self, _sender=self._sender.within(seconds, each=each))

    def throttling(self) -> Throttling | None:
        """Return how all threads hold back because the API is busy; ``None`` if they do not."""
        return self._sender.throttling()

    def pause(self) -> float:
        """Return for how many seconds nothing is to be sent: the API requests that, or does not answer."""
        return throttling.pause if (throttling := self.throttling()) else 0.0

    def token_ends_at(self) -> float | None:
        """Return when the token ends, in this machine's epoch seconds; ``None``: it is renewed, or no end is known."""
        return self._clock.here(self._tokens.ends_at())

    def stop_retrying(self) -> None:
        """Retry nothing from now on: sets the stop event, for all threads."""
        self._stop.set()

    def authenticate(self) -> None:
        """Get a token now, so that wrong credentials are reported once and not by every request."""
        self._tokens.token()

    def read(self, pid: PersisterId) -> LivePersister:
        """Return the configuration that was set explicitly, without the server's defaults, and the run state.

        One request: GET persister, ``?export=true&expand=state``. The API has no export for live-segment: the
        answer holds the defaults too. A server that ignores ``expand`` needs a second request, GET state.

        Raises:
            WrongAnswer: the server ignores ``export``: releases 0.8 and 0.9 (vendor's release notes of 1.0).
        """
        return self._persister(pid, export=pid.eventstore != LIVE_SEGMENT)

    def read_full(self, pid: PersisterId) -> LivePersister:
        """Return the whole configuration, defaults included, and the run state (GET persister, ``?expand=state``)."""
        return self._persister(pid, export=False)

    def put(self, pid: PersisterId, body: Mapping[str, Any], secrets: Collection[str] = ()) -> bool:
        """Replace the configuration (PUT persister; with ``?imported=true`` the server adds its defaults).

        Args:
            pid: the persister.
            body: ``appConfig``, ``deployerConfig`` and maybe ``appVersion``; ``config`` for live-segment.
            secrets: texts of the body that no error may show.

        Returns:
            Whether the API reports a change: it does not where it answers 304.
        """
        query = "" if pid.eventstore == LIVE_SEGMENT else "imported=true"
        call = self._call("PUT", pid, query=query, body=body, secrets=secrets)
        version = body.get("appVersion")
        call = replace(call, values=() if version is None else (responses.text_of(version),))
        return self._write(call, lambda answer: responses.stored(self.projects.live(pid), answer))

    def state(self, pid: PersisterId) -> StateReport:
        """Return the run state (GET state)."""
        call = self._call("GET", pid, "/state")
        live = self.projects.live(pid)
        return self._get(call, lambda body: responses.state(live, body, self._tokens.secrets()))

    def start(self, pid: PersisterId) -> None:
        """Start the persister (POST state); it is DEPLOYING afterwards. Release 0.8 answers 500 if it is running."""
        self._write(self._call("POST", pid, "/state", body={"action": "START"}), responses.acknowledgement)

    def stop(self, pid: PersisterId) -> None:
        """Stop the persister (POST state); it is STOPPING or STOPPED afterwards."""
        self._write(self._call("POST", pid, "/state", body={"action": "STOP"}), responses.acknowledgement)

    def logs(self, pid: PersisterId, lines: int) -> list[str]:
        """Return the last lines of a running persister's log (GET logs), without control characters.

        Args:
            pid: the persister; live-segment has no logs.
            lines: 1 to 500.

        Raises:
            NotFound: it does not run, or does not exist.
        """
        # A 404 usually means that it is not running; a missing event type is rarer.
        call = replace(
            self._call("GET", pid, "/logs", query=f"lines={lines}"), not_found=_NO_LOG, not_found_hint=_NO_LOG_HINT
        )
        return self._get(call, lambda body: responses.logs(body, self._tokens.secrets()))

    def event_types(
        self, project: str | None, *, page_size: int = 20, may_be_capped: bool = False
    ) -> Iterator[EventType]:
        """Yield the event types of a project with their persisters (GET event-types, ``?expand=persisters``).

        Entries of other projects are left out: release 1.2 lists those of all projects where the path has no project.
        Those that the files cannot name are not: see ``is_named``.

        Args:
            project: its name; ``None`` for all projects, which release 1.2 lists.
            page_size: entries per request.
            may_be_capped: a server may lower ``page_size``; then a shorter first page has the size of all.
        """
        for live, is_optional in lists_of(project, self.projects):
            try:
                for entry in self._listed(live, page_size, may_be_capped=may_be_capped):
                    found = with_names_of_files(entry, self.projects)
                    if project in {None, found.project} or not found.is_named:
                        yield found
            except NotFound:
                if not is_optional:
                    raise

    def _listed(self, project: str | None, page_size: int, *, may_be_capped: bool) -> Iterator[EventType]:
        """Yield the event types of a live project; ``None`` for all projects."""
        call = list_call(self._address.path, project, project_prefix=self._project_prefix)
        scoped = project is not None and self._project_prefix

        def get(request: Call) -> Sequence[EventType]:
            return self._get(request, lambda body: responses.event_types(project, body, scoped=scoped))

        entries = all_pages(call, get, page_size, may_be_capped=may_be_capped)
        return (entry for entry in entries if project in {None, entry.project})

    def _persister(self, pid: PersisterId, *, export: bool) -> LivePersister:
        call = self._call("GET", pid, query="export=true&expand=state" if export else "expand=state")
        named, secrets = self.projects.live(pid), self._tokens.secrets
        state_report, live = self._get(call, lambda body: responses.persister(named, body, secrets(), export=export))
        state, reported = state_report or self.state(pid)
        return replace(live, id=pid, state=state, reported_state=reported)

    def _get(self, call: Call, parse: Callable[[bytes], _T]) -> _T:
        result = self._sender.read(call)
        outcome = result.outcome
        if isinstance(outcome, Answer) and outcome.is_success:
            return parsed(call, outcome, parse)
        raise failure(call, result, renewable=self._tokens.is_renewable())

    def _write(self, call: Call, check: Callable[[bytes], None]) -> bool:
        """Send a write; return ``False`` if the API answered 304 (not modified), else ``True``."""
        outcome = self._sender.write(call)
        if isinstance(outcome, Answer) and (outcome.is_success or outcome.is_not_modified):
            parsed(call, outcome, check)
            return outcome.is_success
        raise failure(call, Result(outcome), renewable=self._tokens.is_renewable())

    def _call(
        self,
        method: str,
        pid: PersisterId,
        suffix: str = "",
        *,
        query: str = "",
        body: Mapping[str, Any] | None = None,
        secrets: Collection[str] = (),
    ) -> Call:
        pid = self.projects.live(pid)
        path = persister_path(pid, project_prefix=self._project_prefix)
        return Call(
            method,
            f"{self._address.path}{path}{suffix}",
            query,
            None if body is None else json.dumps(body).encode(),
            project=pid.project,
            not_found=f"event type {pid.event_type!r} does not exist in project {pid.project!r}, "
            f"or is not of type {responses.event_type_kind(pid.eventstore)}",
            not_found_hint=_NO_EVENT_TYPE,
            secrets=(*secrets, *self._tokens.secrets()),
        )
