"""The HTTP below /sandbox/ and at /: what a real Harvester API does not have. No authentication: loopback only."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from http import HTTPStatus
from importlib import resources
from typing import cast

import yaml
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from persync.sandbox.domain import submitted
from persync.sandbox.domain.models import first_problem
from persync.sandbox.domain.persister import Key
from persync.sandbox.domain.problems import Problem
from persync.sandbox.faults import FAULTS, Fault, FaultList
from persync.sandbox.hand import HandChange
from persync.sandbox.harvester import Harvester
from persync.sandbox.http.gateway import Recorder
from persync.sandbox.http.wire import as_json, body_of

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
    """The handlers outside the API."""

    def __init__(self, harvester: Harvester, faults: FaultList, recorder: Recorder) -> None:
        """Show and change `harvester` and `faults`; show what `recorder` saw."""
        self._harvester = harvester
        self._faults = faults
        self._recorder = recorder

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/", self._root, methods=["GET"]),
            Route("/openapi.json", self._openapi, methods=["GET"]),
            Route("/sandbox/requests", self._requests, methods=["GET"]),
            Route("/sandbox/faults", self._set_faults, methods=["POST"]),
            Route("/sandbox/faults", self._clear_faults, methods=["DELETE"]),
            Route(_PERSISTER, self._read, methods=["GET"]),
            Route(_PERSISTER, self._change, methods=["POST"]),
        ]

    async def _root(self, _request: Request) -> Response:
        return as_json(_ROOT)

    async def _openapi(self, _request: Request) -> Response:
        return as_json(openapi())

    async def _requests(self, _request: Request) -> Response:
        return as_json({"requests": [asdict(seen) for seen in self._recorder.requests()]})

    async def _set_faults(self, request: Request) -> Response:
        body = submitted.json_object(await body_of(request))
        faults = faults_from(body.get("faults"))
        self._faults.replace(faults)
        return as_json({"faults": FAULTS.dump_python(tuple(faults), mode="json", by_alias=True)})

    async def _clear_faults(self, _request: Request) -> Response:
        self._faults.replace([])
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def _read(self, request: Request) -> Response:
        return as_json(self._harvester.everything(_key(request)))

    async def _change(self, request: Request) -> Response:
        change = hand_change_from(submitted.json_object(await body_of(request)))
        return as_json(self._harvester.change_by_hand(_key(request), change))


def faults_from(documents: object) -> Sequence[Fault]:
    """Return the faults that `documents`, a list, describes; raises Problem (400)."""
    try:
        return FAULTS.validate_python(documents)
    except ValidationError as error:
        raise Problem("bad_parameter_value", f"faults.{first_problem(error)[1]}") from error


def hand_change_from(document: object) -> HandChange:
    """Return the change that `document` describes; raises Problem (400)."""
    try:
        return HandChange.model_validate(document)
    except ValidationError as error:
        raise Problem("bad_parameter_value", first_problem(error)[1]) from error


@cache
def openapi() -> dict[str, object]:
    """Return the OpenAPI 3.1 document of the sandbox, kept beside this module as openapi.yaml."""
    text = resources.files("persync.sandbox.http").joinpath("openapi.yaml").read_text(encoding="utf-8")
    return cast("dict[str, object]", yaml.safe_load(text))


def _key(request: Request) -> Key:
    parameters = request.path_params
    return Key(parameters["project"], parameters["event_type"], parameters["eventstore"])
