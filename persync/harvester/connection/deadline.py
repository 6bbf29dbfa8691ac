"""A deadline for a whole answer: the timeouts of requests and urllib3 begin anew with each part that arrives."""

from __future__ import annotations

import http.client
import io
import time
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    import socket

    from urllib3 import ProxyManager


class DeadlineAdapter(HTTPAdapter):
    """Sends requests; the read timeout is for the whole answer, headers and body."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools of connections without a proxy."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> ProxyManager:
        """Return the pools of connections through a proxy; those of SOCKS have connections of their own."""
        manager: ProxyManager = super().proxy_manager_for(proxy, **options)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = _POOLS
        return manager


class _Reader(io.RawIOBase):
    """Reads from a socket until a deadline."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._timeout = connection.gettimeout()
        self._deadline = None if self._timeout is None else time.monotonic() + self._timeout
        self._raw = connection.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read into a buffer; return the number of bytes.

        Raises:
            TimeoutError: the deadline is over.
        """
        if self._deadline is not None:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed and self._socket.fileno() >= 0:
            self._socket.settimeout(self._timeout)  # for the next request on this connection
        self._raw.close()
        super().close()


class _Readable:
    """What ``http.client`` needs of a socket to read an answer."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._socket))


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(_Readable(sock), *args, **options)  # type: ignore[arg-type] # it only calls makefile


class _Connection(HTTPConnection):
    response_class = _Response


class _SecureConnection(HTTPSConnection):
    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_POOLS = {"http": _Pool, "https": _SecurePool}
