"""A sandbox with a clock that the test sets, and a client that validates each response with the OpenAPI document."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from jsonschema import Draft202012Validator

from persync.sandbox.description import Description
from persync.sandbox.http.document import openapi
from persync.sandbox.server import SandboxServer

DEPLOYING, STOPPING, FAILING = 20.0, 10.0, 30.0  # seconds of the test's clock

# Small default maps keep expected values readable.
SMALL = {
    "delays": {"deploying": DEPLOYING, "stopping": STOPPING, "failing": FAILING},
    "defaults": {
        "pg": {
            "appVersion": "latest",
            "appConfig": {"eventstore.tableName": "public.eventstore", "eventstore.batchSize": "100"},
            "deployerConfig": {"kubernetes.limits.cpu": "500m"},
        },
        "live-segment": {"config": {"tasksMax": 1, "batchSize": 3000}},
    },
}


class Clock:
    """Seconds since the epoch, set by the test."""

    def __init__(self) -> None:
        self.now = 1_600_000_000.0

    def __call__(self) -> float:
        return self.now


class Client:
    """An HTTP client of a sandbox; each response must be valid in the OpenAPI document of the sandbox."""

    def __init__(self, server: SandboxServer, user: str | None = "sandbox", *, checked: bool = True) -> None:
        self.server = server
        self.document = openapi(server.release)
        self.session = requests.Session()
        self.session.trust_env = False
        if user is not None:
            self.session.headers["Authorization"] = f"Bearer {server.token(user)}"
        self._checked = checked

    def __call__(self, method: str, path: str, **options: Any) -> requests.Response:
        response = self.session.request(method, self.server.url + path, timeout=30, allow_redirects=False, **options)
        if self._checked:
            assert_documented(self.document, method, path, response)
        return response

    def get(self, path: str, **options: Any) -> requests.Response:
        return self("GET", path, **options)

    def put(self, path: str, body: object, **options: Any) -> requests.Response:
        return self("PUT", path, json=body, **options)

    def post(self, path: str, body: object) -> requests.Response:
        return self("POST", path, json=body)

    def act(self, path: str, action: str) -> requests.Response:
        return self.post(f"{path}/state", {"action": action})


def assert_documented(document: Any, method: str, path: str, response: requests.Response) -> None:
    template = template_of(document, path)
    responses = document["paths"][template][method.lower()]["responses"]
    assert str(response.status_code) in responses, f"{method} {template} responds with {response.status_code}"
    documented = responses[str(response.status_code)]
    if "$ref" in documented:
        documented = document["components"]["responses"][documented["$ref"].rpartition("/")[2]]
    if "content" not in documented:
        assert response.content == b""
        return
    assert response.headers["content-type"] == "application/json"
    schema = documented["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": document["components"]}).validate(response.json())


def template_of(document: Any, path: str) -> str:
    steps = path.partition("?")[0].split("/")
    for template in document["paths"]:
        expected = template.split("/")
        pairs = zip(expected, steps, strict=False)
        if len(expected) == len(steps) and all(name == step or (name[:1] == "{" and step) for name, step in pairs):
            return str(template)
    raise AssertionError(f"{path} is not in the OpenAPI document")


def description_with(**fields: Any) -> Description:
    return Description.model_validate({**SMALL, **fields})


@contextmanager
def running(clock: Clock | None = None, state: Path | None = None, **fields: Any) -> Iterator[SandboxServer]:
    with SandboxServer(description_with(**fields), state, clock=clock or Clock()) as server:
        yield server


def path_of(event_type: str, project: str = "global", eventstore: str = "pg") -> str:
    return f"/projects/{project}/event-types/{event_type}/eventstores/{eventstore}/persister"


def statuses(server: SandboxServer) -> list[tuple[str, str, int | None]]:
    return [(request.method, request.path, request.status) for request in server.requests()]


def pg(app: Mapping[str, str] | None = None, deployer: Mapping[str, str] | None = None, **more: str) -> dict[str, Any]:
    return {"appConfig": dict(app or {}), "deployerConfig": dict(deployer or {}), **more}
