"""What is below /sandbox/ and at the root, and the same from Python."""

import json

import pytest
from openapi_spec_validator import validate

from persync.sandbox.domain.states import Release
from persync.sandbox.errors import SandboxError
from persync.sandbox.http.document import openapi
from tests.sandbox.support import STOPPING, Client, Clock, path_of, pg, running, statuses

RELEASES: tuple[Release, ...] = ("0.8", "1.1", "1.2")
PATH = path_of("snowplow-web")
INSPECTED = "/sandbox/persisters/global/snowplow-web/pg"
SEED = {"eventType": "snowplow-web"}
DEFAULTS = {
    "appVersion": "latest",
    "appConfig": {"eventstore.tableName": "public.eventstore", "eventstore.batchSize": "100"},
    "deployerConfig": {"kubernetes.limits.cpu": "500m"},
}


@pytest.mark.parametrize("release", RELEASES)
def test_the_document_is_openapi_3_1(release: Release) -> None:
    validate(openapi(release))


@pytest.mark.parametrize("release", RELEASES)
def test_the_document_of_the_release_is_served(release: Release) -> None:
    with running(release=release) as server:
        document = Client(server, None).get("/openapi.json").json()
        assert (document, document["info"]["version"]) == (openapi(release), release)


def test_the_document_has_only_what_the_release_has() -> None:
    schemas = {release: openapi(release)["components"]["schemas"] for release in RELEASES}
    in_projects = [sum(path.startswith("/projects/") for path in openapi(release)["paths"]) for release in RELEASES]
    assert in_projects == [0, 0, 8]
    assert {release: found["Error"]["required"] for release, found in schemas.items()} == {
        "0.8": ["timestamp", "message", "details"],
        "1.1": ["timestamp", "type", "message", "details"],
        "1.2": ["timestamp", "type", "message", "details"],
    }
    assert {release: "projectName" in found["PgPersister"]["properties"] for release, found in schemas.items()} == {
        "0.8": False,
        "1.1": False,
        "1.2": True,
    }
    text = json.dumps([openapi(release) for release in RELEASES])
    assert ("x-releases" in text, "x-in-project" in text) == (False, False)


def test_the_root_describes_the_sandbox() -> None:
    with running() as server:
        assert Client(server, None).get("/").json() == {
            "name": "persync sandbox",
            "description": "A local stand-in for the Harvester API, for trying, testing and CI. "
            "It is not a Harvester API.",
            "_links": {
                "openapi": {"href": "/openapi.json"},
                "requests": {"href": "/sandbox/requests"},
                "faults": {"href": "/sandbox/faults"},
            },
        }


def test_requests_to_the_api_are_recorded_without_tokens() -> None:
    with running(persisters=[SEED]) as server:
        client = Client(server)
        client.session.headers["X-Request-Id"] = "run-1"
        client.get(f"{PATH}?export=true")
        del client.session.headers["X-Request-Id"]
        client.put(PATH, {})
        Client(server, None).get("/")
        client.get("/openapi.json")
        shown = client.get("/sandbox/requests")
        assert shown.json() == {
            "requests": [
                {"method": "GET", "path": f"{PATH}?export=true", "status": 200, "requestId": "run-1"},
                {"method": "PUT", "path": PATH, "status": 400, "requestId": None},
            ]
        }
        assert server.token() not in shown.text
        assert statuses(server) == [("GET", f"{PATH}?export=true", 200), ("PUT", PATH, 400)]


def test_faults_are_set_and_cleared() -> None:
    with running(persisters=[SEED]) as server:
        client = Client(server)
        response = client.post("/sandbox/faults", {"faults": [{"kind": "latency", "seconds": 0}, {"kind": "refuse"}]})
        common = {"path": "*/event-types*", "times": None, "after": 0, "every": 1, "lasts": None}
        assert response.json() == {
            "faults": [
                {**common, "method": None, "kind": "latency", "seconds": 0.0, "upTo": None},
                {
                    **common,
                    "method": "PUT",
                    "acts": False,
                    "kind": "refuse",
                    "message": "Parameter 'appConfig' was refused by the sandbox.",
                },
            ]
        }
        assert client.put(PATH, pg()).status_code == 400
        assert client("DELETE", "/sandbox/faults").status_code == 204
        assert client.put(PATH, pg()).status_code == 200


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"faults": [], "fault": []}, "fault: unknown field; the only field is faults"),
        ({"faults": [{"kind": "latency", "seconds": "1"}]}, "faults[0].seconds: must be a number but is '1'"),
        ({}, "faults: must be a list"),
    ],
)
def test_faults_over_http_are_as_strict_as_their_schema(body: object, message: str) -> None:
    with running() as server:
        response = Client(server).post("/sandbox/faults", body)
        assert (response.status_code, response.json()["message"]) == (400, message)


def test_an_invalid_fault_is_refused() -> None:
    with running(persisters=[SEED]) as server:
        response = Client(server).post("/sandbox/faults", {"faults": [{"kind": "rain"}]})
        assert response.status_code == 400
        assert response.json()["message"].startswith("faults[0]: kind must be one of 'latency', ")


def test_an_inspected_persister_has_the_stored_and_the_running_config() -> None:
    with running(persisters=[SEED]) as server:
        client = Client(server)
        assert client.get(INSPECTED).json() == {
            "project": "global",
            "eventType": "snowplow-web",
            "eventstore": "pg",
            "state": "STOPPED",
            "stored": DEFAULTS,
            "running": None,
            "fails": False,
        }
        client.act(PATH, "START")
        client.put(PATH, pg())
        assert client.get(INSPECTED).json() == server.persister("global", "snowplow-web")
        assert server.running_config("global", "snowplow-web") == DEFAULTS
        assert client.get("/sandbox/persisters/global/unknown/pg").status_code == 404


def test_an_external_change() -> None:
    clock = Clock()
    with running(clock, persisters=[{**SEED, "state": "RUNNING"}]) as server:
        client = Client(server)
        clock.now += 1
        change = {
            "set": {"appConfig": {"eventstore.batchSize": "7"}, "deployerConfig": {"new": "1"}},
            "remove": {"deployerConfig": ["kubernetes.limits.cpu", "unknown"]},
            "appVersion": "1.10",
            "fails": True,
        }
        expected = {
            "project": "global",
            "eventType": "snowplow-web",
            "eventstore": "pg",
            "state": "RUNNING",
            "stored": {
                "appVersion": "1.10",
                "appConfig": {"eventstore.tableName": "public.eventstore", "eventstore.batchSize": "7"},
                "deployerConfig": {"new": "1"},
            },
            "running": DEFAULTS,
            "fails": True,
        }
        assert client.post(INSPECTED, change).json() == expected
        assert server.change_externally("global", "snowplow-web") == expected
        assert client.get(PATH).json()["lastUpdated"] == 1_600_000_001_000


def test_an_externally_set_state_proceeds_to_the_next() -> None:
    clock = Clock()
    with running(clock, persisters=[SEED]) as server:
        server.change_externally("global", "snowplow-web", state="RUNNING")
        assert server.running_config("global", "snowplow-web") == DEFAULTS
        server.change_externally("global", "snowplow-web", state="STOPPING")
        clock.now += STOPPING
        assert server.persister("global", "snowplow-web")["state"] == "STOPPED"


def test_an_externally_changed_config_is_outdated_in_an_old_release() -> None:
    with running(release="1.1", persisters=[{**SEED, "state": "RUNNING"}]) as server:
        shown = server.change_externally("global", "snowplow-web", set={"appConfig": {"a": "1"}})
        assert (shown["state"], shown["running"]) == ("RUNNING_BUT_OUTDATED", DEFAULTS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"set": {"config": {"a": "1"}}}, "config: this persister has appConfig, deployerConfig"),
        ({"remove": {"appconfig": []}}, "appconfig: this persister has appConfig, deployerConfig"),
        (
            {"status": "RUNNING"},
            "status: unknown field; did you mean state? the fields are set, remove, appVersion, state, fails",
        ),
        (
            {"set": {"appConfig": {"a": 1}}},
            "Parameter 'appConfig.a' must be a string but is 1.",
        ),
        ({"state": "running"}, "state: must be capital letters (such as RUNNING) but is 'running'"),
    ],
)
def test_an_invalid_external_change_is_refused(change: dict[str, object], message: str) -> None:
    with running(persisters=[SEED]) as server:
        response = Client(server).post(INSPECTED, change)
        assert (response.status_code, response.json()["message"]) == (400, message)
        with pytest.raises(SandboxError) as caught:
            server.change_externally("global", "snowplow-web", "pg", **change)
        assert str(caught.value) == message


def test_from_python_an_unknown_persister_is_an_error() -> None:
    with running() as server, pytest.raises(SandboxError, match=r"^Persister 'unknown' not found\.$"):
        server.persister("global", "unknown")
