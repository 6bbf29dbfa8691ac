"""The REST endpoints of GitHub that the comment needs, on the loopback interface, with their paging."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "ghs_of-this-run"
_LIST = re.compile(r"/repos/owner/config/issues/(\d+)/comments")
_ONE = re.compile(r"/repos/owner/config/issues/comments/(\d+)")


@dataclass
class Comments:
    """What is stored and what was asked."""

    url: str = ""
    login: str | None = None
    refuse: int = 0
    redirect: str = ""
    stored: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    tokens: set[str | None] = field(default_factory=set)

    def add(self, body: str, *, login: str = "github-actions[bot]", kind: str = "Bot") -> int:
        number = len(self.stored) + 1
        self.stored.append({"id": number, "body": body, "user": {"login": login, "type": kind}})
        return number

    @property
    def bodies(self) -> list[str]:
        return [comment["body"] for comment in self.stored]

    def answer(self, method: str, target: str, body: Any) -> tuple[int, Any]:  # noqa: PLR0911 - one for each endpoint
        parts = urlsplit(target)
        if parts.path == "/user":
            return (200, {"login": self.login}) if self.login else (403, {})
        if self.refuse:
            return self.refuse, {"message": "Resource not accessible by integration"}
        if _LIST.fullmatch(parts.path) and method == "GET":
            query = parse_qs(parts.query)
            size, page = int(query["per_page"][0]), int(query["page"][0])
            return 200, self.stored[(page - 1) * size : page * size]
        if _LIST.fullmatch(parts.path) and method == "POST":
            self.add(body["body"])
            return 201, self.stored[-1]
        if found := _ONE.fullmatch(parts.path):
            [comment] = [one for one in self.stored if one["id"] == int(found[1])]
            if method == "DELETE":
                self.stored.remove(comment)
                return 204, None
            comment["body"] = body["body"]
            return 200, comment
        return 404, {}


@contextmanager
def serving() -> Iterator[Comments]:
    comments = Comments()

    class Handler(BaseHTTPRequestHandler):
        def respond(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            comments.asked.append(f"{self.command} {self.path}")
            comments.tokens.add(self.headers.get("Authorization"))
            if comments.redirect:
                self.send_response(302)
                self.send_header("Location", comments.redirect)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            status, answer = comments.answer(self.command, self.path, json.loads(content) if content else None)
            sent = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = respond  # noqa: N815 - the standard library calls it so
        do_POST = respond  # noqa: N815 - the standard library calls it so
        do_PATCH = respond  # noqa: N815 - the standard library calls it so
        do_DELETE = respond  # noqa: N815 - the standard library calls it so

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    comments.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield comments
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
