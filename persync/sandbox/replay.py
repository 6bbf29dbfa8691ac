"""Replay: a server that answers as a recorded API did (`persync doctor --record`).

It answers reads that are in the record, whatever their token, and nothing else.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from persync.sandbox.domain.models import first_invalid
from persync.sandbox.errors import SandboxError
from persync.sandbox.http.bodies import json_response
from persync.sandbox.http.listener import Listener
from persync.sandbox.server import until_signal

_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]
_TOKEN = "any-token"  # noqa: S105 - any token is accepted


class RecordedExchange(BaseModel):
    """A request and its answer; an answer that was not JSON has only its length."""

    model_config = ConfigDict(frozen=True)

    method: str
    path: str
    query: str
    status: int = Field(ge=100, le=599)
    content_type: str = Field(alias="contentType")
    content: Any = Field(None, alias="json")
    length: int | None = Field(None, alias="bytes", ge=0, le=2**24)

    def response(self) -> Response:
        """Return the answer."""
        if self.length is None:
            return json_response(self.content, self.status)
        start = b"<html>" if "html" in self.content_type else b""
        return Response(start.ljust(self.length, b"x"), self.status, media_type=self.content_type or None)


class Record(BaseModel):
    """A record; minor versions of its format add fields, which are ignored."""

    model_config = ConfigDict(frozen=True)

    format_version: str = Field(alias="formatVersion", pattern=r"^1\.\d+$")
    kind: str = Field(pattern="^record$")
    exchanges: tuple[RecordedExchange, ...]

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read a record.

        Raises:
            SandboxError: the file cannot be read, or is not a record of this format.
        """
        try:
            text = file.read_bytes()
        except OSError as error:
            raise SandboxError(f"{file} cannot be read: {error.strerror}") from error
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise SandboxError(
                f"{file} is not a record of format 1: {first_invalid(error, {}).message}",
                "make one with 'persync doctor --record FILE'",
            ) from error


class ReplayServer:
    """Answers from a record, on a loopback port."""

    def __init__(self, record: Record, port: int = 0) -> None:
        """Prepare a server without opening anything; port 0 is any free one."""
        self._record = record
        self._port = port
        self._listener: Listener | None = None

    def __enter__(self) -> Self:
        """Start the server; raises SandboxError as `start` does."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server."""
        self.stop()

    def start(self) -> None:
        """Serve; raises SandboxError if the port is in use."""
        self._listener = Listener("127.0.0.1", self._port)
        self._listener.start(Starlette(routes=[Route("/{path:path}", self._answer, methods=_METHODS)]))

    def stop(self) -> None:
        """Stop serving; does nothing if the server is not running."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def serve_forever(self, ready: Callable[[], None] | None = None) -> None:
        """Serve until SIGINT or SIGTERM, in the main thread; `ready` is called once the server runs."""
        until_signal(self.start, self.stop, ready)

    @property
    def url(self) -> str:
        """The URL; raises SandboxError if it is not running."""
        if self._listener is None:
            raise SandboxError("the replay is not running")
        return self._listener.url

    def token(self) -> str:
        """Return a token: any is accepted."""
        return _TOKEN

    async def _answer(self, request: Request) -> Response:
        if request.method != "GET":
            return _error(HTTPStatus.METHOD_NOT_ALLOWED, "unexpected_error", "A replay answers reads only.")
        path, query = request.scope["path"], request.url.query
        recorded = [exchange for exchange in self._record.exchanges if exchange.path == path]
        for exchange in recorded:
            if exchange.query == query:
                return exchange.response()
        if not recorded:
            return _error(HTTPStatus.NOT_FOUND, "entity_not_found", "The record has no answer to this request.")
        answer = next((exchange for exchange in recorded if exchange.status == HTTPStatus.OK), recorded[0])
        if any(offset != "0" for offset in parse_qs(query).get("offset", [])):
            # a page behind those that were recorded
            return json_response(_without_items(answer.content), answer.status)
        return answer.response()


def _without_items(content: object) -> object:
    if isinstance(content, list):
        return []
    if isinstance(content, Mapping):
        return {name: [] if isinstance(value, list) else value for name, value in content.items()}
    return content


def _error(status: HTTPStatus, kind: str, message: str) -> Response:
    return json_response({"timestamp": 0, "type": kind, "message": message, "details": ""}, status)
