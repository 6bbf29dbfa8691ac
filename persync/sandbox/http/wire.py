"""The little that all rooms of HTTP share: bounded bodies, JSON answers, error answers."""

import json
import secrets
import time
from collections.abc import Callable
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from persync.sandbox.domain import problems
from persync.sandbox.domain.problems import Problem
from persync.sandbox.domain.states import Release

MOST_BYTES = 1024 * 1024


class BodyTooLargeError(Exception):
    """The request's body is larger than MOST_BYTES."""


async def body_of(request: Request) -> bytes:
    """Return the request's body; raises BodyTooLargeError.

    A body that is too large is read to its end and forgotten, so that the client gets to read the refusal.
    """
    kept = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= MOST_BYTES:
            kept += chunk
    if size > MOST_BYTES:
        raise BodyTooLargeError
    return bytes(kept)


def as_json(document: object, status: int = HTTPStatus.OK) -> Response:
    """Return `document` as a JSON answer."""
    return Response(json.dumps(document), status, media_type="application/json")


class ErrorAnswers:
    """Exceptions made into the answers of one release."""

    def __init__(self, release: Release, clock: Callable[[], float] = time.time) -> None:
        """Answer as `release` does; `clock` tells seconds since the epoch."""
        self._release = release
        self._clock = clock

    def for_problem(self, problem: Problem, path: str) -> Response:
        """Return the answer to a request to `path` that met `problem`."""
        trace = secrets.randbits(63)
        body = problems.body(problem, path, self._release, self._clock(), trace)
        return as_json(body, problems.STATUS[problem.kind])

    async def problem(self, request: Request, error: Exception) -> Response:
        """Answer a Problem that a handler raised."""
        assert isinstance(error, Problem)  # noqa: S101  Starlette's handlers are typed for any exception
        return self.for_problem(error, request.url.path)

    async def other(self, request: Request, error: Exception) -> Response:
        """Answer what never reached a handler of ours, an unknown path or method, as Spring Boot would."""
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        message = HTTPStatus(status).phrase
        body = problems.spring_body(status, message, request.url.path, self._clock())
        return as_json(body, status)
