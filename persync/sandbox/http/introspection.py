"""The endpoints below /sandbox/ and at /, which a Harvester API does not have. No authentication: loopback only."""

import json
from collections.abc import Sequence
from http import HTTPStatus

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from persync.sandbox.domain import parsing
from persync.sandbox.domain.external_change import ExternalChange
from persync.sandbox.domain.faults import FAULTS, Fault
from persync.sandbox.domain.models import Location, first_invalid
from persync.sandbox.domain.persister import Key
from persync.sandbox.domain.problems import Problem
from persync.sandbox.domain.states import Release
from persync.sandbox.fault_injection import FaultInjector
from persync.sandbox.harvester import Harvester
from persync.sandbox.http.bodies import body_of, json_response
from persync.sandbox.http.document import openapi
from persync.sandbox.http.gateway import RequestLog

_PERSISTER = "/sandbox/persisters/{project}/{event_type}/{eventstore}"

_ROOT = {
    "name": "persync sandbox",
    "description": "A local stand-in for the Harvester API, for trying, testing and CI. It is not a Harvester API.",
    "_links": {
        "openapi": {"href": "/openapi.json"},
        "requests": {"href": "/sandbox/requests"},
        "faults": {"href": "/sandbox/faults"},
    },
}


class Introspection:
    """The request handlers of these endpoints."""

    def __init__(
        self, harvester: Harvester, injector: FaultInjector, request_log: RequestLog, release: Release
    ) -> None:
        """Show and change `harvester` and `injector`; show `request_log` and the OpenAPI document of `release`."""
        self._release = release
        self._harvester = harvester
        self._injector = injector
        self._request_log = request_log

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/", self._root, methods=["GET"]),
            Route("/openapi.json", self._openapi, methods=["GET"]),
            Route("/sandbox/requests", self._requests, methods=["GET"]),
            Route("/sandbox/faults", self._set_faults, methods=["POST"]),
            Route("/sandbox/faults", self._clear_faults, methods=["DELETE"]),
            Route(_PERSISTER, self._get_persister, methods=["GET"]),
            Route(_PERSISTER, self._change_persister, methods=["POST"]),
        ]

    async def _root(self, _request: Request) -> Response:
        return json_response(_ROOT)

    async def _openapi(self, _request: Request) -> Response:
        return json_response(openapi(self._release))

    async def _requests(self, _request: Request) -> Response:
        return json_response(
            {
                "requests": [
                    {
                        "method": request.method,
                        "path": request.path,
                        "status": request.status,
                        "requestId": request.request_id,
                    }
                    for request in self._request_log.requests()
                ]
            }
        )

    async def _set_faults(self, request: Request) -> Response:
        body = parsing.json_object(await body_of(request))
        unknown = next((name for name in body if name != "faults"), None)
        if unknown is not None:
            raise Problem("bad_parameter_value", f"{unknown}: unknown field; the only field is faults")
        faults = parse_faults(body.get("faults"), strict=True)
        self._injector.replace(faults)
        return json_response({"faults": FAULTS.dump_python(tuple(faults), mode="json", by_alias=True)})

    async def _clear_faults(self, _request: Request) -> Response:
        self._injector.replace([])
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def _get_persister(self, request: Request) -> Response:
        return json_response(self._harvester.inspect(_key(request)))

    async def _change_persister(self, request: Request) -> Response:
        change = parse_external_change(parsing.json_object(await body_of(request)), strict=True)
        return json_response(self._harvester.change_externally(_key(request), change))


def parse_faults(documents: object, *, strict: bool = False) -> Sequence[Fault]:
    """Return the faults in the list `documents`; `strict` accepts no text for a number. Raises Problem (400)."""
    try:
        # JSON, because a strict tuple accepts an array of JSON, but not a list of Python
        return FAULTS.validate_json(json.dumps(documents), strict=True) if strict else FAULTS.validate_python(documents)
    except ValidationError as error:
        raise _bad_body(error, documents, ("faults",)) from error


def parse_external_change(document: object, *, strict: bool = False) -> ExternalChange:
    """Return the change in `document`; `strict` accepts no text for a number or a flag. Raises Problem (400)."""
    try:
        return ExternalChange.model_validate(document, strict=strict)
    except ValidationError as error:
        raise _bad_body(error, document) from error


def _bad_body(error: ValidationError, document: object, parent: Location = ()) -> Problem:
    invalid = first_invalid(error, document)
    message = invalid._replace(location=(*parent, *invalid.location)).message
    return Problem("bad_parameter_value", f"{message}; {invalid.hint}" if invalid.hint else message)


def _key(request: Request) -> Key:
    parameters = request.path_params
    return Key(parameters["project"], parameters["event_type"], parameters["eventstore"])
