"""A sandbox with a clock in the test's hand, and a client that holds every answer against the OpenAPI document."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from jsonschema import Draft202012Validator

from persync.sandbox.description import Description
from persync.sandbox.http.introspection import openapi
from persync.sandbox.server import SandboxServer

DOCUMENT: Any = openapi()
DEPLOYING, STOPPING, FAILING = 20.0, 10.0, 30.0  # seconds of the test's clock; nobody waits for them

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
    """Seconds since the epoch, moved by the test alone."""

    def __init__(self) -> None:
        self.now = 1_600_000_000.0

    def __call__(self) -> float:
        return self.now


class Client:
    """Requests to a sandbox; each answer must be one that the OpenAPI document of the sandbox has."""

    def __init__(self, server: SandboxServer, user: str | None = "sandbox", *, checked: bool = True) -> None:
        self.server = server
        self.session = requests.Session()
        self.session.trust_env = False
        if user is not None:
            self.session.headers["Authorization"] = f"Bearer {server.token(user)}"
        self._checked = checked

    def __call__(self, method: str, path: str, **options: Any) -> requests.Response:
        response = self.session.request(method, self.server.url + path, timeout=30, allow_redirects=False, **options)
        if self._checked:
            hold_against_document(method, path, response)
        return response

    def get(self, path: str, **options: Any) -> requests.Response:
        return self("GET", path, **options)

    def put(self, path: str, body: object, **options: Any) -> requests.Response:
        return self("PUT", path, json=body, **options)

    def post(self, path: str, body: object) -> requests.Response:
        return self("POST", path, json=body)

    def act(self, path: str, action: str) -> requests.Response:
        return self.post(f"{path}/state", {"action": action})


def hold_against_document(method: str, path: str, response: requests.Response) -> None:
    template = template_of(path)
    responses = DOCUMENT["paths"][template][method.lower()]["responses"]
    assert str(response.status_code) in responses, f"{method} {template} answers {response.status_code}"
    described = responses[str(response.status_code)]
    if "$ref" in described:
        described = DOCUMENT["components"]["responses"][described["$ref"].rpartition("/")[2]]
    if "content" not in described:
        assert response.content == b""
        return
    assert response.headers["content-type"] == "application/json"
    schema = described["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(response.json())


def template_of(path: str) -> str:
    steps = path.partition("?")[0].split("/")
    for template in DOCUMENT["paths"]:
        wanted = template.split("/")
        pairs = zip(wanted, steps, strict=False)
        if len(wanted) == len(steps) and all(want == step or (want[:1] == "{" and step) for want, step in pairs):
            return str(template)
    raise AssertionError(f"{path} is not in the OpenAPI document")


def described(**fields: Any) -> Description:
    return Description.model_validate({**SMALL, **fields})


@contextmanager
def running(clock: Clock | None = None, state: Path | None = None, **fields: Any) -> Iterator[SandboxServer]:
    with SandboxServer(described(**fields), state, clock=clock or Clock()) as server:
        yield server


def path_of(event_type: str, project: str = "global", eventstore: str = "pg") -> str:
    return f"/projects/{project}/event-types/{event_type}/eventstores/{eventstore}/persister"


def statuses(server: SandboxServer) -> list[tuple[str, str, int | None]]:
    return [(seen.method, seen.path, seen.status) for seen in server.requests()]


def pg(app: Mapping[str, str] | None = None, deployer: Mapping[str, str] | None = None, **more: str) -> dict[str, Any]:
    return {"appConfig": dict(app or {}), "deployerConfig": dict(deployer or {}), **more}
