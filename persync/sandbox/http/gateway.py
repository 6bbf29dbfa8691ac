"""What stands in front of the service: every request is recorded, and the faults of network and proxy happen here."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from persync.sandbox import faults
from persync.sandbox.faults import FaultList
from persync.sandbox.http.answers import answer
from persync.sandbox.http.wire import ErrorAnswers

_REMEMBERED = 100_000  # requests; the oldest go first
_OUTSIDE = ("/sandbox/", "/openapi.json")

Drop = Callable[[Scope], None]


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request as it came: its path with the query, never its headers. `status` is None where no answer was sent."""

    method: str
    path: str
    status: int | None


class Recorder:
    """The requests to the API, in the order of their answers. Safe to use from several threads."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        self._requests: deque[RecordedRequest] = deque(maxlen=_REMEMBERED)

    def record(self, request: RecordedRequest) -> None:
        """Add `request`."""
        with self._lock:
            self._requests.append(request)

    def requests(self) -> list[RecordedRequest]:
        """Return what was recorded so far."""
        with self._lock:
            return list(self._requests)


class Gateway:
    """An ASGI application around another one."""

    def __init__(
        self, service: ASGIApp, struck: FaultList, recorder: Recorder, errors: ErrorAnswers, drop: Drop
    ) -> None:
        """Pass requests on to `service` where no fault of `struck` answers; `drop` ends a request's connection."""
        self._service = service
        self._faults = struck
        self._recorder = recorder
        self._errors = errors
        self._drop = drop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request (ASGI)."""
        path = scope["path"]
        if path == "/" or path.startswith(_OUTSIDE):
            await self._service(scope, receive, send)
            return

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._record(scope, message["status"])
            await send(message)

        try:
            await self._struck(scope, receive, noted)
        except asyncio.CancelledError:
            return  # the sandbox stops, and has hung up already

    def _record(self, scope: Scope, status: int | None) -> None:
        query = scope["query_string"].decode("latin-1")
        path = f"{scope['path']}?{query}" if query else scope["path"]
        self._recorder.record(RecordedRequest(scope["method"], path, status))

    async def _struck(self, scope: Scope, receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        for latency in self._faults.take(method, path, (faults.Latency,)):
            await asyncio.sleep(latency.seconds)
        for fault in self._faults.take(method, path, faults.ANSWERING):
            if isinstance(fault, faults.DropBefore):
                await self._hang_up(scope, receive)
            elif isinstance(fault, faults.DropAfter):
                await self._service(scope, receive, _nowhere)
                await self._hang_up(scope, receive)
            else:
                await answer(fault, path, self._errors)(scope, receive, send)
            return
        await self._service(scope, receive, send)

    async def _hang_up(self, scope: Scope, receive: Receive) -> None:
        self._record(scope, None)
        self._drop(scope)
        while (await receive())["type"] != "http.disconnect":
            """Whatever the client still sends is not read."""


async def _nowhere(_message: Message) -> None:
    """Swallow an answer."""
