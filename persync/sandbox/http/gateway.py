"""Middleware in front of the service: it records requests and injects the faults of a network or a proxy."""

import asyncio
import random
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from persync.sandbox.domain import faults
from persync.sandbox.fault_injection import FaultInjector
from persync.sandbox.http.altered import send_altered
from persync.sandbox.http.bodies import ErrorResponses
from persync.sandbox.http.fault_responses import response_of

_MAX_RECORDED = 100_000  # requests; then the oldest are discarded
_NOT_API = ("/sandbox/", "/openapi.json")


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request: its path with the query, and of its headers only X-Request-Id, if it had one.

    `status` is None if no response was sent.
    """

    method: str
    path: str
    status: int | None
    request_id: str | None = None


class RequestLog:
    """The requests to the API, in the order of their responses. Safe to use from several threads."""

    def __init__(self) -> None:
        """Create an empty log."""
        self._lock = threading.Lock()
        self._requests: deque[RecordedRequest] = deque(maxlen=_MAX_RECORDED)

    def record(self, request: RecordedRequest) -> None:
        """Add `request`."""
        with self._lock:
            self._requests.append(request)

    def requests(self) -> list[RecordedRequest]:
        """Return the requests recorded so far."""
        with self._lock:
            return list(self._requests)


class Gateway:
    """ASGI middleware."""

    def __init__(
        self,
        service: ASGIApp,
        injector: FaultInjector,
        request_log: RequestLog,
        errors: ErrorResponses,
        clock: Callable[[], float],
        abort: Callable[[Scope], None],
    ) -> None:
        """Pass requests on to `service` unless a fault responds.

        `clock` returns seconds since the epoch, for `Date`; `abort` closes the connection of a request.
        """
        self._service = service
        self._injector = injector
        self._request_log = request_log
        self._errors = errors
        self._clock = clock
        self._abort = abort

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request (ASGI)."""
        path = scope["path"]
        if path == "/" or path.startswith(_NOT_API):
            await self._service(scope, receive, send)
            return

        async def recording_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._record(scope, message["status"])
                date = formatdate(self._clock(), usegmt=True).encode()
                message = {**message, "headers": [*message.get("headers", ()), (b"date", date)]}
            await send(message)

        try:
            await self._respond(scope, receive, recording_send)
        except asyncio.CancelledError:
            return  # the sandbox is stopping; the connection is closed already

    def _record(self, scope: Scope, status: int | None) -> None:
        query = scope["query_string"].decode("latin-1")
        path = f"{scope['path']}?{query}" if query else scope["path"]
        request_id = Headers(scope=scope).get("x-request-id")
        self._request_log.record(RecordedRequest(scope["method"], path, status, request_id))

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        for latency in self._injector.trigger(method, path, (faults.Latency,)):
            longest = latency.seconds if latency.up_to is None else latency.up_to
            await asyncio.sleep(random.uniform(latency.seconds, longest))  # noqa: S311 - not a secret
        for fault in self._injector.trigger(method, path, faults.RESPONSE_FAULTS):
            if isinstance(fault, faults.AlteredResponse):
                await self._alter(fault, scope, receive, send)
                return
            if fault.acts or isinstance(fault, faults.DropAfter):
                await self._service(scope, receive, _discard)
            if isinstance(fault, faults.DropBefore | faults.DropAfter):
                await self._drop_connection(scope, receive)
            else:
                await response_of(fault, path, self._errors)(scope, receive, send)
            return
        await self._service(scope, receive, send)

    async def _alter(self, fault: faults.AlteredResponse, scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._service(scope, receive, keep)
        head, body = messages[0], b"".join(message.get("body", b"") for message in messages[1:])
        await send_altered(fault, scope["path"], head, body, send)
        if fault.alteration == "broken-off":
            self._abort(scope)
            while (await receive())["type"] != "http.disconnect":
                """As in `_drop_connection`."""

    async def _drop_connection(self, scope: Scope, receive: Receive) -> None:
        self._record(scope, None)
        self._abort(scope)
        while (await receive())["type"] != "http.disconnect":
            """Wait until the server has noticed that the connection is closed."""


async def _discard(_message: Message) -> None:
    """Discard a message of a response that is not sent."""
