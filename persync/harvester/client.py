"""The endpoints of the Harvester API, as Python calls."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import quote

from persync.errors import Refused, UnexpectedAnswer
from persync.harvester import responses
from persync.harvester.address import Address
from persync.harvester.auth import valid_token
from persync.harvester.exchange import Answer, Call
from persync.harvester.retries import Retries
from persync.harvester.status_errors import failure, unexpected
from persync.harvester.took_effect import STATES_AFTER, is_stored
from persync.harvester.transport import DEFAULT_OPTIONS, HttpOptions, Transport
from persync.model import LIVE_SEGMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from persync.harvester.auth import TokenSource
    from persync.harvester.exchange import Outcome
    from persync.harvester.responses import EventType, StateReport
    from persync.model import LivePersister, PersisterId

_T = TypeVar("_T")

_GLOBAL = "global"
_NO_EVENT_TYPE = "names are case-sensitive; the event type has to be created first"
_NO_LOG = "there is no log, only running persisters have one"
_NO_LOG_HINT = "'persync status' shows whether it runs"


class Harvester:
    """A client of one Harvester API; usable by many threads at a time.

    Reads are retried when the connection fails or the API is unavailable or busy. A write that may have taken effect
    is retried only after a read shows that it did not.

    Every method that sends a request may raise, besides the errors that it lists itself:
        Unreachable: no connection, no answer in time, or the connection broke.
        AuthenticationFailed: 401, or the credentials are refused.
        AccessDenied: 403.
        NotFound: 404.
        Refused: 400, 409, 412, 424, or a project that cannot be reached without ``/projects``.
        RateLimited: 429, after all retries.
        ServerFault: 5xx.
        UnexpectedAnswer: the answer is not the API's: a redirect, HTML, JSON of another shape.
        Interrupted: the stop event was set and another attempt was due.

    Args:
        url: the service's URL, ``https://host`` or ``https://host/harvester``; http is allowed for localhost only.
        tokens: the source of tokens.
        options: timeouts, retries, parallelism.
        project_prefix: paths begin with ``/projects/{project}``; releases before 1.2 have only the project ``global``
            and paths without it.
        stop: when set, nothing is retried.

    Raises:
        HarvesterError: the URL is invalid, or a token may not be sent there.
    """

    def __init__(
        self,
        url: str,
        tokens: TokenSource,
        options: HttpOptions = DEFAULT_OPTIONS,
        *,
        project_prefix: bool = True,
        stop: threading.Event | None = None,
    ) -> None:
        self._address = Address.of(url, "the Harvester API's URL")
        self._tokens = tokens
        self._project_prefix = project_prefix
        self._stop = stop or threading.Event()
        self._transport = Transport(self._address.origin, options)
        self._retries = Retries(options.retry, self._stop)
        self._renewing = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Harvester({self._address.origin}{self._address.path})"

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

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
        """
        return self._persister(pid, "expand=state" if pid.eventstore == LIVE_SEGMENT else "export=true&expand=state")

    def read_full(self, pid: PersisterId) -> LivePersister:
        """Return the whole configuration, defaults included, and the run state (GET persister, ``?expand=state``)."""
        return self._persister(pid, "expand=state")

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
        return self._write(call, lambda: is_stored(body, self.read(pid), lambda: self.read_full(pid)))

    def state(self, pid: PersisterId) -> StateReport:
        """Return the run state (GET state)."""
        return self._get(self._call("GET", pid, "/state"), lambda body: responses.state(body, self._tokens.secrets()))

    def start(self, pid: PersisterId) -> None:
        """Start the persister (POST state); it is DEPLOYING afterwards. Release 0.8 answers 500 if it is running."""
        self._change_state(pid, "START")

    def stop(self, pid: PersisterId) -> None:
        """Stop the persister (POST state); it is STOPPING or STOPPED afterwards."""
        self._change_state(pid, "STOP")

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

    def event_types(self, project: str, *, page_size: int = 20) -> Iterator[EventType]:
        """Yield the event types of a project with their persisters (GET event-types, ``?expand=persisters``).

        The answers have no total: a page that is shorter or longer than ``page_size`` is taken as the last one.

        Args:
            project: its name.
            page_size: entries per request. 20 is the API's default; if a server silently lowered a larger number, its
                first page would be taken as the last one.
        """
        path = f"{self._project_path(project)}/event-types"
        seen: set[str] = set()
        offset = 0
        while True:
            query = f"expand=persisters&pagesize={page_size}&offset={offset}"
            call = Call(
                "GET",
                path,
                query,
                project=project,
                not_found=f"project {project!r} does not exist",
                not_found_hint="names are case-sensitive",
            )
            page = self._get(call, lambda body: responses.event_types(project, body))
            new = [entry for entry in page if entry.name not in seen]
            yield from new
            seen.update(entry.name for entry in new)
            if len(page) != page_size:
                return
            offset += page_size
            if not new:
                raise UnexpectedAnswer(
                    f"{call} returns the same page again and again", hint="the server ignores 'offset'"
                )

    def _persister(self, pid: PersisterId, query: str) -> LivePersister:
        state_report, live = self._get(
            self._call("GET", pid, query=query), lambda body: responses.persister(pid, body, self._tokens.secrets())
        )
        if state_report is not None:
            return live
        state, reported = self.state(pid)
        return replace(live, state=state, reported_state=reported)

    def _change_state(self, pid: PersisterId, action: str) -> None:
        call = self._call("POST", pid, "/state", body={"action": action})
        self._write(call, lambda: self.state(pid).state in STATES_AFTER[action])

    def _get(self, call: Call, parse: Callable[[bytes], _T]) -> _T:
        result = self._retries.read(call, lambda: self._send(call))
        outcome = result.outcome
        if isinstance(outcome, Answer) and outcome.is_success:
            return _parsed(call, outcome, parse)
        raise failure(call, result)

    def _write(self, call: Call, took_effect: Callable[[], bool]) -> bool:
        """Send a write; return ``False`` if the API answered 304 (not modified), else ``True``."""
        result = self._retries.write(call, lambda: self._send(call), took_effect)
        outcome = result.outcome
        if isinstance(outcome, Answer) and (outcome.is_success or outcome.is_not_modified):
            _parsed(call, outcome, responses.acknowledgement)
            return outcome.is_success
        if result.took_effect:
            return True
        raise failure(call, result) from result.check_error

    def _send(self, call: Call) -> Outcome:
        """Send a request once, or twice where its token was refused and there is a new one."""
        token = valid_token(self._tokens.token())
        outcome = self._transport.send(call, token)
        if isinstance(outcome, Answer) and outcome.status == HTTPStatus.UNAUTHORIZED and self._renew_token(token):
            return self._transport.send(call, valid_token(self._tokens.token()))
        return outcome

    def _renew_token(self, refused: str) -> bool:
        """Fetch another token if no other thread has; return whether there is one."""
        with self._renewing:
            if self._tokens.token() == refused:
                self._tokens.refresh()
            return self._tokens.token() != refused

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
        event_type, store = _path_segment(pid.event_type), _path_segment(pid.eventstore)
        return Call(
            method,
            f"{self._project_path(pid.project)}/event-types/{event_type}/eventstores/{store}/persister{suffix}",
            query,
            None if body is None else json.dumps(body).encode(),
            project=pid.project,
            not_found=f"event type {pid.event_type!r} does not exist in project {pid.project!r}, "
            f"or is not of type {responses.event_type_kind(pid.eventstore)}",
            not_found_hint=_NO_EVENT_TYPE,
            secrets=(*secrets, *self._tokens.secrets()),
        )

    def _project_path(self, project: str) -> str:
        if self._project_prefix:
            return f"{self._address.path}/projects/{_path_segment(project)}"
        if project != _GLOBAL:
            raise Refused(
                f"project {project!r} cannot be reached: paths without /projects lead to project {_GLOBAL!r}",
                hint="set projectPrefix: true, or put the persister into project 'global'",
            )
        return self._address.path


def _parsed(call: Call, answer: Answer, parse: Callable[[bytes], _T]) -> _T:
    try:
        return parse(answer.body)
    except responses.WrongShape as error:
        raise unexpected(call, answer, str(error)) from None


def _path_segment(name: str) -> str:
    # quote() does not escape . and .., which a server would resolve
    if name in {"", ".", ".."}:
        raise Refused(f"{name!r} is not a valid name in the API")
    return quote(name, safe="")
