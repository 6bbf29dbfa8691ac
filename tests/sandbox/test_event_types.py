"""GET of one event type, and of one of its versions."""

from typing import Any

import pytest

from tests.sandbox.support import Client, running

WEB = "/projects/web/event-types/clicks"
SEEDS = [{"project": "web", "eventType": "clicks", "displayName": "Clicks"}]
TWICE = [*SEEDS, {"project": "app", "eventType": "clicks"}, {"project": "app", "eventType": "taps"}]


def test_one_version() -> None:
    with running(persisters=SEEDS) as server:
        client = Client(server)
        shown = client.get(f"{WEB}/1").json()
        assert client.get(f"{WEB}/latest").json() == shown
        assert "editor" not in shown
        expected: dict[str, Any] = {
            "name": "clicks",
            "displayName": "Clicks",
            "projectName": "web",
            "version": 1,
            "type": "data_in",
            "deletionExpression": "",
            "inputs": {"harvesters": [], "belts": []},
            "_links": {"self": {"href": f"{server.url}{WEB}/1"}},
        }
        assert {field: shown[field] for field in expected} == expected
        assert [each["eventStoreType"] for each in shown["outputs"]["persisters"]] == ["pg"]


def test_all_versions_have_their_number_as_text() -> None:
    with running(persisters=SEEDS) as server:
        client = Client(server)
        assert client.get(WEB).json() == {
            "_links": {"self": {"href": server.url + WEB}},
            "eventTypes": [{**client.get(f"{WEB}/1").json(), "version": "1"}],
        }


def test_an_export_creates_the_same_event_type() -> None:
    seeds = [*SEEDS, {"project": "web", "eventType": "visits", "eventstore": "live-segment"}]
    with running(persisters=seeds) as server:
        client = Client(server)
        assert client.get(f"{WEB}/1?export=True").json() == {
            "displayName": "Clicks",
            "correlationIdExpression": "#randomUUID()",
            "eventIdExpression": "#randomUUID()",
        }
        exported = client.get("/projects/web/event-types/visits/latest?export=true").json()
        assert exported == {"displayName": "visits", "type": "live_segment"}


def test_without_a_project_it_is_found_in_all_projects() -> None:
    with running(persisters=TWICE, users=[{"name": "no-roles"}]) as server:
        client = Client(server, "no-roles")
        found = client.get("/event-types/clicks").json()["eventTypes"]
        assert [(entry["projectName"], entry["version"]) for entry in found] == [("app", "1"), ("web", "1")]
        assert client.get("/event-types/taps/1").json() == {
            "name": "taps",
            "displayName": "taps",
            "projectName": "app",
            "version": 1,
            "type": "data_in",
            "_links": {"self": {"href": f"{server.url}/projects/app/event-types/taps/1"}},
        }


@pytest.mark.parametrize(
    ("path", "user", "status", "message"),
    [
        ("/projects/web/event-types/CLICKS", "vera", 404, "Event Type 'CLICKS' not found."),
        ("/projects/web/event-types/CLICKS/1", "vera", 404, "Event Type 'CLICKS' with version '1' not found."),
        ("/event-types/unknown", "no-roles", 404, "Event Type 'unknown' not found."),
        (f"{WEB}/4", "vera", 404, "Event Type 'clicks' with version '4' not found."),
        (f"{WEB}/-1", "vera", 400, "Parameter 'version' must be a natural number or 'latest' but is '-1'."),
        (f"{WEB}/0", "vera", 400, "Parameter 'version' must be a natural number or 'latest' but is '0'."),
        (WEB, "no-roles", 403, "Access forbidden due to missing roles."),
        (f"{WEB}/0", "no-roles", 403, "Access forbidden due to missing roles."),
    ],
)
def test_what_is_refused(path: str, user: str, status: int, message: str) -> None:
    users = [{"name": "vera", "roles": {"web": "viewer"}}, {"name": "no-roles"}]
    with running(persisters=SEEDS, users=users) as server:
        response = Client(server, user).get(path)
        assert (response.status_code, response.json()["message"]) == (status, message)
