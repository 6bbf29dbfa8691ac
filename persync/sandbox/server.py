"""The sandbox as the rest of the world uses it: started, asked, changed and stopped from Python."""

import signal
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from persync.sandbox.accounts import Accounts
from persync.sandbox.description import Description
from persync.sandbox.domain.config import PG, Document
from persync.sandbox.domain.defaults import BUILT_IN_USER
from persync.sandbox.domain.persister import Key
from persync.sandbox.domain.problems import Problem
from persync.sandbox.errors import SandboxError
from persync.sandbox.faults import Fault, FaultList
from persync.sandbox.harvester import Harvester
from persync.sandbox.http.api import HarvesterApi
from persync.sandbox.http.gateway import Gateway, RecordedRequest, Recorder
from persync.sandbox.http.introspection import Introspection, faults_from, hand_change_from
from persync.sandbox.http.listener import Listener
from persync.sandbox.http.wire import BodyTooLargeError, ErrorAnswers
from persync.sandbox.store import Store


class SandboxServer:
    """A Harvester API on a loopback port, served while the `with` block lasts.

    The run states, configs and event types live in `state` (SQLite; in memory where None); faults and the list of
    requests live as long as this object.
    """

    def __init__(
        self,
        description: Description,
        state: Path | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Prepare a sandbox; nothing is opened yet. `clock` tells seconds since the epoch."""
        self._description = description
        self._state = state
        self._address = (host, port)
        self._clock = clock
        self._faults = FaultList(description.faults)
        self._recorder = Recorder()
        self._served: _Served | None = None

    def __enter__(self) -> Self:
        """Start; raises SandboxError: not a loopback host, the port is in use, the state cannot be opened."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def start(self) -> None:
        """Open the state and serve; raises SandboxError as `with` does."""
        if self._served is not None:
            raise SandboxError("the sandbox is running already")
        listener = Listener(*self._address)
        try:
            store = Store(self._state, self._description, self._clock())
        except SandboxError:
            listener.close()
            raise
        self._served = self._serve(listener, store)

    def _serve(self, listener: Listener, store: Store) -> "_Served":
        accounts = Accounts(self._description, store.signing_key())
        harvester = Harvester(self._description, store, self._faults, self._clock)
        api = HarvesterApi(self._description, harvester, accounts, self._clock)
        introspection = Introspection(harvester, self._faults, self._recorder)
        errors = ErrorAnswers(self._description.release, self._clock)
        service = Starlette(
            routes=[*api.routes(), *introspection.routes()],
            exception_handlers={Problem: errors.problem, HTTPException: errors.other, BodyTooLargeError: errors.other},
        )
        service.router.redirect_slashes = False
        listener.start(Gateway(service, self._faults, self._recorder, errors, listener.drop))
        return _Served(listener, store, accounts, harvester)

    def stop(self) -> None:
        """Stop serving and close the state; does nothing where it is not running."""
        if self._served is not None:
            self._served.close()
            self._served = None

    def serve_forever(self) -> None:
        """Serve until SIGINT or SIGTERM, for the main thread of `persync sandbox`; starts where it must."""
        asked_to_stop = threading.Event()

        def stop(_signal: int, _frame: FrameType | None) -> None:
            asked_to_stop.set()

        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            if self._served is None:
                self.start()
            asked_to_stop.wait()
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    @property
    def url(self) -> str:
        """The service's URL, such as http://127.0.0.1:49152; raises SandboxError where it is not running."""
        return self._running().listener.url

    def token(self, user: str = BUILT_IN_USER, lifetime: float | None = None) -> str:
        """Return a bearer token for a user or client of the description; raises SandboxError for anybody else.

        It lives `lifetime` seconds; where that is left out, as long as the tokens of the token endpoint.
        """
        return self._running().accounts.token(user, self._clock(), lifetime)

    def requests(self) -> list[RecordedRequest]:
        """Return the requests so far, in the order of their answers; those outside the API are left out."""
        return self._recorder.requests()

    def set_faults(self, faults: Iterable[Fault | Mapping[str, object]]) -> None:
        """Put `faults` (as in sandbox.yaml) into force in place of those before; raises SandboxError."""
        try:
            self._faults.replace(faults_from(list(faults)))
        except Problem as problem:
            raise SandboxError(problem.message) from problem

    def change_by_hand(self, project: str, event_type: str, eventstore: str = PG, **change: object) -> Document:
        """Change a persister behind its clients' backs, and return all that is known of it.

        `set={"appConfig": {"a.b": "c"}}`, `remove={"appConfig": ["a.b"]}`, `app_version=`, `state=`, `fails=`.
        Raises SandboxError for an unknown persister or change.
        """
        try:
            asked = hand_change_from(change)
            return self._running().harvester.change_by_hand(Key(project, event_type, eventstore), asked)
        except Problem as problem:
            raise SandboxError(problem.message) from problem

    def persister(self, project: str, event_type: str, eventstore: str = PG) -> Document:
        """Return all that is known of a persister: `state`, `stored`, `running`, …; raises SandboxError."""
        try:
            return self._running().harvester.everything(Key(project, event_type, eventstore))
        except Problem as problem:
            raise SandboxError(problem.message) from problem

    def running_config(self, project: str, event_type: str, eventstore: str = PG) -> Document | None:
        """Return what the persister's pod was deployed with, None where it has no pod; raises SandboxError."""
        return cast("Document | None", self.persister(project, event_type, eventstore)["running"])

    def _running(self) -> "_Served":
        if self._served is None:
            raise SandboxError("the sandbox is not running")
        return self._served


@dataclass(frozen=True, slots=True)
class _Served:
    """What is open while the sandbox runs."""

    listener: Listener
    store: Store
    accounts: Accounts
    harvester: Harvester

    def close(self) -> None:
        self.listener.close()
        self.store.close()
