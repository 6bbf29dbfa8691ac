"""A small HTTP server on the loopback interface that answers by a script, and what the tests share."""

from __future__ import annotations

import json
import socket
import threading
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Literal, NamedTuple

import pytest

from persync.errors import HarvesterError
from persync.harvester.retries import RetryPolicy
from persync.harvester.transport import HttpOptions
from persync.model import PersisterId, Timeouts

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator, Mapping
    from io import BufferedIOBase

PID = PersisterId("webtracking", "snowplow-web", "pg")
SEGMENT = PersisterId("webtracking", "visitors", "live-segment")
PATH = "/projects/webtracking/event-types/snowplow-web/eventstores/pg/persister"
SEGMENT_PATH = "/projects/webtracking/event-types/visitors/eventstores/live-segment/persister"
TOKEN = "eyJhbGciOi.J9.secret"
SHOWN = f"{PATH}?export=true&expand=state"
FULL = f"{PATH}?expand=state"
FAST = HttpOptions(Timeouts(connect=5, read=5), retry=RetryPolicy(attempts=3, base_delay=0.001, max_delay=0.01))


@dataclass(frozen=True)
class Reply:
    """One scripted answer.

    ``cut`` promises more bytes than it sends, ``drop`` sends none, ``hang`` waits for the end of the test, ``drip``
    sends the headers or the body byte by byte.
    """

    status: int = 200
    body: object = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    drop: bool = False
    hang: bool = False
    drip: Literal["", "headers", "body"] = ""

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Seen(NamedTuple):
    """A request that arrived; ``path`` with its query."""

    method: str
    path: str
    body: bytes


class Loopback:
    """The script, and the requests that arrived."""

    def __init__(self, scheme: str, port: int) -> None:
        self.port = port
        self.url = f"{scheme}://127.0.0.1:{port}"
        self.script: deque[Reply] = deque()
        self.otherwise: Reply | None = None
        self.seen: list[Seen] = []
        self.headers: list[dict[str, str]] = []
        self.over = threading.Event()
        self.on_request = threading.Event()
        self.refused_token = ""
        self.before_refusal = threading.Barrier(1)

    def answers(self, *replies: Reply) -> None:
        self.script.extend(replies)

    def drip(self, file: BufferedIOBase, content: bytes) -> None:
        for index in range(len(content)):
            if self.over.wait(0.02):
                return
            file.write(content[index : index + 1])

    @property
    def requests(self) -> list[str]:
        return [f"{method} {path}" for method, path, _ in self.seen]


class _Server(ThreadingHTTPServer):
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing: clients that hang up are part of the tests."""


def _send(handler: BaseHTTPRequestHandler, reply: Reply, loopback: Loopback) -> None:
    if reply.drip == "headers":
        loopback.drip(handler.wfile, b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100 + b"\r\nContent-Length: 0\r\n\r\n")
        return
    if "Date" in reply.headers:
        handler.send_response_only(reply.status)
    else:
        handler.send_response(reply.status)
    for name, value in {"Content-Type": "application/json", **reply.headers}.items():
        handler.send_header(name, value)
    if reply.status != 304:
        handler.send_header("Content-Length", str(len(reply.content) + (9 if reply.cut else 0)))
    handler.end_headers()
    if reply.drip == "body":
        loopback.drip(handler.wfile, reply.content)
    else:
        handler.wfile.write(reply.content)
    handler.close_connection = handler.close_connection or reply.cut


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Loopback]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            loopback.headers.append(dict(self.headers))
            loopback.seen.append(Seen(self.command, self.path, content))
            loopback.on_request.set()
            if self.headers.get("Authorization") == f"Bearer {loopback.refused_token}":
                loopback.before_refusal.wait()
                reply: Reply | None = Reply(401)
            else:
                reply = loopback.script.popleft() if loopback.script else loopback.otherwise
            assert reply is not None, f"nothing scripted for {self.command} {self.path}"
            if reply.hang:
                loopback.over.wait()
            if reply.hang or reply.drop:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
            else:
                _send(self, reply, loopback)

        do_GET = answer  # noqa: N815 - the standard library calls it so
        do_PUT = answer  # noqa: N815 - the standard library calls it so
        do_POST = answer  # noqa: N815 - the standard library calls it so

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    loopback = Loopback("https" if context else "http", server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield loopback
    finally:
        loopback.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


class Reported(NamedTuple):
    """The attributes of an error."""

    kind: type[HarvesterError]
    message: str
    status: int | None
    type: str | None
    hint: str


@contextmanager
def harvester_error() -> Iterator[list[Reported]]:
    """Expect an error of the client; its attributes are then the only item of the list."""
    reported: list[Reported] = []
    with pytest.raises(HarvesterError) as caught:
        yield reported
    error = caught.value
    reported.append(Reported(type(error), error.message, error.status, error.type, error.hint))


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
