"""What the checks of an examination share: each uses what those before it found out."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from persync.harvester.client import Harvester
from persync.harvester.server_clock import ServerClock
from persync.harvester.transport import HttpOptions

if TYPE_CHECKING:
    from pathlib import Path

    from persync.cli.session import Session
    from persync.credentials import Credentials
    from persync.harvester.address import Address
    from persync.harvester.auth import TokenSource
    from persync.harvester.exchange import Exchange
    from persync.harvester.probe.connection import Route
    from persync.harvester.responses import EventType
    from persync.model import PersisterId


@dataclass
class Examination:
    """The state of an examination.

    A check is made only after those that it needs were good enough, so what these have set is there.

    Attributes:
        folder, name: the options ``-C`` and ``-e``.
        requested: the option ``--parallelism``.
        stop: when set, nothing is retried.
        exchanges: every request so far, and its outcome.
        clock: of the API, from its answers so far.
        resources: what is closed at the end.
        ids: the persisters of the files.
        listed: the event types that a list has shown.
        readable: persisters in projects where one could be read.
        has_projects: whether paths begin with ``/projects/{project}``; ``None``: not known.
    """

    folder: Path | None
    name: str | None
    requested: int | None
    stop: threading.Event
    exchanges: list[Exchange] = field(default_factory=list)
    clock: ServerClock = field(default_factory=ServerClock)
    resources: ExitStack = field(default_factory=ExitStack)
    session: Session = field(init=False)
    address: Address = field(init=False)
    route: Route = field(init=False)
    credentials: Credentials = field(init=False)
    tokens: TokenSource = field(init=False)
    client: Harvester = field(init=False)
    ids: tuple[PersisterId, ...] = ()
    listed: tuple[EventType, ...] = ()
    readable: tuple[PersisterId, ...] = ()
    has_projects: bool | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.resources.close()

    @property
    def has_session(self) -> bool:
        """Whether the settings could be read."""
        return hasattr(self, "session")

    @property
    def url(self) -> str:
        """The URL of the API; of the embedded sandbox, that of the running one."""
        return f"{self.address.origin}{self.address.path}"

    @property
    def parallelism(self) -> int:
        """The most requests at a time."""
        return self.session.parallelism(self.requested)

    @property
    def options(self) -> HttpOptions:
        """How requests are sent."""
        return HttpOptions(
            timeouts=self.session.environment.timeouts,
            parallelism=self.parallelism,
            observer=self.observe,
            request_ids=self.session.request_ids,
            network=self.session.environment.network,
        )

    def new_client(self, *, project_prefix: bool) -> Harvester:
        """Return a client that signs in with the tokens; ``project_prefix`` is whether its paths have projects."""
        return Harvester.at(
            self.url,
            self.tokens,
            self.options,
            clock=self.clock,
            project_prefix=project_prefix,
            stop=self.stop,
            projects=self.session.environment.projects,
        )

    def observe(self, exchange: Exchange) -> None:
        """Keep a request and its outcome, and log it."""
        self.session.observers.exchange(exchange)
        with self._lock:
            self.exchanges.append(exchange)
