"""The list of event types."""

from typing import Any

import pytest

from tests.sandbox.support import Client, running

LIST = "/projects/web/event-types"
SEEDS = [{"project": "web", "eventType": f"e{number:02}"} for number in range(45)]
MIXED: dict[str, Any] = {
    "persisters": [{"project": "web", "eventType": "visits", "eventstore": "live-segment"}, SEEDS[0]],
    "otherEventTypes": [{"project": "web", "eventType": "churn", "type": "segment"}],
}
DATA_IN_FIELDS = ["correlationIdExpression", "eventIdExpression", "timestampExpression"]
LISTED_FIELDS = {
    *("name", "displayName", "version", "editor", "consumer", "type", "topicName", "retentionMs", "partitionCount"),
    *("replication", "eventstoreTTL", "description", "_links"),
}
FIELDS_OF_1_2 = {
    *("createdAt", "createdBy", "modifiedAt", "modifiedBy", "projectName", "physicalLocations", "source", "schema"),
}


def names(page: Any) -> list[str]:
    return [entry["name"] for entry in page["eventTypes"]]


def persisters(page: Any) -> dict[str, list[Any]]:
    return {entry["name"]: entry["outputs"]["persisters"] for entry in page["eventTypes"]}


def test_the_last_page_is_short_and_no_page_links_to_the_next() -> None:
    with running(persisters=SEEDS) as server:
        client = Client(server)
        pages = [client.get(f"{LIST}?offset={offset}").json() for offset in (0, 20, 40, 60)]
        assert [len(names(page)) for page in pages] == [20, 20, 5, 0]
        assert [name for page in pages for name in names(page)] == [seed["eventType"] for seed in SEEDS]
        assert {tuple(page) for page in pages} == {("_links", "eventTypes")}
        assert client.get(f"{LIST}?pagesize=1&expand=totalCount").json()["totalCount"] == 45


@pytest.mark.parametrize(
    ("query", "count", "link"),
    [
        ("", 20, "search=&offset=0&pagesize=20&expand="),
        ("?pagesize=&offset=&search=&expand=", 20, "search=&offset=0&pagesize=20&expand="),
        ("?pagesize=4&offset=&expand=inputs,outputs", 4, "search=&offset=0&pagesize=4&expand=inputs,outputs"),
        ("?search=E1&offset=", 10, "search=E1&offset=0&pagesize=20&expand="),
        ("?search=a%20%26b", 0, "search=a%20%26b&offset=0&pagesize=20&expand="),
    ],
)
def test_an_empty_parameter_has_its_default(query: str, count: int, link: str) -> None:
    with running(persisters=SEEDS) as server:
        page = Client(server).get(LIST + query).json()
        assert (len(names(page)), page["_links"]) == (count, {"self": {"href": f"{server.url}{LIST}?{link}"}})


def test_search_compares_display_names_ignoring_case() -> None:
    seeds = [{"eventType": "a", "displayName": "Web Clicks"}, {"eventType": "clicks"}, {"eventType": "b"}]
    with running(persisters=seeds) as server:
        page = Client(server).get("/projects/global/event-types?search=click&expand=totalCount").json()
        assert (names(page), page["totalCount"]) == (["a", "clicks"], 2)


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


def test_an_entry_has_the_fields_of_the_reference() -> None:
    with running(**MIXED) as server:
        churn, data_in, visits = Client(server).get(LIST).json()["eventTypes"]
        assert (set(churn), set(visits)) == (LISTED_FIELDS | FIELDS_OF_1_2, LISTED_FIELDS | FIELDS_OF_1_2)
        assert set(data_in) == {*LISTED_FIELDS, *FIELDS_OF_1_2, *DATA_IN_FIELDS}
        shown = ["type", "editor", "consumer", "topicName", "createdAt", "version", "schema"]
        assert [[entry[field] for field in shown] for entry in (data_in, visits)] == [
            ["data_in", "event_type_data_in_edit", None, "grnry_data_in_e00", "2020-09-13T12:26:40.000Z", 1, None],
            ["live_segment", "event_type_live_segment_edit", None, "grnry_live_segment_visits",
             "2020-09-13T12:26:40.000Z", 1, None],
        ]  # fmt: skip


def test_outputs_and_inputs_are_expanded() -> None:
    with running(**MIXED) as server:
        page = Client(server).get(f"{LIST}?expand=inputs,outputs").json()

        def listed(name: str, store: str) -> dict[str, Any]:
            href = f"{server.url}{LIST}/{name}/eventstores/{store}/persister?expand=&export="
            return {
                "eventTypeName": name,
                "eventStoreType": store,
                "projectName": "web",
                "_links": {"self": {"href": href}},
            }

        assert persisters(page) == {
            "churn": [],
            "e00": [listed("e00", "pg")],
            "visits": [listed("visits", "live-segment")],
        }
        assert [entry["inputs"] for entry in page["eventTypes"]] == [{"harvesters": [], "belts": []}] * 3


def test_expand_persisters_adds_their_states() -> None:
    with running(**MIXED) as server:
        page = Client(server).get(f"{LIST}?expand=persisters").json()
        states = {name: [entry["state"] for entry in found] for name, found in persisters(page).items()}
        assert states == {"churn": [], "e00": [{"status": "STOPPED"}], "visits": [{"status": "RUNNING"}]}
        assert [entry for entry in page["eventTypes"] if "inputs" in entry] == []


def test_without_a_project_all_projects_are_listed_with_limited_bodies() -> None:
    with running(persisters=[SEEDS[1], {"eventType": "b"}, SEEDS[0]], users=[{"name": "no-roles"}]) as server:
        page = Client(server, "no-roles").get("/event-types?expand=persisters,totalCount").json()

        def limited(project: str, name: str) -> dict[str, Any]:
            href = f"{server.url}/projects/{project}/event-types/{name}/1"
            names = {"name": name, "displayName": name, "projectName": project}
            return {**names, "version": 1, "type": "data_in", "_links": {"self": {"href": href}}}

        link = f"{server.url}/event-types?search=&offset=0&pagesize=20&expand=persisters,totalCount"
        assert page == {
            "_links": {"self": {"href": link}},
            "eventTypes": [limited("global", "b"), limited("web", "e00"), limited("web", "e01")],
            "totalCount": 3,
        }


def test_an_unknown_project_is_not_found_but_global_always_exists() -> None:
    with running(persisters=SEEDS) as server:
        client = Client(server)
        response = client.get("/projects/nowhere/event-types")
        assert (response.status_code, response.json()["message"]) == (404, "Project 'nowhere' not found.")
        assert client.get("/projects/global/event-types").json()["eventTypes"] == []
