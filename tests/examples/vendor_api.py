"""A small HTTP server on the loopback interface with fixed responses."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

# What an export leaves out (API reference, `export`).
GENERATED = ("streamName", "projectName", "lastUpdated", "_links")


class Documented(NamedTuple):
    """A documented response."""

    status: int
    document: Mapping[str, Any]


# By method and the last part of the path: persister, state, logs.
Responses = Mapping[tuple[str, str], Documented]


@contextmanager
def serving(responses: Responses) -> Iterator[str]:
    """Serve `responses`; yields the URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def respond(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, document = responses[self.command, self.path.partition("?")[0].rpartition("/")[2]]
            if "export=true" in self.path:
                document = {name: value for name, value in document.items() if name not in GENERATED}
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = respond  # noqa: N815 - the name that the standard library calls
        do_PUT = respond  # noqa: N815 - the name that the standard library calls
        do_POST = respond  # noqa: N815 - the name that the standard library calls

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
