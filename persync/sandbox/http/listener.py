"""A loopback port, served by a thread with uvicorn's HTTP protocol.

uvicorn's Server is not used: it checks only every 0.1 s whether to stop, and every command starts and stops an embedded
sandbox. Start and stop take 2 to 4 ms here.
"""

import asyncio
import ipaddress
import os
import socket
import threading

from starlette.types import ASGIApp, Scope
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from persync.sandbox.errors import SandboxError

_MAX_PORT = 65_535
_STOP_TIMEOUT = 0.5  # seconds for the requests in progress when the listener stops
_ITERATIONS = 3
"""Of the loop, in which an accepted connection gets its transport and is announced to its protocol: asyncio forgets to
close the socket of a connection that was just accepted when its server closes."""
_ANY_PORT = "use port 0 for any free port"


class Listener:
    """Serves an ASGI application on a loopback port until it is closed."""

    def __init__(self, host: str, port: int) -> None:
        """Bind `host`:`port` (0: any free port).

        Raises:
            SandboxError: not a loopback address, or the port is in use.
        """
        self._socket = _bound(_loopback(host), port)
        self._state = ServerState()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._started = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The URL of the port."""
        host, port = self._socket.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def start(self, app: ASGIApp) -> None:
        """Serve `app` in a thread of its own; returns when it accepts requests."""
        config = Config(
            app,
            interface="asgi3",
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
        )
        config.load()
        self._thread = threading.Thread(
            target=asyncio.run, args=(self._serve(config),), name="persync-sandbox", daemon=True
        )
        self._thread.start()
        self._started.wait()

    def close(self) -> None:
        """Finish the requests in progress, for half a second at most, and stop."""
        if self._thread is None or self._loop is None:
            self._socket.close()
            return
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._thread = None

    def abort(self, scope: Scope) -> None:
        """Close the connection of the request `scope` immediately, without a response."""
        client = tuple(scope["client"])
        for connection in list(self._state.connections):
            if isinstance(connection, H11Protocol) and connection.client == client:
                connection.transport.abort()

    async def _serve(self, config: Config) -> None:
        self._loop = asyncio.get_running_loop()

        def protocol() -> H11Protocol:
            return H11Protocol(config=config, server_state=self._state, app_state={})

        server = await self._loop.create_server(protocol, sock=self._socket)
        self._started.set()
        await self._stop.wait()
        self._loop.remove_reader(self._socket.fileno())  # accepts no other connection
        for _ in range(_ITERATIONS):
            await asyncio.sleep(0)
        server.close()
        await self._close_connections()
        await server.wait_closed()

    async def _close_connections(self) -> None:
        for connection in list(self._state.connections):
            connection.shutdown()
        if self._state.tasks:
            await asyncio.wait(self._state.tasks, timeout=_STOP_TIMEOUT)
        for connection in list(self._state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # an aborted transport reports that it is closed in the next iteration of the loop
        for task in list(self._state.tasks):
            task.cancel()


def _loopback(host: str) -> str:
    address = "127.0.0.1" if host == "localhost" else host
    try:
        is_loopback = ipaddress.ip_address(address).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise SandboxError(
            f"{host}: the sandbox listens on loopback addresses only", hint="use 127.0.0.1, ::1 or localhost"
        )
    return address


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    if not 0 <= port <= _MAX_PORT:
        raise SandboxError(f"{port}: not a port number", _ANY_PORT)
    try:
        bound = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SandboxError(f"{host}:{port}: the sandbox cannot listen: {reason}", _ANY_PORT) from error
    # asyncio does this only for sockets that it creates; without it every response waits 40 ms for an ACK.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return bound
