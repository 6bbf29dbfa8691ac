"""The differences of releases 0.8 and 1.1."""

from typing import Any

import pytest

from tests.sandbox.support import DEPLOYING, Client, Clock, path_of, pg, running

PATH = "/event-types/snowplow-web/eventstores/pg/persister"
SEED = {"eventType": "snowplow-web"}


def refusal(release: str, path: str, user: str | None, method: str = "GET") -> tuple[int, Any]:
    with running(release=release, persisters=[SEED], users=[{"name": "no-roles"}]) as server:
        response = Client(server, user, checked=False)(method, path, json={"action": "?"})
        return response.status_code, response.json()


@pytest.mark.parametrize("release", ["0.8", "1.1"])
def test_old_releases_have_no_projects(release: str) -> None:
    with running(release=release, persisters=[SEED]) as server:
        client = Client(server, checked=False)
        assert client.get(path_of("snowplow-web")).status_code == 404
        assert client.get("/projects/global/event-types").status_code == 404
        shown = client.get(PATH)
        assert (shown.status_code, shown.json()["_links"]) == (200, {"self": {"href": server.url + PATH}})


def test_release_1_1_has_typed_errors_without_traces() -> None:
    missing = PATH.replace("web", "x")
    assert refusal("1.1", missing, "sandbox") == (
        404,
        {
            "timestamp": 1_600_000_000_000,
            "type": "entity_not_found",
            "message": "Persister 'snowplow-x' not found.",
            "details": f"uri={missing}",
        },
    )
    assert refusal("1.1", PATH, None) == (
        401,
        {
            "timestamp": 1_600_000_000_000,
            "type": "authentication_error",
            "message": "Authentication failed.",
            "details": f"uri={PATH}",
        },
    )


def test_release_0_8_has_errors_without_a_type() -> None:
    assert refusal("0.8", PATH, "no-roles") == (
        403,
        {
            "timestamp": 1_600_000_000_000,
            "message": "Access forbidden due to missing roles.",
            "details": f"uri={PATH}",
        },
    )
    assert refusal("0.8", f"{PATH}/state", "sandbox", "POST") == (
        400,
        {
            "timestamp": 1_600_000_000_000,
            "message": "Parameter 'action' was assigned an invalid value, provided value: '?'.",
            "details": f"uri={PATH}/state",
        },
    )


def test_release_0_8_has_springs_401() -> None:
    assert refusal("0.8", PATH, None) == (
        401,
        {
            "timestamp": "2020-09-13T12:26:40.000+0000",
            "status": 401,
            "error": "Unauthorized",
            "message": "Unauthorized",
            "path": PATH,
        },
    )


def test_release_0_8_refuses_to_start_a_running_persister() -> None:
    with running(release="0.8", persisters=[{**SEED, "state": "RUNNING"}]) as server:
        response = Client(server, checked=False).act(PATH, "START")
        assert (response.status_code, response.json()["message"]) == (
            500,
            "An unexpected error occurred: persister 'snowplow-web' is already deployed.",
        )


@pytest.mark.parametrize("release", ["0.8", "1.1"])
def test_old_releases_show_that_a_running_config_is_outdated(release: str) -> None:
    clock = Clock()
    with running(clock, release=release, persisters=[{**SEED, "state": "RUNNING"}]) as server:
        client = Client(server, checked=False)
        client.put(PATH, pg({"a": "1"}))
        assert client.get(f"{PATH}/state").json()["status"] == "RUNNING_BUT_OUTDATED"
        client.act(PATH, "STOP")
        clock.now += 100
        client.act(PATH, "START")
        clock.now += DEPLOYING
        assert client.get(f"{PATH}/state").json()["status"] == "RUNNING"


def test_release_0_8_lists_fewer_fields() -> None:
    with running(release="0.8", persisters=[SEED]) as server:
        listed = Client(server, checked=False).get("/event-types?expand=persisters").json()
        assert listed["eventTypes"] == [
            {
                "name": "snowplow-web",
                "version": 1,
                "_links": {"self": {"href": f"{server.url}/event-types/snowplow-web/1"}},
                "outputs": {
                    "persisters": [
                        {
                            "eventTypeName": "snowplow-web",
                            "eventStoreType": "pg",
                            "projectName": "global",
                            "_links": {"self": {"href": server.url + PATH}},
                        }
                    ],
                    "belts": [],
                },
            }
        ]


def test_release_0_8_knows_neither_export_nor_imported() -> None:
    with running(release="0.8", persisters=[SEED]) as server:
        client = Client(server, checked=False)
        shown = client.get(PATH).json()
        assert client.get(f"{PATH}?export=true").json() == shown
        assert shown["appConfig"] == {"eventstore.tablename": "public.eventstore", "eventstore.batchsize": "100"}
        client.put(f"{PATH}?imported=true", pg({"a": "1"}))
        client.act(PATH, "START")
        assert server.running_config("global", "snowplow-web", "pg") == {
            "appVersion": "latest",
            "appConfig": {"a": "1"},
            "deployerConfig": {},
        }
