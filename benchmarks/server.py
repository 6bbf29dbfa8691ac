"""A bare loopback server: answers GET persister from memory, with as little work as asyncio allows.

It limits less than the sandbox does, so that what is measured is the client.
"""

from __future__ import annotations

import asyncio
import json
import sys

from benchmarks.repository import live_answer


class _Answers(asyncio.Protocol):
    """HTTP/1.1 with keep-alive for requests without a body."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            path = self._received.split(b" ", 2)[1]
            self._received = self._received[end + 4 :]
            assert isinstance(self._transport, asyncio.Transport)  # noqa: S101 - for the type checker
            self._transport.write(_answer(path))


def _answer(path: bytes) -> bytes:
    event_type = path.split(b"/")[4].decode()
    body = json.dumps(live_answer(event_type)).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Answers, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # ends when whoever started it closes our stdin
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
