"""Request bodies with a size limit, JSON responses, error responses."""

import json
import secrets
import time
from collections.abc import Callable
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

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

    def for_problem(self, problem: Problem, path: str, status: int | None = None) -> Response:
        """Return the response to a request to `path` that failed with `problem`; `status` replaces that of its kind."""
        trace = secrets.randbits(63)
        body = problems.body(problem, path, self._release, self._clock(), trace)
        return json_response(body, status or problems.STATUS[problem.kind])

    async def problem(self, request: Request, error: Exception) -> Response:
        """Return the response for a Problem that a handler raised (a Starlette exception handler)."""
        assert isinstance(error, Problem)  # noqa: S101  Starlette's handlers are typed for any exception
        return self.for_problem(error, request.url.path)

    async def other(self, request: Request, error: Exception) -> Response:
        """Return Spring Boot's response for an unknown path or method, or a body that is too large or breaks off."""
        match error:
            case HTTPException():
                status = error.status_code
            case BodyTooLargeError():
                status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            case _:  # ClientDisconnect: the client does not read the response, and the log of requests shows it
                status = HTTPStatus.BAD_REQUEST
        message = HTTPStatus(status).phrase
        body = problems.spring_body(status, message, request.url.path, self._release, self._clock())
        response = json_response(body, status)
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            response.headers["allow"] = ", ".join(_allowed_methods(request))
        return response


def _allowed_methods(request: Request) -> list[str]:
    """Return the methods of all routes for the request's path; Starlette names those of the first route only."""
    routes: list[Route] = request.app.routes
    matching = [route for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for route in matching for method in route.methods or ()})
