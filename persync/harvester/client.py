"""The endpoints of the Harvester API, as Python calls."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import quote

from persync.errors import HarvesterError, Refused, UnexpectedAnswer
from persync.harvester import responses
from persync.harvester.address import Address
from persync.harvester.auth import checked
from persync.harvester.exchange import Answer, Broken, Call, event_type_kind
from persync.harvester.failures import failure, unexpected
from persync.harvester.proof import TOOK_EFFECT, is_stored
from persync.harvester.retries import doubtful, passing, until_settled
from persync.harvester.transport import DEFAULT_LIMITS, Limits, Transport
from persync.model import LIVE_SEGMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from persync.harvester.auth import TokenSource
    from persync.harvester.exchange import Outcome
    from persync.harvester.responses import EventType, StateReport
    from persync.model import LivePersister, PersisterId

_T = TypeVar("_T")

_GLOBAL = "global"
_NOT_MODIFIED = 304
_NO_EVENT_TYPE = "names are case-sensitive; the event type has to be created first"
_NO_LOG = "there is no log, only running persisters have one"
_NO_LOG_HINT = "'persync status' shows whether it runs"


class Harvester:
    """A client of one Harvester API; usable by many threads at a time.

    Reads are repeated when the connection fails or the API is away or busy. A write that may have been done is never
    blindly repeated: the client looks first.

    Every method raises, besides what it says itself:
        Unreachable: no connection, no answer in time, or the connection broke.
        AuthenticationFailed: 401, or the credentials are refused.
        AccessDenied: 403.
        NotFound: 404.
        Refused: 400, 409, 412, 424, or a project that cannot be reached without ``/projects``.
        RateLimited: 429, and patience is at its end.
        ServerFault: 5xx.
        UnexpectedAnswer: something else answers: a redirect, HTML, JSON of another shape.
        Interrupted: the stop event was set while another try was due.

    Args:
        url: the service's URL, ``https://host`` or ``https://host/harvester``; plain http for this machine only.
        token: where tokens come from.
        limits: timeouts, patience, parallelism.
        project_prefix: paths begin with ``/projects/{project}``; releases before 1.2 know only the project ``global``
            and paths without it.
        stop: when set, nothing is tried again and nothing is waited for.

    Raises:
        HarvesterError: the URL is none that a token may be sent to.
    """

    def __init__(
        self,
        url: str,
        token: TokenSource,
        limits: Limits = DEFAULT_LIMITS,
        *,
        project_prefix: bool = True,
        stop: threading.Event | None = None,
    ) -> None:
        self._address = Address.of(url, "the Harvester API's URL")
        self._tokens = token
        self._project_prefix = project_prefix
        self._transport = Transport(self._address.origin, limits, stop)
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

    def give_up(self) -> None:
        """Try nothing again and wait for nothing from now on: sets the stop event, for all threads."""
        self._transport.give_up()

    def authenticate(self) -> None:
        """Get a token now. What is wrong with that is wrong with every request, and need not be met by each."""
        self._tokens.token()

    def read(self, pid: PersisterId) -> LivePersister:
        """Return what somebody set, without the server's defaults, and the run state.

        One request: GET persister, ``?export=true&expand=state``. For live-segment the reference has no export: the
        answer holds the defaults too. A server that ignores ``expand`` costs a second request, GET state.
        """
        return self._persister(pid, "expand=state" if pid.eventstore == LIVE_SEGMENT else "export=true&expand=state")

    def read_full(self, pid: PersisterId) -> LivePersister:
        """Return the whole configuration, defaults included, and the run state (GET persister, ``?expand=state``)."""
        return self._persister(pid, "expand=state")

    def put(self, pid: PersisterId, body: Mapping[str, Any], secrets: Collection[str] = ()) -> bool:
        """Replace the configuration (PUT persister; ``?imported=true`` puts the server's defaults under the body).

        Args:
            pid: the persister.
            body: ``appConfig``, ``deployerConfig`` and maybe ``appVersion``; ``config`` for live-segment.
            secrets: texts of the body that no error may show.

        Returns:
            Whether anything was changed, by what the API says: not where it answers 304.
        """
        query = "" if pid.eventstore == LIVE_SEGMENT else "imported=true"
        call = self._call("PUT", pid, query=query, body=body, secrets=secrets)
        return self._write(call, lambda: is_stored(body, self.read(pid), lambda: self.read_full(pid)))

    def state(self, pid: PersisterId) -> StateReport:
        """Return the run state (GET state)."""
        return self._get(self._call("GET", pid, "/state"), responses.state)

    def start(self, pid: PersisterId) -> None:
        """Start it (POST state). It is DEPLOYING afterwards; never start what runs: release 0.8 answers 500."""
        self._act(pid, "START")

    def stop(self, pid: PersisterId) -> None:
        """Stop it (POST state). It is STOPPING or STOPPED afterwards."""
        self._act(pid, "STOP")

    def logs(self, pid: PersisterId, lines: int) -> list[str]:
        """Return the last lines of a running persister's log (GET logs), without control characters.

        Args:
            pid: the persister; live-segment has no logs.
            lines: 1 to 500.

        Raises:
            NotFound: it does not run, or does not exist.
        """
        # The API knows no log of what does not run; that the event type is unknown is the rarer cause of a 404 here.
        call = replace(
            self._call("GET", pid, "/logs", query=f"lines={lines}"), missing=_NO_LOG, missing_hint=_NO_LOG_HINT
        )
        return self._get(call, responses.logs)

    def event_types(self, project: str, *, page_size: int = 20) -> Iterator[EventType]:
        """Yield the event types of a project with their persisters (GET event-types, ``?expand=persisters``).

        The answers tell no total: a page of another length than asked for is the last one.

        Args:
            project: its name.
            page_size: entries per request. 20 is the API's default; one that a server would silently lower
                made its first page look like its last.
        """
        path = f"{self._project(project)}/event-types"
        seen: set[str] = set()
        offset = 0
        while True:
            query = f"expand=persisters&pagesize={page_size}&offset={offset}"
            call = Call(
                "GET",
                path,
                query,
                project=project,
                missing=f"project {project!r} does not exist",
                missing_hint="names are case-sensitive",
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
                    f"{call} shows the same page again and again", hint="the server ignores 'offset'"
                )

    def _persister(self, pid: PersisterId, query: str) -> LivePersister:
        report, live = self._get(self._call("GET", pid, query=query), lambda body: responses.persister(pid, body))
        if report is not None:
            return live
        state, reported = self.state(pid)
        return replace(live, state=state, reported_state=reported)

    def _act(self, pid: PersisterId, action: str) -> None:
        call = self._call("POST", pid, "/state", body={"action": action})
        self._write(call, lambda: self.state(pid).state in TOOK_EFFECT[action])

    def _get(self, call: Call, parse: Callable[[bytes], _T]) -> _T:
        tries = self._transport.tries(call)
        outcome = until_settled(lambda: self._once(call), tries)
        if isinstance(outcome, Broken) or not outcome.fine:
            raise failure(call, outcome, tries.ended)
        return _parsed(call, outcome, parse)

    def _write(self, call: Call, took: Callable[[], bool]) -> bool:
        """Write, and repeat it only where it was not done.

        Args:
            call: the write.
            took: looks whether it was done.

        Returns:
            Whether anything was changed: not where the API answers 304.
        """
        tries = self._transport.tries(call)
        in_doubt = False
        while True:
            outcome = self._once(call)
            if isinstance(outcome, Answer) and (outcome.fine or outcome.status == _NOT_MODIFIED):
                _parsed(call, outcome, responses.acknowledgement)
                return outcome.fine
            # In doubt once is in doubt to the end: a second START may be refused because the first was done.
            in_doubt = in_doubt or doubtful(outcome)
            repeat = (passing(outcome) or doubtful(outcome)) and tries.again(outcome)
            if in_doubt and self._looked(took, call, outcome, tries.ended):
                return True
            if not repeat:
                raise failure(call, outcome, tries.ended)

    def _looked(self, took: Callable[[], bool], call: Call, outcome: Outcome, ended: str) -> bool:
        try:
            return took()
        except HarvesterError as error:
            raise failure(call, outcome, ended, blind=error) from error

    def _once(self, call: Call) -> Outcome:
        token = checked(self._tokens.token())
        outcome = self._transport.once(call, token)
        if isinstance(outcome, Answer) and outcome.status == 401 and self._renewed(token):  # noqa: PLR2004 - HTTP's Unauthorized
            return self._transport.once(call, checked(self._tokens.token()))
        return outcome

    def _renewed(self, refused: str) -> bool:
        """Return whether there is another token than the refused one. Of many threads, the first fetches it for all."""
        with self._renewing:
            if self._tokens.token() == refused:
                self._tokens.refresh()
            return self._tokens.token() != refused

    def _call(
        self,
        method: str,
        pid: PersisterId,
        below: str = "",
        *,
        query: str = "",
        body: Mapping[str, Any] | None = None,
        secrets: Collection[str] = (),
    ) -> Call:
        event_type, store = _segment(pid.event_type), _segment(pid.eventstore)
        return Call(
            method,
            f"{self._project(pid.project)}/event-types/{event_type}/eventstores/{store}/persister{below}",
            query,
            None if body is None else json.dumps(body).encode(),
            project=pid.project,
            missing=f"event type {pid.event_type!r} does not exist in project {pid.project!r}, "
            f"or is not of type {event_type_kind(pid.eventstore)}",
            missing_hint=_NO_EVENT_TYPE,
            secrets=tuple(secrets),
        )

    def _project(self, project: str) -> str:
        if self._project_prefix:
            return f"{self._address.path}/projects/{_segment(project)}"
        if project != _GLOBAL:
            raise Refused(
                f"project {project!r} cannot be reached: paths without /projects mean project {_GLOBAL!r}",
                hint="switch the project prefix on, or put the persister into project 'global'",
            )
        return self._address.path


def _parsed(call: Call, answer: Answer, parse: Callable[[bytes], _T]) -> _T:
    try:
        return parse(answer.body)
    except responses.WrongShape as error:
        raise unexpected(call, answer, str(error)) from None


def _segment(name: str) -> str:
    # Dots pass through quoting, and would change the path.
    if name in {"", ".", ".."}:
        raise Refused(f"{name!r} is not a name that the API could have")
    return quote(name, safe="")
