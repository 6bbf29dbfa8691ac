"""The state endpoint and the logs of release 1.2, with a clock that the test sets."""

import re

import pytest

from tests.sandbox.support import DEPLOYING, FAILING, STOPPING, Client, Clock, path_of, pg, running

PATH = path_of("snowplow-web")
SEED = {"eventType": "snowplow-web"}


def status(client: Client, path: str = PATH) -> str:
    shown = client.get(f"{path}/state").json()
    assert shown == {
        "status": shown["status"],
        "_links": {"self": {"href": f"{client.server.url}{path}/state"}},
    }
    return str(shown["status"])


def test_start_deploys_and_then_it_runs() -> None:
    clock = Clock()
    with running(clock, persisters=[SEED]) as server:
        client = Client(server)
        assert status(client) == "STOPPED"
        response = client.act(PATH, "START")
        assert (response.status_code, response.json()) == (
            200,
            {"status": "DEPLOYING", "_links": {"self": {"href": f"{server.url}{PATH}/state"}}},
        )
        clock.now += DEPLOYING - 1
        assert status(client) == "DEPLOYING"
        clock.now += 1
        assert status(client) == "RUNNING"
        assert client.get(f"{PATH}?expand=state").json()["state"] == {"status": "RUNNING"}


def test_stop_removes_the_pod_after_a_delay() -> None:
    clock = Clock()
    with running(clock, persisters=[{**SEED, "state": "RUNNING"}]) as server:
        client = Client(server)
        assert client.act(PATH, "STOP").json()["status"] == "STOPPING"
        assert server.running_config("global", "snowplow-web") is not None
        clock.now += STOPPING
        assert status(client) == "STOPPED"
        assert server.running_config("global", "snowplow-web") is None


def test_start_does_nothing_to_a_running_persister() -> None:
    with running(persisters=[{**SEED, "state": "RUNNING"}]) as server:
        client = Client(server)
        response = client.act(PATH, "START")
        assert (response.status_code, response.json()["status"]) == (200, "RUNNING")


def test_start_while_it_stops_is_refused() -> None:
    with running(persisters=[{**SEED, "state": "STOPPING"}]) as server:
        response = Client(server).act(PATH, "START")
        assert (response.status_code, response.json()["type"], response.json()["message"]) == (
            500,
            "unexpected_error",
            "An unexpected error occurred: persister 'snowplow-web' is being stopped.",
        )


def test_a_deployment_fails_if_the_description_says_so() -> None:
    clock = Clock()
    with running(clock, persisters=[{**SEED, "fails": True}]) as server:
        client = Client(server)
        client.act(PATH, "START")
        clock.now += FAILING - 1
        assert status(client) == "DEPLOYING"
        clock.now += 1
        assert status(client) == "FAILED"
        assert client.act(PATH, "START").json()["status"] == "FAILED"


def test_a_pod_keeps_its_config_until_it_is_restarted() -> None:
    clock = Clock()
    with running(clock, persisters=[{**SEED, "state": "RUNNING"}]) as server:
        client = Client(server)
        old = server.running_config("global", "snowplow-web")
        client.put(PATH, pg({"a": "1"}))
        assert status(client) == "RUNNING"  # release 1.2 does not show that the config is outdated
        assert server.running_config("global", "snowplow-web") == old
        client.act(PATH, "STOP")
        clock.now += STOPPING
        client.act(PATH, "START")
        assert server.running_config("global", "snowplow-web") == {"appVersion": "latest", **pg({"a": "1"})}


@pytest.mark.parametrize("state", ["UNKNOWN", "PAUSED", "DEPLOYING", "STOPPING", "FAILED"])
def test_a_description_can_have_any_state(state: str) -> None:
    with running(persisters=[{**SEED, "state": state}]) as server:
        assert status(Client(server)) == state


@pytest.mark.parametrize(
    ("body", "shown"),
    [({}, ""), ({"action": ""}, ""), ({"action": "start"}, "start"), ({"action": "RESTART"}, "RESTART"),
     ({"action": 1}, "1")],
)  # fmt: skip
def test_an_unknown_action_is_refused(body: object, shown: str) -> None:
    with running(persisters=[SEED]) as server:
        response = Client(server).post(f"{PATH}/state", body)
        reason = f"was assigned an invalid value, provided value: '{shown}'"
        assert response.status_code == 400
        error = response.json()
        assert error.pop("traceId").isdigit()
        assert error == {
            "timestamp": 1_600_000_000_000,
            "type": "bad_parameter_value",
            "message": f"Parameter 'action' {reason}.",
            "details": f"uri={PATH}/state",
            "invalidParams": [{"type": "Parameter", "name": "action", "reason": reason}],
        }


LINE = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}  INFO \[g-p-pg-snowplow-web-sink,,,\] 1 --- \[.{15}\] \S+ +: .+"
)


def test_a_running_persister_logs_a_line_every_ten_seconds() -> None:
    clock = Clock()
    with running(clock, persisters=[{**SEED, "state": "RUNNING"}]) as server:
        client = Client(server)
        early = client.get(f"{PATH}/logs").json()["logs"]
        clock.now += 25
        later = client.get(f"{PATH}/logs").json()["logs"]
        assert (len(early), later[:5]) == (5, early)
        assert len(later) == 7
        assert all(LINE.fullmatch(line) for line in later)
        assert client.get(f"{PATH}/logs?lines=3").json() == {"logs": later[-3:]}
        assert client.get(f"{PATH}/logs?lines=").json() == {"logs": later}


def test_there_are_never_more_than_500_lines() -> None:
    clock = Clock()
    with running(clock, persisters=[{**SEED, "state": "RUNNING"}]) as server:
        clock.now += 86_400
        lines = Client(server).get(f"{PATH}/logs").json()["logs"]
        assert len(lines) == 500
        assert "Heartbeat" in lines[0]
        assert lines[-1].startswith("2020-09-14 12:26:40.000")


def test_the_log_of_a_failed_deployment_ends_with_a_stack_trace() -> None:
    with running(persisters=[{**SEED, "state": "FAILED", "appVersion": "1.10"}]) as server:
        lines = Client(server).get(f"{PATH}/logs").json()["logs"]
        assert lines[0].endswith("Starting EventstoreSinkApplication v1.10 with PID 1")
        assert lines[-3:] == [
            "Caused by: org.postgresql.util.PSQLException: The connection attempt failed.",
            "\tat org.postgresql.core.v3.ConnectionFactoryImpl.openConnectionImpl(ConnectionFactoryImpl.java:315)",
            "\t... 34 common frames omitted",
        ]


@pytest.mark.parametrize("state", ["STOPPED", "DEPLOYING", "STOPPING"])
def test_without_a_running_pod_there_are_no_logs(state: str) -> None:
    with running(persisters=[{**SEED, "state": state}]) as server:
        response = Client(server).get(f"{PATH}/logs")
        assert (response.status_code, response.json()["message"]) == (
            404,
            f"Logs of persister 'snowplow-web' not found: it is {state}.",
        )


@pytest.mark.parametrize(
    ("lines", "reason"),
    [("0", "must be between 1 and 500 but is '0'"), ("501", "must be between 1 and 500 but is '501'"),
     ("-1", "must be a natural number but is '-1'"), ("many", "must be a natural number but is 'many'")],
)  # fmt: skip
def test_lines_outside_1_to_500_are_refused(lines: str, reason: str) -> None:
    with running(persisters=[{**SEED, "state": "RUNNING"}]) as server:
        response = Client(server).get(f"{PATH}/logs?lines={lines}")
        assert (response.status_code, response.json()["message"]) == (400, f"Parameter 'lines' {reason}.")
