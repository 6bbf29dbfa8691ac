"""The persister endpoint of release 1.2: GET, PUT, export, imported, expand."""

from typing import Any

import pytest

from tests.sandbox.support import Client, Clock, description_with, path_of, pg, running

PATH = path_of("snowplow-web")
SEED = {"eventType": "snowplow-web", "appConfig": {"eventstore.batchSize": "500"}}


def full(base: str, app: dict[str, str], deployer: dict[str, str], **more: Any) -> dict[str, Any]:
    return {
        "projectName": "global",
        "streamName": "grnry-p-pg-snowplow-web",
        "appName": "grnry-eventstore-pg",
        "appVersion": "latest",
        "appConfig": app,
        "deployerConfig": deployer,
        "eventTypeName": "snowplow-web",
        "eventstoreType": "pg",
        "lastUpdated": 1_600_000_000_000,
        "_links": {"self": {"href": base + PATH}},
        **more,
    }


def test_get_shows_defaults_overlaid_with_the_stored_config_in_lower_case() -> None:
    with running(persisters=[SEED]) as server:
        response = Client(server).get(PATH)
        assert response.status_code == 200
        assert response.json() == full(
            server.url,
            {"eventstore.tablename": "public.eventstore", "eventstore.batchsize": "500"},
            {"kubernetes.limits.cpu": "500m"},
        )


def test_get_shows_keys_as_stored_with_that_option() -> None:
    with running(persisters=[SEED], keysOnGet="as-stored") as server:
        assert Client(server).get(PATH).json()["appConfig"] == {
            "eventstore.tableName": "public.eventstore",
            "eventstore.batchSize": "500",
        }


@pytest.mark.parametrize("true", ["true", "TRUE", "True"])
def test_export_has_only_what_differs_from_the_defaults(true: str) -> None:
    with running(persisters=[SEED]) as server:
        assert Client(server).get(f"{PATH}?export={true}").json() == {
            "appConfig": {"eventstore.batchsize": "500"},
            "deployerConfig": {},
            "eventTypeName": "snowplow-web",
            "eventstoreType": "pg",
        }


@pytest.mark.parametrize("query", ["", "?export=", "?export=false", "?export=1"])
def test_only_true_exports(query: str) -> None:
    with running(persisters=[SEED]) as server:
        assert Client(server).get(PATH + query).json()["projectName"] == "global"


def test_export_and_state_in_one_response() -> None:
    with running(persisters=[{**SEED, "appVersion": "1.10", "state": "RUNNING"}]) as server:
        assert Client(server).get(f"{PATH}?export=true&expand=state").json() == {
            "appVersion": "1.10",
            "appConfig": {"eventstore.batchsize": "500"},
            "deployerConfig": {},
            "eventTypeName": "snowplow-web",
            "eventstoreType": "pg",
            "state": {"status": "RUNNING"},
        }


def test_a_property_set_to_its_default_is_absent_from_the_export() -> None:
    with running(persisters=[SEED]) as server:
        client = Client(server)
        client.put(PATH, pg({"eventstore.batchSize": "100"}))
        assert client.get(f"{PATH}?export=true").json()["appConfig"] == {}
        assert client.get(PATH).json()["appConfig"]["eventstore.batchsize"] == "100"


def test_put_replaces_the_config_and_returns_it() -> None:
    clock = Clock()
    with running(clock, persisters=[SEED]) as server:
        client = Client(server)
        clock.now += 1.5
        response = client.put(PATH, pg({"eventstore.tableName": "a.b"}, {"kubernetes.volumeMounts": "[]"}))
        assert response.status_code == 200
        assert response.json() == full(
            server.url,
            {"eventstore.tableName": "a.b"},
            {"kubernetes.volumeMounts": "[]"},
            lastUpdated=1_600_000_001_500,
            _links={"self": {"href": f"{server.url}{PATH}?expand="}},
        )
        assert server.persister("global", "snowplow-web")["stored"] == {
            "appVersion": "latest",
            **pg({"eventstore.tableName": "a.b"}, {"kubernetes.volumeMounts": "[]"}),
        }
        assert client.get(PATH).json()["appConfig"] == {
            "eventstore.tablename": "a.b",
            "eventstore.batchsize": "100",
        }


def test_put_imported_stores_the_defaults_under_the_body() -> None:
    with running(persisters=[SEED]) as server:
        response = Client(server).put(f"{PATH}?imported=TRUE", pg({"eventstore.tableName": "a.b"}))
        assert response.json()["appConfig"] == {"eventstore.tableName": "a.b", "eventstore.batchSize": "100"}
        assert response.json()["deployerConfig"] == {"kubernetes.limits.cpu": "500m"}


def test_keys_are_case_sensitive() -> None:
    with running(persisters=[SEED]) as server:
        stored = Client(server).put(f"{PATH}?imported=true", pg({"eventstore.batchsize": "7"})).json()
        assert stored["appConfig"] == {
            "eventstore.tableName": "public.eventstore",
            "eventstore.batchSize": "100",
            "eventstore.batchsize": "7",
        }


def test_a_put_without_a_version_keeps_the_version() -> None:
    with running(persisters=[{**SEED, "appVersion": "1.10"}], appVersions=["1.10", "1.11"]) as server:
        client = Client(server)
        assert client.put(f"{PATH}?imported=true", pg()).json()["appVersion"] == "1.10"
        assert client.put(PATH, pg(appVersion="1.11")).json()["appVersion"] == "1.11"


def test_an_unregistered_version_is_refused_and_changes_nothing() -> None:
    with running(persisters=[SEED], appVersions=["latest"]) as server:
        client = Client(server)
        before = client.get(PATH).json()
        response = client.put(PATH, pg(appVersion="9.9"))
        assert (response.status_code, response.json()["type"], response.json()["message"]) == (
            500,
            "unexpected_error",
            "Stream app version '9.9' is not registered in Spring Cloud Data Flow.",
        )
        assert client.get(PATH).json() == before


def test_unknown_fields_are_ignored() -> None:
    with running(persisters=[SEED]) as server:
        response = Client(server).put(PATH, pg(appName="another", colour="blue"))
        assert response.json()["appName"] == "grnry-eventstore-pg"


@pytest.mark.parametrize(
    ("body", "name", "reason"),
    [
        ({"deployerConfig": {}}, "appConfig", "cannot be null"),
        ({"appConfig": {}}, "deployerConfig", "cannot be null"),
        ({"appConfig": [], "deployerConfig": {}}, "appConfig", "must be an object."),
        ({**pg(), "appVersion": 1.1}, "appVersion", "must be a string but is 1.1."),
        ({"appConfig": {"a": 6}, "deployerConfig": {}}, "appConfig.a", "must be a string but is 6."),
        ({"appConfig": {"a": None}, "deployerConfig": {}}, "appConfig.a", "must be a string but is null."),
        ({"appConfig": {}, "deployerConfig": {"b": {}}}, "deployerConfig.b", "must be a string but is {}."),
    ],
)
def test_a_body_that_is_not_maps_of_strings_is_refused(body: object, name: str, reason: str) -> None:
    with running(persisters=[SEED]) as server:
        response = Client(server).put(PATH, body)
        assert (response.status_code, response.json()) == (
            400,
            {
                "timestamp": 1_600_000_000_000,
                "type": "bad_parameter_value",
                "message": f"Parameter '{name}' {reason}",
                "details": f"uri={PATH}",
            },
        )


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"a": NaN}', b'{"a": 1e999}'])
def test_a_body_that_is_not_json_is_refused(body: bytes) -> None:
    with running(persisters=[SEED]) as server:
        response = Client(server)("PUT", PATH, data=body)
        assert (response.status_code, response.json()["type"], response.json()["message"]) == (
            400,
            "bad_parameter_value",
            "The request body is not valid JSON.",
        )


def test_a_body_that_is_not_an_object_is_refused() -> None:
    with running(persisters=[SEED]) as server:
        response = Client(server).put(PATH, [1])
        assert (response.status_code, response.json()["message"]) == (400, "The request body must be a JSON object.")


def test_a_body_of_more_than_a_mebibyte_is_refused() -> None:
    with running(persisters=[SEED]) as server:
        client = Client(server)
        fitting = pg({"a": "x" * (1024 * 1024 - len('{"appConfig": {"a": ""}, "deployerConfig": {}}'))})
        assert client.put(PATH, fitting).status_code == 200
        response = client("PUT", PATH, data=b"x" * (1024 * 1024 + 1))
        assert (response.status_code, response.json()) == (
            413,
            {
                "timestamp": "2020-09-13T12:26:40.000+0000",
                "status": 413,
                "error": "Request Entity Too Large",
                "message": "Request Entity Too Large",
                "path": PATH,
            },
        )


def test_a_lone_surrogate_is_stored() -> None:
    with running(persisters=[SEED]) as server:
        client = Client(server)
        client("PUT", PATH, data=b'{"appConfig": {"a": "\\ud800"}, "deployerConfig": {}}')
        assert client.get(f"{PATH}?export=true").json()["appConfig"] == {"a": "\ud800"}


@pytest.mark.parametrize(
    "path",
    [
        path_of("unknown"),
        path_of("SNOWPLOW-web"),
        path_of("snowplow-web", "other"),
        path_of("snowplow-web", "global", "x"),
        path_of("churn"),
        path_of("snowplow-web", "global", "live-segment"),
    ],
)
def test_an_unknown_persister_is_not_found(path: str) -> None:
    with running(persisters=[SEED], otherEventTypes=[{"eventType": "churn", "type": "segment"}]) as server:
        client = Client(server, checked=False)
        name = path.split("/")[4]
        responses = [client.get(path), client.put(path, pg()), client.get(f"{path}/state"), client.act(path, "START"),
                   client.get(f"{path}/logs")]  # fmt: skip
        assert [response.status_code for response in responses] == [404] * 5
        for response in responses:
            assert response.json()["type"] == "entity_not_found"
            assert response.json()["message"] == f"Persister '{name}' not found."


def test_without_a_project_the_path_means_global() -> None:
    with running(persisters=[SEED, {**SEED, "project": "other", "appConfig": {}}]) as server:
        client = Client(server)
        assert client.get(PATH.removeprefix("/projects/global")).json() == client.get(PATH).json()


def test_a_persister_stored_without_defaults_has_the_same_responses() -> None:
    bare = description_with(persisters=[{**SEED, "imported": False}])
    assert bare.persisters[0].stored_config(bare.defaults).document() == {
        "appVersion": "latest",
        **pg({"eventstore.batchSize": "500"}),
    }
    with running(persisters=[SEED]) as full_server, running(persisters=[{**SEED, "imported": False}]) as partial_server:
        for query in ("", "?export=true"):
            first, second = (
                Client(full_server).get(PATH + query).json(),
                Client(partial_server).get(PATH + query).json(),
            )
            assert {**first, "_links": None} == {**second, "_links": None}


def test_unknown_paths_and_methods_have_springs_response() -> None:
    with running(persisters=[SEED]) as server:
        client = Client(server, checked=False)
        assert client.get("/projects/global").json() == {
            "timestamp": "2020-09-13T12:26:40.000+0000",
            "status": 404,
            "error": "Not Found",
            "message": "Not Found",
            "path": "/projects/global",
        }
        refused = [client("DELETE", path) for path in (PATH, f"{PATH}/state", f"{PATH}/logs", "/sandbox/faults")]
        assert [(response.status_code, response.headers.get("allow")) for response in refused] == [
            (405, "GET, HEAD, PUT"),
            (405, "GET, HEAD, POST"),
            (405, "GET, HEAD"),
            (204, None),
        ]
        assert client.get(PATH + "/").status_code == 404
