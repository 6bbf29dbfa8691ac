"""The differences of releases 0.8 and 1.1."""

from typing import Any

import pytest

from tests.sandbox.support import DEPLOYING, Client, Clock, path_of, pg, running

LIST = "/event-types"
PATH = "/event-types/snowplow-web/eventstores/pg/persister"
MISSING = PATH.replace("-web", "-x")
SEED = {"eventType": "snowplow-web"}
COMMON = {"timestamp": 1_600_000_000_000}


def refusal(release: str, method: str, path: str, header: str | None = "Bearer fixed") -> tuple[int, Any]:
    users = [{"name": "no-roles", "token": "fixed"}, {"name": "ed", "token": "editor", "roles": {"*": "editor"}}]
    with running(release=release, persisters=[SEED], users=users) as server:
        client = Client(server, None)
        headers = {} if header is None else {"Authorization": header}
        response = client(method, path, json={"action": "?"}, headers=headers)
        return response.status_code, response.json()


@pytest.mark.parametrize("release", ["0.8", "1.1"])
def test_old_releases_have_no_projects(release: str) -> None:
    with running(release=release, persisters=[SEED]) as server:
        client = Client(server, checked=False)
        assert client.get(path_of("snowplow-web")).status_code == 404
        assert client.get("/projects/global/event-types").status_code == 404
        shown = Client(server).get(PATH).json()
        assert ("projectName" in shown, shown["_links"]) == (False, {"self": {"href": server.url + PATH}})
        assert "projectName" not in Client(server).put(PATH, pg()).json()


@pytest.mark.parametrize(
    ("method", "path", "header", "status", "error"),
    [
        ("GET", MISSING, "Bearer fixed", 404,
         {"type": "entity_not_found", "message": "Persister 'snowplow-x' not found."}),
        ("GET", PATH, None, 401, {"type": "authentication_error", "message": "Authentication failed."}),
        ("PUT", PATH, "Bearer fixed", 403,
         {"type": "entity_not_accessible", "message": "Access forbidden due to missing roles."}),
        ("POST", f"{PATH}/state", "Bearer editor", 400,
         {"type": "bad_parameter_value",
          "message": "Parameter 'action' was assigned an invalid value, provided value: '?'."}),
        ("GET", f"{LIST}?pagesize=x", "Bearer fixed", 400,
         {"type": "bad_parameter_value", "message": "Parameter 'pagesize' must be a natural number but is 'x'."}),
    ],
)  # fmt: skip
def test_release_1_1_has_typed_errors_without_traces(
    method: str, path: str, header: str | None, status: int, error: dict[str, str]
) -> None:
    details = {"details": f"uri={path.partition('?')[0]}"}
    assert refusal("1.1", method, path, header) == (status, {**COMMON, **error, **details})


@pytest.mark.parametrize(
    ("method", "path", "header", "status", "message"),
    [
        ("GET", PATH, None, 403, "Access is denied"),
        ("PUT", PATH, "Bearer fixed", 403, "Access is denied"),
        ("GET", MISSING, "Bearer fixed", 404,
         "no eventstore found with name pg for event type with  name snowplow-x"),
        ("POST", f"{PATH}/state", "Bearer editor", 400,
         "action : was assigned an invalid value, provided value: '?'"),
        ("GET", f"{LIST}?pagesize=x", "Bearer fixed", 400, "pagesize : could not parse value"),
        ("GET", f"{LIST}/new", "Bearer fixed", 404, "No Entity found with name: new"),
        ("GET", f"{LIST}/snowplow-web/4", "Bearer fixed", 404,
         "No Entity found with name: snowplow-web and version: 4"),
        ("GET", f"{LIST}/snowplow-web/x", "Bearer fixed", 400, "version : Needs to be a long or latest"),
    ],
)  # fmt: skip
def test_release_0_8_has_its_own_messages_without_a_type(
    method: str, path: str, header: str | None, status: int, message: str
) -> None:
    error = {**COMMON, "message": message, "details": f"uri={path.partition('?')[0]}"}
    assert refusal("0.8", method, path, header) == (status, error)


def test_release_0_8_has_its_own_message_for_a_body_that_is_not_json() -> None:
    with running(release="0.8", persisters=[SEED]) as server:
        client = Client(server)
        messages = [client("PUT", PATH, data=body).json()["message"] for body in (b"{", b"[]")]
        assert messages == [
            "JSON parse error: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
            "JSON parse error: not an object",
        ]


def test_release_0_8_has_springs_401() -> None:
    error = {**COMMON, "status": 401, "error": "Unauthorized", "message": "Unauthorized", "path": PATH}
    assert refusal("0.8", "GET", PATH, "Bearer x") == (401, error)


def test_release_0_8_keeps_what_a_put_leaves_out() -> None:
    with running(release="0.8", persisters=[SEED]) as server:
        changed = Client(server).put(PATH, {"appConfig": {"a": "1"}}).json()
        assert (changed["appConfig"], changed["deployerConfig"]) == ({"a": "1"}, {"kubernetes.limits.cpu": "500m"})


def test_release_0_8_refuses_to_start_a_running_persister() -> None:
    with running(release="0.8", persisters=[{**SEED, "state": "RUNNING"}]) as server:
        response = Client(server).act(PATH, "START")
        assert (response.status_code, response.json()["message"]) == (
            500,
            "An unexpected error occurred: persister 'snowplow-web' is already deployed.",
        )


@pytest.mark.parametrize("release", ["0.8", "1.1"])
def test_old_releases_show_that_a_running_config_is_outdated(release: str) -> None:
    clock = Clock()
    with running(clock, release=release, persisters=[{**SEED, "state": "RUNNING"}]) as server:
        client = Client(server)
        client.put(PATH, pg({"a": "1"}))
        assert client.get(f"{PATH}/state").json()["status"] == "RUNNING_BUT_OUTDATED"
        client.act(PATH, "STOP")
        clock.now += 100
        client.act(PATH, "START")
        clock.now += DEPLOYING
        assert client.get(f"{PATH}/state").json()["status"] == "RUNNING"


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


@pytest.mark.parametrize("release", ["0.8", "1.1"])
def test_old_releases_list_event_types_without_projects(release: str) -> None:
    with running(release=release, persisters=[SEED]) as server:
        link = {"self": {"href": f"{server.url}{PATH}?expand="}}
        assert Client(server).get(f"{LIST}?expand=persisters,totalCount").json() == {
            "_links": {
                "self": {"href": f"{server.url}{LIST}?search=&offset=0&pagesize=20&expand=persisters,totalCount"}
            },
            "totalCount": 1,
            "eventTypes": [
                {
                    "name": "snowplow-web",
                    "displayName": "snowplow-web",
                    "version": 1,
                    "editor": "event_type_data_in_edit",
                    "consumer": None,
                    "type": "data_in",
                    "correlationIdExpression": "#randomUUID()",
                    "eventIdExpression": "#randomUUID()",
                    "timestampExpression": "#nowMillis()",
                    "topicName": "grnry_data_in_snowplow-web",
                    "retentionMs": 345_600_000,
                    "partitionCount": 32,
                    "replication": 3,
                    "eventstoreTTL": "P100Y",
                    "description": "",
                    "persisters": [{"eventTypeName": "snowplow-web", "eventstoreType": "pg", "_links": link}],
                    "_links": {"self": {"href": f"{server.url}/event-types/snowplow-web/1"}},
                }
            ],
        }


@pytest.mark.parametrize(("release", "deletion"), [("0.8", False), ("1.1", True)])
def test_old_releases_show_one_version_with_fewer_fields(release: str, deletion: bool) -> None:
    with running(release=release, persisters=[SEED]) as server:
        client = Client(server)
        shown = client.get(f"{LIST}/snowplow-web/latest").json()
        assert [field in shown for field in ("type", "editor", "outputs", "deletionExpression")] == [
            False, False, False, deletion]  # fmt: skip
        assert client.get(f"{LIST}/snowplow-web").json()["eventTypes"] == [{**shown, "version": "1"}]
        assert (client.get(f"{LIST}/snowplow-web/1?export=true").json() == shown) is not deletion


ROLES: dict[str, Any] = {
    "persisters": [{**SEED}, {"eventType": "private", "editor": "owners", "consumer": "readers"}],
    "users": [
        {"name": "anyone"},
        {"name": "default-editor", "roles": {"harvester-api": "event_type_data_in_edit"}},
        {"name": "reader", "roles": {"harvester-api": ["readers"]}},
        {"name": "owner", "roles": {"harvester-api": ["other", "owners"]}},
        {"name": "viewer", "roles": {"*": "viewer"}},
    ],
}


@pytest.mark.parametrize("release", ["0.8", "1.1"])
@pytest.mark.parametrize(
    ("user", "listed", "codes"),
    [
        ("anyone", ["snowplow-web"], [200, 403, 403, 403]),
        ("default-editor", ["snowplow-web"], [200, 200, 403, 403]),
        ("reader", ["private", "snowplow-web"], [200, 403, 200, 403]),
        ("owner", ["private", "snowplow-web"], [200, 403, 200, 200]),
        ("viewer", ["private", "snowplow-web"], [200, 403, 200, 403]),
        ("sandbox", ["private", "snowplow-web"], [200, 200, 200, 200]),
    ],
)
def test_old_releases_have_the_roles_that_event_types_name(
    release: str, user: str, listed: list[str], codes: list[int]
) -> None:
    with running(release=release, **ROLES) as server:
        client = Client(server, user)
        assert [entry["name"] for entry in client.get(LIST).json()["eventTypes"]] == listed
        private = PATH.replace("snowplow-web", "private")
        responses = [client.get(PATH), client.put(PATH, pg()), client.get(private), client.put(private, pg())]
        assert [response.status_code for response in responses] == codes
        assert client.get(f"{LIST}/private").status_code == codes[2]
        assert client.get(MISSING).status_code == 404
