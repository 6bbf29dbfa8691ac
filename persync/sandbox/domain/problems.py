"""The error responses of the API, in the formats of releases 0.8, 1.1 and 1.2. Pure.

Source: the vendor's pages of the event type and persister endpoints and of the API's error codes, one per release.
"""

import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

from persync.sandbox.domain.config import Document
from persync.sandbox.domain.states import Release

Kind = Literal[
    "bad_parameter_value",
    "bad_header_value",
    "authentication_error",
    "entity_not_accessible",
    "entity_not_found",
    "entity_already_exists",
    "entity_in_use",
    "unexpected_error",
]

STATUS: dict[Kind, int] = {
    "bad_parameter_value": HTTPStatus.BAD_REQUEST,
    "bad_header_value": HTTPStatus.BAD_REQUEST,
    "authentication_error": HTTPStatus.UNAUTHORIZED,
    "entity_not_accessible": HTTPStatus.FORBIDDEN,
    "entity_not_found": HTTPStatus.NOT_FOUND,
    "entity_already_exists": HTTPStatus.CONFLICT,
    "entity_in_use": HTTPStatus.FAILED_DEPENDENCY,  # the page of error codes; DELETE of an event type documents 412
    "unexpected_error": HTTPStatus.INTERNAL_SERVER_ERROR,
}


@dataclass(frozen=True, slots=True)
class InvalidParameter:
    """An entry of `invalidParams`, which release 1.2 adds to the refusal of an action."""

    name: str
    reason: str


class Problem(Exception):
    """An error response.

    Attributes:
        kind: its `type`, which also decides the status.
        message: its message in releases 1.1 and 1.2.
        old_message: its message in release 0.8.
        invalid: the parameter for `invalidParams`; only the 400 of POST state is documented with it and a `traceId`.
    """

    def __init__(
        self, kind: Kind, message: str, old_message: str | None = None, invalid: InvalidParameter | None = None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.old_message = message if old_message is None else old_message
        self.invalid = invalid


def bad_parameter(name: str, reason: str, old_reason: str | None = None) -> Problem:
    """Return the 400 in the service's wording, such as "Parameter 'lines' must be a natural number but is '-1'."."""
    old = reason if old_reason is None else old_reason
    return Problem("bad_parameter_value", f"Parameter '{name}' {reason}.", f"{name} : {old}")


def missing_parameter(name: str) -> Problem:
    """Return the 400 for a field of the body that is missing or null; its message has no full stop."""
    return Problem("bad_parameter_value", f"Parameter '{name}' cannot be null", f"{name} : cannot be null")


def bad_action(name: str, reason: str) -> Problem:
    """Return the 400 for an action; release 1.2 adds a `traceId` and `invalidParams`."""
    problem = bad_parameter(name, reason)
    problem.invalid = InvalidParameter(name, reason)
    return problem


def persister_not_found(event_type: str, eventstore: str) -> Problem:
    """Return the 404 for a persister."""
    old = f"no eventstore found with name {eventstore} for event type with  name {event_type}"  # with both blanks
    return Problem("entity_not_found", f"Persister '{event_type}' not found.", old)


def event_type_not_found(name: str, version: str | None = None) -> Problem:
    """Return the 404 for an event type, or for one of its versions."""
    of_version = "" if version is None else f" with version '{version}'"
    old = f"No Entity found with name: {name}" + ("" if version is None else f" and version: {version}")
    return Problem("entity_not_found", f"Event Type '{name}'{of_version} not found.", old)


def missing_role() -> Problem:
    """Return the 403."""
    return Problem("entity_not_accessible", "Access forbidden due to missing roles.", "Access is denied")


def body(problem: Problem, path: str, release: Release, now: float, trace: int) -> Document:
    """Return the error body of `release` for a request to `path` at `now` (epoch seconds); `trace` is its trace id."""
    milliseconds = int(now * 1000)
    details = f"uri={path}"
    if release == "0.8":
        if problem.kind == "authentication_error":
            return spring_body(HTTPStatus.UNAUTHORIZED, "Unauthorized", path, release, now)
        return {"timestamp": milliseconds, "message": problem.old_message, "details": details}
    typed: Document = {"timestamp": milliseconds, "type": problem.kind, "message": problem.message, "details": details}
    if release == "1.2" and problem.invalid is not None:
        invalid = {"type": "Parameter", "name": problem.invalid.name, "reason": problem.invalid.reason}
        return {**typed, "traceId": str(trace), "invalidParams": [invalid]}
    return typed


def spring_body(status: int, message: str, path: str, release: Release, now: float) -> Document:
    """Return the error body of Spring Boot, for a request that does not reach the code of the service.

    Its timestamp is in epoch milliseconds in release 0.8 (the 401 of the vendor's reference), a text in later ones.
    """
    milliseconds = int(now * 1000)
    moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
    return {
        "timestamp": milliseconds if release == "0.8" else f"{moment}.{milliseconds % 1000:03}+0000",
        "status": int(status),
        "error": HTTPStatus(status).phrase,
        "message": message,
        "path": path,
    }
