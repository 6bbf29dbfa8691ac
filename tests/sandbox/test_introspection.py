"""What is below /sandbox/ and at the root, and the same from Python."""

import pytest
from openapi_spec_validator import validate

from persync.sandbox.errors import SandboxError
from tests.sandbox.support import DOCUMENT, STOPPING, Client, Clock, path_of, pg, running, statuses

PATH = path_of("snowplow-web")
HAND = "/sandbox/persisters/global/snowplow-web/pg"
SEED = {"eventType": "snowplow-web"}
DEFAULTS = {
    "appVersion": "latest",
    "appConfig": {"eventstore.tableName": "public.eventstore", "eventstore.batchSize": "100"},
    "deployerConfig": {"kubernetes.limits.cpu": "500m"},
}


def test_the_document_is_openapi_3_1() -> None:
    validate(DOCUMENT)


def test_the_document_is_served() -> None:
    with running() as server:
        assert Client(server, None).get("/openapi.json").json() == DOCUMENT


def test_the_root_says_what_this_is_not() -> None:
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


def test_requests_are_recorded_without_tokens_and_without_those_outside_the_api() -> None:
    with running(persisters=[SEED]) as server:
        client = Client(server)
        client.get(f"{PATH}?export=true")
        client.put(PATH, {})
        Client(server, None).get("/")
        client.get("/openapi.json")
        shown = client.get("/sandbox/requests")
        assert shown.json() == {
            "requests": [
                {"method": "GET", "path": f"{PATH}?export=true", "status": 200},
                {"method": "PUT", "path": PATH, "status": 400},
            ]
        }
        assert server.token() not in shown.text
        assert statuses(server) == [("GET", f"{PATH}?export=true", 200), ("PUT", PATH, 400)]


def test_faults_are_set_and_cleared() -> None:
    with running(persisters=[SEED]) as server:
        client = Client(server)
        response = client.post("/sandbox/faults", {"faults": [{"kind": "latency", "seconds": 0}, {"kind": "refuse"}]})
        common = {"path": "*/event-types*", "times": None, "after": 0}
        assert response.json() == {
            "faults": [
                {**common, "method": None, "kind": "latency", "seconds": 0.0},
                {
                    **common,
                    "method": "PUT",
                    "kind": "refuse",
                    "message": "Parameter 'appConfig' was refused by the sandbox.",
                },
            ]
        }
        assert client.put(PATH, pg()).status_code == 400
        assert client("DELETE", "/sandbox/faults").status_code == 204
        assert client.put(PATH, pg()).status_code == 200


def test_a_fault_that_is_none_is_refused() -> None:
    with running(persisters=[SEED]) as server:
        response = Client(server).post("/sandbox/faults", {"faults": [{"kind": "rain"}]})
        assert response.status_code == 400
        assert response.json()["message"].startswith("faults.0: Input tag 'rain' found using 'kind'")


def test_a_persister_shows_what_is_stored_and_what_runs() -> None:
    with running(persisters=[SEED]) as server:
        client = Client(server)
        assert client.get(HAND).json() == {
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
        assert client.get(HAND).json() == server.persister("global", "snowplow-web")
        assert server.running_config("global", "snowplow-web") == DEFAULTS
        assert client.get("/sandbox/persisters/global/nobody/pg").status_code == 404


def test_a_change_by_hand() -> None:
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
        assert client.post(HAND, change).json() == expected
        assert server.change_by_hand("global", "snowplow-web") == expected
        assert client.get(PATH).json()["lastUpdated"] == 1_600_000_001_000


def test_a_state_by_hand_goes_on_from_there() -> None:
    clock = Clock()
    with running(clock, persisters=[SEED]) as server:
        server.change_by_hand("global", "snowplow-web", state="RUNNING")
        assert server.running_config("global", "snowplow-web") == DEFAULTS
        server.change_by_hand("global", "snowplow-web", state="STOPPING")
        clock.now += STOPPING
        assert server.persister("global", "snowplow-web")["state"] == "STOPPED"


def test_a_property_changed_by_hand_makes_an_old_release_say_so() -> None:
    with running(release="1.1", persisters=[{**SEED, "state": "RUNNING"}]) as server:
        shown = server.change_by_hand("global", "snowplow-web", set={"appConfig": {"a": "1"}})
        assert (shown["state"], shown["running"]) == ("RUNNING_BUT_OUTDATED", DEFAULTS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"set": {"config": {"a": "1"}}}, "config: this persister has appConfig, deployerConfig"),
        ({"remove": {"appconfig": []}}, "appconfig: this persister has appConfig, deployerConfig"),
        ({"status": "RUNNING"}, "status: unknown field"),
        ({"state": "running"}, "state: String should match pattern '^[A-Z_]+$'"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(change: dict[str, object], message: str) -> None:
    with running(persisters=[SEED]) as server:
        response = Client(server).post(HAND, change)
        assert (response.status_code, response.json()["message"]) == (400, message)
        with pytest.raises(SandboxError) as caught:
            server.change_by_hand("global", "snowplow-web", "pg", **change)
        assert str(caught.value) == message


def test_from_python_an_unknown_persister_is_an_error() -> None:
    with running() as server, pytest.raises(SandboxError, match=r"^Persister 'nobody' not found\.$"):
        server.persister("global", "nobody")
