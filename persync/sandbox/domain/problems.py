"""The error responses of the API, in the formats of releases 0.8, 1.1 and 1.2. Pure."""

import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

from persync.sandbox.domain.config import Document
from persync.sandbox.domain.states import Release

Kind = Literal[
    "bad_parameter_value",
    "authentication_error",
    "entity_not_accessible",
    "entity_not_found",
    "unexpected_error",
]

STATUS: dict[Kind, int] = {
    "bad_parameter_value": HTTPStatus.BAD_REQUEST,
    "authentication_error": HTTPStatus.UNAUTHORIZED,
    "entity_not_accessible": HTTPStatus.FORBIDDEN,
    "entity_not_found": HTTPStatus.NOT_FOUND,
    "unexpected_error": HTTPStatus.INTERNAL_SERVER_ERROR,
}


@dataclass(frozen=True, slots=True)
class InvalidParameter:
    """An entry of `invalidParams`, which release 1.2 adds to the error of a bad parameter."""

    name: str
    reason: str


class Problem(Exception):
    """An error response: its `type`, its message, and the invalid parameter if there is one."""

    def __init__(self, kind: Kind, message: str, invalid: InvalidParameter | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.invalid = invalid


def bad_parameter(name: str, reason: str) -> Problem:
    """Return the 400 in the service's wording, such as "Parameter 'lines' must be a natural number but is '-1'."."""
    return Problem("bad_parameter_value", f"Parameter '{name}' {reason}.", InvalidParameter(name, reason))


def not_found(name: str) -> Problem:
    """Return the 404 for the persister of the event type `name`."""
    return Problem("entity_not_found", f"Persister '{name}' not found.")


def body(problem: Problem, path: str, release: Release, now: float, trace: int) -> Document:
    """Return the error body of `release` for a request to `path` at `now` (epoch seconds); `trace` is its trace id."""
    milliseconds = int(now * 1000)
    details: Document = {"message": problem.message, "details": f"uri={path}"}
    if release == "0.8":
        if problem.kind == "authentication_error":
            return spring_body(HTTPStatus.UNAUTHORIZED, "Unauthorized", path, now)
        return {"timestamp": milliseconds, **details}
    typed: Document = {"timestamp": milliseconds, "type": problem.kind, **details}
    if release == "1.1":
        return typed
    typed["traceId"] = str(trace)
    if problem.invalid is not None:
        invalid = {"type": "Parameter", "name": problem.invalid.name, "reason": problem.invalid.reason}
        typed["invalidParams"] = [invalid]
    return typed


def spring_body(status: int, message: str, path: str, now: float) -> Document:
    """Return the error body of Spring Boot, for a request that does not reach the code of the service."""
    moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
    return {
        "timestamp": f"{moment}.{int(now * 1000) % 1000:03}+0000",
        "status": int(status),
        "error": HTTPStatus(status).phrase,
        "message": message,
        "path": path,
    }
