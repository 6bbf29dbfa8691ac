"""Faults, over real connections."""

from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import pytest
import requests

from persync.sandbox.domain.faults import CONFIG_FAULTS, FAULTS, Latency, Redirect, ServerError, Unavailable
from persync.sandbox.errors import SandboxError
from persync.sandbox.fault_injection import FaultInjector
from tests.sandbox.support import FAILING, Client, Clock, path_of, pg, running, statuses

PATH = path_of("snowplow-web")
PAGE = """\
<!DOCTYPE html>
<html><head><title>504 Gateway Timeout</title></head>
<body><center><h1>504 Gateway Timeout</h1></center><hr><center>nginx</center></body></html>
"""
SEEDS = [{"eventType": "snowplow-web", "appConfig": {"eventstore.batchSize": "500"}}, {"eventType": "other"}]


def injector(*faults: dict[str, Any]) -> FaultInjector:
    return FaultInjector(FAULTS.validate_python(faults))


def test_a_fault_is_triggered_times_times_after_after_requests() -> None:
    faults = injector({"kind": "server-error", "after": 2, "times": 2})
    assert [len(faults.trigger("GET", PATH, (ServerError,))) for _ in range(6)] == [0, 0, 1, 1, 0, 0]


def test_a_fault_lasts_some_seconds_from_its_first_request_on() -> None:
    clock = Clock()
    faults = FaultInjector(FAULTS.validate_python([{"kind": "server-error", "after": 1, "lasts": 3}]), clock)
    triggered = []
    for _ in range(6):
        triggered.append(len(faults.trigger("GET", PATH, (ServerError,))))
        clock.now += 2
    assert triggered == [0, 1, 1, 0, 0, 0]


def test_faults_with_a_response_make_a_sequence() -> None:
    faults = injector({"kind": "server-error", "times": 1}, {"kind": "unavailable", "times": 1}, {"kind": "redirect"})
    kinds = (ServerError, Unavailable, Redirect)
    triggered = [faults.trigger("GET", PATH, kinds) for _ in range(4)]
    assert [[type(fault) for fault in found] for found in triggered] == [
        [ServerError],
        [Unavailable],
        [Redirect],
        [Redirect],
    ]


def test_a_fault_is_triggered_by_matching_requests_only() -> None:
    faults = injector({"kind": "latency", "seconds": 1, "method": "PUT", "path": "*/snowplow-*/persister"})
    requested = [("PUT", PATH), ("GET", PATH), ("PUT", path_of("other")), ("PUT", f"{PATH}/state")]
    expected = [Latency(kind="latency", seconds=1, method="PUT", path="*/snowplow-*/persister")]
    assert [faults.trigger(*request, (Latency,)) for request in requested] == [expected, [], [], []]


def test_other_kinds_are_not_counted() -> None:
    faults = injector({"kind": "server-error", "times": 1})
    assert faults.trigger("PUT", PATH, CONFIG_FAULTS) == []
    assert len(faults.trigger("PUT", PATH, (ServerError,))) == 1


@pytest.mark.parametrize(
    ("fault", "status", "headers", "body"),
    [
        ({"kind": "too-many-requests"}, 429, {"retry-after": "1"}, '{"message": "API rate limit exceeded"}'),
        ({"kind": "too-many-requests", "retryAfter": None}, 429, {"retry-after": None}, None),
        (
            {"kind": "too-many-requests", "retryAfter": "Fri, 31 Dec 1999 23:59:59 GMT"},
            429,
            {"retry-after": "Fri, 31 Dec 1999 23:59:59 GMT"},
            None,
        ),
        ({"kind": "unavailable"}, 503, {"retry-after": None}, ""),
        ({"kind": "unavailable", "retryAfter": 2}, 503, {"retry-after": "2"}, ""),
        ({"kind": "server-error"}, 500, {"retry-after": None}, None),
        ({"kind": "server-error", "retryAfter": 0}, 500, {"retry-after": "0"}, None),
        ({"kind": "redirect"}, 302, {"location": "https://login.example.com/"}, ""),
        ({"kind": "redirect", "location": ""}, 302, {"location": None}, ""),
        ({"kind": "not-modified"}, 304, {}, ""),
        ({"kind": "empty-response"}, 500, {}, ""),
        ({"kind": "empty-response", "status": 404}, 404, {}, ""),
        (
            {"kind": "html-error", "status": 504},
            504,
            {"content-type": "text/html; charset=utf-8"},
            PAGE,
        ),
    ],
)
def test_responses_of_a_proxy(
    fault: dict[str, object], status: int, headers: dict[str, str | None], body: str | None
) -> None:
    with running(persisters=SEEDS, faults=[fault]) as server:
        response = Client(server, checked=False).put(PATH, pg())
        assert response.status_code == status
        assert {name: response.headers.get(name) for name in headers} == headers
        assert body is None or response.text == body
        assert server.persister("global", "snowplow-web")["stored"] != {"appVersion": "latest", **pg()}


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ({"type": "bad_header_value"}, 400),
        ({"type": "entity_already_exists"}, 409),
        ({"type": "entity_in_use"}, 424),
        ({"type": "entity_in_use", "status": 412}, 412),
    ],
)
def test_every_type_of_error_can_be_injected(fault: dict[str, object], status: int) -> None:
    with running(persisters=SEEDS, faults=[{"kind": "api-error", "message": "Why.", **fault}]) as server:
        response = Client(server, checked=False).put(PATH, pg())
        assert (response.status_code, response.json()) == (
            status,
            {
                "timestamp": 1_600_000_000_000,
                "type": fault["type"],
                "message": "Why.",
                "details": f"uri={PATH}",
            },
        )


@pytest.mark.parametrize(
    ("fault", "status", "kind", "message"),
    [
        ({"kind": "server-error"}, 500, "unexpected_error", "An unexpected error occurred."),
        ({"kind": "server-error", "message": "Oh."}, 500, "unexpected_error", "Oh."),
        (
            {"kind": "api-error", "status": 409, "type": "entity_already_exists", "message": "Oh."},
            409,
            "entity_already_exists",
            "Oh.",
        ),
        (
            {"kind": "refuse"},
            400,
            "bad_parameter_value",
            "Parameter 'appConfig' was refused by the sandbox.",
        ),
    ],
)
def test_responses_in_the_format_of_the_service(fault: dict[str, str], status: int, kind: str, message: str) -> None:
    with running(persisters=SEEDS, faults=[fault]) as server:
        # another status than the OpenAPI document has for a PUT is what a fault is for
        response = Client(server, checked=fault["kind"] != "api-error").put(PATH, pg())
        assert (response.status_code, response.json()["type"], response.json()["message"]) == (status, kind, message)


def test_a_refused_put_does_not_affect_reads() -> None:
    with running(persisters=SEEDS, faults=[{"kind": "refuse"}]) as server:
        assert Client(server).get(PATH).status_code == 200


def test_a_stop_does_not_wait_for_delayed_responses() -> None:
    with running(persisters=SEEDS, faults=[{"kind": "latency", "seconds": 60}]) as server:
        client = Client(server)
        with pytest.raises(requests.ReadTimeout):
            client.session.get(server.url + PATH, timeout=0.05)


def test_drop_before_changes_nothing() -> None:
    with running(persisters=SEEDS, faults=[{"kind": "drop-before", "times": 1}]) as server:
        client = Client(server)
        before = server.persister("global", "snowplow-web")
        with pytest.raises(requests.ConnectionError):
            client.put(PATH, pg({"a": "1"}))
        assert server.persister("global", "snowplow-web") == before
        assert client.put(PATH, pg({"a": "1"})).status_code == 200
        assert statuses(server) == [("PUT", PATH, None), ("PUT", PATH, 200)]


def test_drop_after_changes_the_persister() -> None:
    with running(persisters=SEEDS, faults=[{"kind": "drop-after", "times": 1, "method": "PUT"}]) as server:
        client = Client(server)
        assert client.get(PATH).status_code == 200
        with pytest.raises(requests.ConnectionError):
            client.put(PATH, pg({"a": "1"}))
        assert server.persister("global", "snowplow-web")["stored"] == {"appVersion": "latest", **pg({"a": "1"})}
        assert statuses(server) == [("GET", PATH, 200), ("PUT", PATH, None)]


@pytest.mark.parametrize(
    "fault", [{"kind": "server-error"}, {"kind": "html-error", "status": 404}, {"kind": "api-error", "status": 424}]
)
def test_a_request_that_acts_changes_the_persister_whatever_is_answered(fault: dict[str, Any]) -> None:
    with running(persisters=SEEDS, faults=[{**fault, "acts": True, "method": "PUT"}]) as server:
        response = Client(server, checked=False).put(PATH, pg({"a": "1"}))
        assert response.status_code == fault.get("status", 500)
        assert server.persister("global", "snowplow-web")["stored"] == {"appVersion": "latest", **pg({"a": "1"})}
        assert statuses(server) == [("PUT", PATH, response.status_code)]


def test_a_get_shows_another_run_state() -> None:
    fault = {"kind": "shows-state", "state": "FAILED", "after": 1, "times": 2}
    with running(persisters=SEEDS, faults=[fault]) as server:
        client = Client(server)
        shown = [client.get(f"{PATH}/state").json()["status"] for _ in range(2)]
        shown.append(client.get(f"{PATH}?expand=state").json()["state"]["status"])
        shown.append(client.get(f"{PATH}/state").json()["status"])
        assert shown == ["STOPPED", "FAILED", "FAILED", "STOPPED"]


def test_a_get_shows_the_config_before_the_last_put() -> None:
    with running(persisters=SEEDS, faults=[{"kind": "shows-previous", "after": 1, "times": 1}]) as server:
        client = Client(server)
        export = f"{PATH}?export=true"
        before = client.get(export).json()["appConfig"]
        client.put(PATH, pg({"a": "1"}))
        assert before == {"eventstore.batchsize": "500"}
        assert [client.get(export).json()["appConfig"] for _ in range(3)] == [{"a": "1"}, before, {"a": "1"}]


def test_other_connections_are_not_dropped() -> None:
    with running(persisters=SEEDS, faults=[{"kind": "drop-before", "path": PATH}]) as server:
        other = HTTPConnection(server.url.removeprefix("http://"), timeout=30)  # does not reconnect by itself
        with closing(other):
            other.request("GET", "/")
            other.getresponse().read()
            with pytest.raises(requests.ConnectionError):
                Client(server).get(PATH)
            other.request("GET", "/")
            assert other.getresponse().status == 200


def test_a_deployment_fails_once() -> None:
    clock = Clock()
    fault = {"kind": "ends-failed", "times": 1, "path": "*/snowplow-web/*"}
    with running(clock, persisters=SEEDS, faults=[fault]) as server:
        client = Client(server)
        for path in (PATH, path_of("other")):
            client.act(path, "STOP")  # a STOP does not trigger the fault
            client.act(path, "START")
        clock.now += FAILING
        states = [client.get(f"{path}/state").json()["status"] for path in (PATH, path_of("other"))]
        assert states == ["FAILED", "RUNNING"]
        client.act(PATH, "STOP")
        clock.now += FAILING
        client.act(PATH, "START")
        clock.now += FAILING
        assert client.get(f"{PATH}/state").json()["status"] == "RUNNING"


def test_an_ignored_property_keeps_its_old_value() -> None:
    faults = [{"kind": "ignore-property", "property": key} for key in ("eventstore.batchSize", "new")]
    with running(persisters=SEEDS, faults=faults) as server:
        response = Client(server).put(PATH, pg({"eventstore.batchSize": "7", "new": "1", "other": "2"}))
        assert response.status_code == 200
        assert response.json()["appConfig"] == {"eventstore.batchSize": "500", "other": "2"}


def test_a_rewritten_property_is_changed_only_if_it_is_sent() -> None:
    fault = {"kind": "rewrite-property", "property": "a", "value": "rewritten"}
    with running(persisters=SEEDS, faults=[fault]) as server:
        client = Client(server)
        assert client.put(PATH, pg({"a": "1"}, {"b": "2"})).json()["appConfig"] == {"a": "rewritten"}
        assert client.put(PATH, pg({"b": "1"})).json()["appConfig"] == {"b": "1"}


def test_by_default_a_fault_does_not_match_the_token_endpoint() -> None:
    token = "/auth/realms/grnry/protocol/openid-connect/token"
    with running(persisters=SEEDS, faults=[{"kind": "server-error"}]) as server:
        client = Client(server, None, checked=False)
        assert client("POST", token).status_code == 400
        server.set_faults([{"kind": "server-error", "path": "/auth/*"}])
        assert client("POST", token).status_code == 500


def test_faults_can_be_replaced_at_run_time() -> None:
    with running(persisters=SEEDS, faults=[{"kind": "server-error"}]) as server:
        client = Client(server, checked=False)
        assert client.get(PATH).status_code == 500
        server.set_faults([Redirect(kind="redirect", method="PUT")])
        assert client.get(PATH).status_code == 200
        server.set_faults([])
        assert client.put(PATH, pg()).status_code == 200


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"kind": "latency"}, "faults[0].seconds: required field is missing"),
        ({"kind": "redirect", "times": 0}, "faults[0].times: must be greater than 0 but is '0'"),
        (
            {"kind": "redirect", "time": 1},
            "faults[0].time: unknown field; did you mean times?"
            " the fields are method, path, times, after, every, lasts, acts, kind, location",
        ),
    ],
)
def test_an_invalid_fault_is_refused(fault: dict[str, object], message: str) -> None:
    with running(persisters=SEEDS) as server, pytest.raises(SandboxError) as caught:
        server.set_faults([fault])
    assert str(caught.value) == message
