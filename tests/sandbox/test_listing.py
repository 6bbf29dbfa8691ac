"""The list of event types."""

from typing import Any

import pytest

from tests.sandbox.support import Client, running

LIST = "/projects/web/event-types"
SEEDS = [{"project": "web", "eventType": f"e{number:02}"} for number in range(45)]


def names(page: Any) -> list[str]:
    return [entry["name"] for entry in page["eventTypes"]]


def test_expand_persisters_lists_the_persisters_of_an_event_type() -> None:
    with running(
        persisters=[{"project": "web", "eventType": "visits", "eventstore": "live-segment"}, SEEDS[0]],
        otherEventTypes=[{"project": "web", "eventType": "churn", "type": "segment"}],
    ) as server:
        client = Client(server)

        def entry(name: str, kind: str, stores: list[str]) -> dict[str, Any]:
            path = f"{server.url}{LIST}/{name}"
            return {
                "name": name,
                "version": 1,
                "_links": {"self": {"href": f"{path}/1"}},
                "displayName": name,
                "projectName": "web",
                "type": kind,
                "outputs": {
                    "persisters": [
                        {
                            "eventTypeName": name,
                            "eventStoreType": store,
                            "projectName": "web",
                            "_links": {"self": {"href": f"{path}/eventstores/{store}/persister"}},
                        }
                        for store in stores
                    ],
                    "belts": [],
                },
            }

        query = "?expand=persisters&pagesize=20&offset=0"
        assert client.get(LIST + query).json() == {
            "_links": {"self": {"href": server.url + LIST + query}},
            "eventTypes": [
                entry("churn", "segment", []),
                entry("e00", "data_in", ["pg"]),
                entry("visits", "live_segment", ["live-segment"]),
            ],
        }
        assert "outputs" not in client.get(LIST).json()["eventTypes"][0]


def test_the_last_page_is_short_and_no_page_links_to_the_next() -> None:
    with running(persisters=SEEDS) as server:
        client = Client(server)
        pages = [client.get(f"{LIST}?offset={offset}").json() for offset in (0, 20, 40, 60)]
        assert [len(names(page)) for page in pages] == [20, 20, 5, 0]
        assert [name for page in pages for name in names(page)] == [seed["eventType"] for seed in SEEDS]
        assert {tuple(page) for page in pages} == {("_links", "eventTypes")}
        assert client.get(f"{LIST}?pagesize=1&expand=totalCount").json()["totalCount"] == 45


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("pagesize=-1", "Parameter 'pagesize' must be a natural number but is '-1'."),
        ("pagesize=0", "Parameter 'pagesize' must be a natural number but is '0'."),
        ("pagesize=9999999999", "Parameter 'pagesize' must be a natural number but is '9999999999'."),
        ("offset=x", "Parameter 'offset' must be a natural number but is 'x'."),
        ("pagesize=20&offset=30", "Parameter 'offset' must be a whole multiple of pagesize 20 but is '30'."),
    ],
)
def test_an_invalid_page_is_refused(query: str, message: str) -> None:
    with running(persisters=SEEDS) as server:
        response = Client(server).get(f"{LIST}?{query}")
        assert (response.status_code, response.json()["message"]) == (400, message)


def test_an_unknown_project_is_not_found_but_global_always_exists() -> None:
    with running(persisters=SEEDS) as server:
        client = Client(server)
        response = client.get("/projects/nowhere/event-types")
        assert (response.status_code, response.json()["message"]) == (404, "Project 'nowhere' not found.")
        assert client.get("/event-types").json()["eventTypes"] == []
