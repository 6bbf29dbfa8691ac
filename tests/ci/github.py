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
_ISSUES = "/repos/owner/config/issues"
_ISSUE = re.compile(r"/repos/owner/config/issues/(\d+)")
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
    issues: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    tokens: set[str | None] = field(default_factory=set)

    def add(self, body: str, *, login: str = "github-actions[bot]", kind: str = "Bot") -> int:
        number = len(self.stored) + 1
        self.stored.append({"id": number, "body": body, "user": {"login": login, "type": kind}})
        return number

    def add_issue(self, body: str | None, *, login: str = "github-actions[bot]", **more: Any) -> None:
        user = {"login": login, "type": "Bot" if login.endswith("[bot]") else "User"}
        number = len(self.issues) + 1
        self.issues.append({"number": number, "state": "open", "title": "", "body": body, "user": user, **more})

    @property
    def bodies(self) -> list[str]:
        return [comment["body"] for comment in self.stored]

    def answer(self, method: str, target: str, body: Any) -> tuple[int, Any]:  # noqa: PLR0911 - one for each endpoint
        parts = urlsplit(target)
        if parts.path == "/user":
            return (200, {"login": self.login}) if self.login else (403, {})
        if self.refuse:
            return self.refuse, {"message": "Resource not accessible by integration"}
        if parts.path == _ISSUES or _ISSUE.fullmatch(parts.path):
            return self._answer_about_issues(method, parts.path, parts.query, body)
        if _LIST.fullmatch(parts.path) and method == "GET":
            return 200, _page(self.stored, parts.query)
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

    def _answer_about_issues(self, method: str, path: str, query: str, body: Any) -> tuple[int, Any]:
        if method == "GET":
            [state] = parse_qs(query)["state"]
            return 200, _page([issue for issue in self.issues if issue["state"] == state], query)
        if method == "POST":
            self.add_issue(body.pop("body"), **body)
            return 201, self.issues[-1]
        [issue] = [issue for issue in self.issues if path == f"{_ISSUES}/{issue['number']}"]
        issue |= body
        return 200, issue


def _page(stored: list[dict[str, Any]], query: str) -> list[dict[str, Any]]:
    parsed = parse_qs(query)
    size, page = int(parsed["per_page"][0]), int(parsed["page"][0])
    return stored[(page - 1) * size : page * size]


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
