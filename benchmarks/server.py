"""A bare loopback server: a Harvester API in memory, with as little work as asyncio allows.

It limits less than the sandbox does, so that what is measured is the client. A persister that is stopped or started is
in the state between for a fixed time.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from benchmarks.configuration import live_answer


class _Persister:
    """The configuration and the run state of a persister."""

    def __init__(self, event_type: str) -> None:
        self._answer = live_answer(event_type)
        self._state, self._next, self._at = "RUNNING", "RUNNING", 0.0

    def get(self) -> bytes:
        return json.dumps({**self._answer, "state": {"status": self.state()}}).encode()

    def put(self, body: bytes) -> bytes:
        self._answer |= json.loads(body)
        return self.get()

    def act(self, action: str, delays: tuple[float, float]) -> bytes:
        between, after, delay = (
            ("DEPLOYING", "RUNNING", delays[1]) if action == "START" else ("STOPPING", "STOPPED", delays[0])
        )
        self._state, self._next, self._at = between, after, time.monotonic() + delay
        return self.status()

    def status(self) -> bytes:
        return json.dumps({"status": self.state()}).encode()

    def state(self) -> str:
        if time.monotonic() >= self._at:
            self._state = self._next
        return self._state


class _Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive."""

    def __init__(self, persisters: dict[str, _Persister], delays: tuple[float, float]) -> None:
        self._persisters = persisters
        self._delays = delays
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end]
            length = _content_length(head)
            if len(self._received) < end + 4 + length:
                return
            body = self._received[end + 4 : end + 4 + length]
            self._received = self._received[end + 4 + length :]
            method, path, _ = head.split(b" ", 2)
            assert isinstance(self._transport, asyncio.Transport)  # noqa: S101 - for the type checker
            self._transport.write(_response(self._answer(method, path.decode(), body)))

    def _answer(self, method: bytes, path: str, body: bytes) -> bytes:
        event_type = path.split("/")[4]
        persister = self._persisters.get(event_type)
        if persister is None:
            persister = self._persisters[event_type] = _Persister(event_type)
        if method == b"PUT":
            return persister.put(body)
        if method == b"POST":
            return persister.act(json.loads(body)["action"], self._delays)
        return persister.status() if path.endswith("/state") else persister.get()


def _content_length(head: bytes) -> int:
    at = head.lower().find(b"\r\ncontent-length:")
    return int(head[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


def _response(body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def _serve(delays: tuple[float, float]) -> None:
    persisters: dict[str, _Persister] = {}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(persisters, delays), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # ends when the process that started it closes stdin
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    _stop, _start = (float(argument) for argument in sys.argv[1:])
    asyncio.run(_serve((_stop, _start)))
