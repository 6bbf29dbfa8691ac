"""A small HTTP server on the loopback interface that answers with fixed documents, whatever was done before."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Documented(NamedTuple):
    """An answer."""

    status: int
    document: Mapping[str, Any]


# By method and the last part of the path: persister, state, logs.
Answers = Mapping[tuple[str, str], Documented]


@contextmanager
def answering(answers: Answers) -> Iterator[str]:
    """Serve these answers; yields the URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, document = answers[self.command, self.path.partition("?")[0].rpartition("/")[2]]
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = answer  # noqa: N815 - the standard library calls it so
        do_PUT = answer  # noqa: N815 - the standard library calls it so
        do_POST = answer  # noqa: N815 - the standard library calls it so

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
