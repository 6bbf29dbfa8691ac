"""Request bodies with a size limit, JSON responses, error responses."""

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

MAX_BYTES = 1024 * 1024


class BodyTooLargeError(Exception):
    """The request's body is larger than MAX_BYTES."""


async def body_of(request: Request) -> bytes:
    """Return the request's body.

    A body that is too large is read to its end and discarded, so that the client reads the error response.

    Raises:
        BodyTooLargeError: it is larger than MAX_BYTES.
    """
    body = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= MAX_BYTES:
            body += chunk
    if size > MAX_BYTES:
        raise BodyTooLargeError
    return bytes(body)


def json_response(document: object, status: int = HTTPStatus.OK) -> Response:
    """Return `document` as a JSON response."""
    return Response(json.dumps(document), status, media_type="application/json")


class ErrorResponses:
    """Converts exceptions to the error responses of one release."""

    def __init__(self, release: Release, clock: Callable[[], float] = time.time) -> None:
        """Use the format of `release`; `clock` returns seconds since the epoch."""
        self._release = release
        self._clock = clock

    def for_problem(self, problem: Problem, path: str) -> Response:
        """Return the response to a request to `path` that failed with `problem`."""
        trace = secrets.randbits(63)
        body = problems.body(problem, path, self._release, self._clock(), trace)
        return json_response(body, problems.STATUS[problem.kind])

    def of_status(self, status: int, kind: str, message: str, path: str) -> Response:
        """Return an error response of any status and error type."""
        trace = secrets.randbits(63)
        body = problems.body(problems.Problem("unexpected_error", message), path, self._release, self._clock(), trace)
        return json_response({**body, "type": kind} if "type" in body else body, status)

    async def problem(self, request: Request, error: Exception) -> Response:
        """Return the response for a Problem that a handler raised (a Starlette exception handler)."""
        assert isinstance(error, Problem)  # noqa: S101  Starlette's handlers are typed for any exception
        return self.for_problem(error, request.url.path)

    async def other(self, request: Request, error: Exception) -> Response:
        """Return Spring Boot's response for an unknown path or method, or for a body that is too large."""
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        message = HTTPStatus(status).phrase
        body = problems.spring_body(status, message, request.url.path, self._clock())
        return json_response(body, status)
