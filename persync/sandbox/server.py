"""SandboxServer: the sandbox as it is used from Python, to start, inspect, change and stop it."""

import os
import signal
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from persync.sandbox.accounts import Accounts
from persync.sandbox.description import Description
from persync.sandbox.domain.config import PG, Document
from persync.sandbox.domain.defaults import BUILT_IN_USER
from persync.sandbox.domain.faults import Fault
from persync.sandbox.domain.persister import Key
from persync.sandbox.domain.problems import Problem
from persync.sandbox.domain.states import Release
from persync.sandbox.errors import SandboxError
from persync.sandbox.fault_injection import FaultInjector
from persync.sandbox.harvester import Harvester
from persync.sandbox.history import AcceptedWrite, RunStateChange
from persync.sandbox.http.app import create_app
from persync.sandbox.http.gateway import RecordedRequest, RequestLog
from persync.sandbox.http.introspection import parse_external_change, parse_faults
from persync.sandbox.http.listener import Listener
from persync.sandbox.store import Store


class SandboxServer:
    """A Harvester API on a loopback port, served during the `with` block.

    Run states, configs and event types are stored in `state` (SQLite; None: in memory, lost at the stop). Faults and
    recorded requests belong to this object and survive a stop.
    """

    def __init__(
        self,
        description: Description,
        state: Path | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Prepare a sandbox without opening anything. `clock` returns seconds since the epoch."""
        self._description = description
        self._state = state
        self._address = (host, port)
        self._clock = clock
        self._faults = FaultInjector(description.faults, clock)
        self._request_log = RequestLog()
        self._open: _Open | None = None

    def __enter__(self) -> Self:
        """Start the server; raises SandboxError as `start` does."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server."""
        self.stop()

    def start(self) -> None:
        """Open the state and serve.

        Raises:
            SandboxError: it is running already, the host is not loopback, the port is in use, or the state cannot be
                opened.
        """
        if self._open is not None:
            raise SandboxError("the sandbox is running already")
        listener = Listener(*self._address)
        try:
            store = Store(self._state, self._description, self._clock())
        except SandboxError:
            listener.close()
            raise
        self._open = self._serve(listener, store)

    def _serve(self, listener: Listener, store: Store) -> "_Open":
        accounts = Accounts(self._description, store.signing_key())
        harvester = Harvester(self._description, store, self._faults, self._clock)
        app = create_app(
            self._description, harvester, accounts, self._faults, self._request_log, self._clock, listener.abort
        )
        listener.start(app)
        return _Open(listener, store, accounts, harvester)

    def stop(self) -> None:
        """Stop serving and close the state; does nothing if the server is not running."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def serve_forever(self, ready: Callable[[], None] | None = None) -> None:
        """Serve until SIGINT or SIGTERM, in the main thread; starts the server if it is not running.

        Args:
            ready: called once the server runs and signals are handled.
        """

        def start() -> None:
            if self._open is None:
                self.start()

        until_signal(start, self.stop, ready)

    @property
    def url(self) -> str:
        """The service's URL, such as http://127.0.0.1:49152; raises SandboxError if it is not running."""
        return self._running().listener.url

    def token(self, user: str = BUILT_IN_USER, lifetime: float | None = None) -> str:
        """Return a bearer token for a user or client of the description.

        It is valid for `lifetime` seconds; None: the lifetime of tokens in the description.

        Raises:
            SandboxError: there is no such user or client, or the sandbox is not running.
        """
        return self._running().accounts.token(user, self._clock(), lifetime)

    def requests(self) -> list[RecordedRequest]:
        """Return the requests to the API so far, in the order of their responses."""
        return self._request_log.requests()

    def run_states(self) -> list[RunStateChange]:
        """Return the changes of run states so far, in the order of time, since the start; raises SandboxError.

        The first change of a persister is the run state that it had before.
        """
        return self._running().harvester.history.changes(self._clock())

    def writes(self) -> list[AcceptedWrite]:
        """Return the writes that the service accepted since the start, whatever was answered; raises SandboxError."""
        return self._running().harvester.history.writes()

    def set_faults(self, faults: Iterable[Fault | Mapping[str, object]]) -> None:
        """Activate `faults` (as in sandbox.yaml) instead of those before; raises SandboxError for an invalid fault."""
        try:
            self._faults.replace(parse_faults(list(faults)))
        except Problem as problem:
            raise SandboxError(problem.message) from problem

    def change_externally(self, project: str, event_type: str, eventstore: str = PG, **change: object) -> Document:
        """Change a persister outside the API, as another person might, and return its complete state.

        `set={"appConfig": {"a.b": "c"}}`, `remove={"appConfig": ["a.b"]}`, `app_version=`, `state=`, `fails=`.

        Raises:
            SandboxError: there is no such persister, or the change is invalid.
        """
        try:
            parsed = parse_external_change(change)
            return self._running().harvester.change_externally(Key(project, event_type, eventstore), parsed)
        except Problem as problem:
            raise SandboxError(problem.message) from problem

    @property
    def release(self) -> Release:
        """The release that it serves."""
        return self._description.release

    def persister(self, project: str, event_type: str, eventstore: str = PG) -> Document:
        """Return the complete state of a persister: `state`, `stored`, `running`, …; raises SandboxError."""
        try:
            return self._running().harvester.inspect(Key(project, event_type, eventstore))
        except Problem as problem:
            raise SandboxError(problem.message) from problem

    def running_config(self, project: str, event_type: str, eventstore: str = PG) -> Document | None:
        """Return the config that the persister's pod was deployed with, None without a pod; raises SandboxError."""
        return cast("Document | None", self.persister(project, event_type, eventstore)["running"])

    def _running(self) -> "_Open":
        if self._open is None:
            raise SandboxError("the sandbox is not running")
        return self._open


def until_signal(start: Callable[[], None], stop: Callable[[], None], ready: Callable[[], None] | None = None) -> None:
    """Serve from `start` to `stop`, which SIGINT or SIGTERM brings about; in the main thread.

    Args:
        start: starts the server.
        stop: stops it, whether it runs or not.
        ready: called once the server runs and signals are handled.
    """
    # The handler does nothing, wherever a signal arrives: its number is in the pipe.
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    wakeup = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    before = {number: signal.signal(number, lambda _number, _frame: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        start()
        if ready:
            ready()
        while os.read(reading, 1)[0] not in before:
            pass
    finally:
        stop()
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(writing)
        os.close(reading)


@dataclass(frozen=True, slots=True)
class _Open:
    """The parts that are open while the sandbox is running."""

    listener: Listener
    store: Store
    accounts: Accounts
    harvester: Harvester

    def close(self) -> None:
        self.listener.close()
        self.store.close()
