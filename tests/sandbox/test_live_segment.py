"""Live-segment persisters (release 1.2)."""

import pytest

from tests.sandbox.support import DEPLOYING, Client, Clock, path_of, running

PATH = path_of("user-visits", eventstore="live-segment")
KEYS = [
    "tasksMax",
    "batchSize",
    "maxRetries",
    "retryBackoffMs",
    "errorsTolerance",
    "errorsDeadletterqueueContextHeadersEnable",
]
SEED = {"eventType": "user-visits", "eventstore": "live-segment"}


def test_it_is_running_with_defaults_from_its_creation() -> None:
    with running(persisters=[SEED]) as server:
        assert Client(server).get(f"{PATH}?expand=state").json() == {
            "projectName": "global",
            "config": {"tasksMax": 1, "batchSize": 3000},
            "eventTypeName": "user-visits",
            "eventstoreType": "live-segment",
            "_links": {"self": {"href": f"{server.url}{PATH}?expand=&export="}},
            "state": {"status": "RUNNING"},
        }


def test_it_ignores_export_and_imported() -> None:
    with running(persisters=[SEED]) as server:
        client = Client(server)
        assert client.get(f"{PATH}?export=true").json() == client.get(PATH).json()
        assert client.put(f"{PATH}?imported=true", {"config": {"tasksMax": 2}}).json() == {
            "projectName": "global",
            "config": {"tasksMax": 2},
            "eventTypeName": "user-visits",
            "eventstoreType": "live-segment",
            "_links": {"self": {"href": f"{server.url}{PATH}?expand=&export="}},
        }


def test_the_defaults_are_those_of_the_vendors_example() -> None:
    with running(persisters=[SEED], defaults={}) as server:
        assert Client(server).get(PATH).json()["config"] == {
            "tasksMax": 3,
            "batchSize": 3000,
            "maxRetries": 10,
            "retryBackoffMs": 3000,
            "errorsTolerance": "none",
            "errorsDeadletterqueueContextHeadersEnable": False,
        }


def test_numbers_and_booleans_can_be_strings() -> None:
    with running(persisters=[SEED]) as server:
        client = Client(server)
        body = {
            "tasksMax": "2",
            "maxRetries": 5.0,
            "errorsTolerance": "all",
            "errorsDeadletterqueueContextHeadersEnable": "True",
        }
        stored = {
            "tasksMax": 2,
            "maxRetries": 5,
            "errorsTolerance": "all",
            "errorsDeadletterqueueContextHeadersEnable": True,
        }
        assert client.put(PATH, {"config": body}).json()["config"] == stored
        assert client.get(PATH).json()["config"] == {"batchSize": 3000, **stored}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Parameter 'config' cannot be null"),
        ({"config": 1}, "Parameter 'config' must be an object."),
        ({"config": {"tasksMax": True}}, "Parameter 'tasksMax' must be a natural number but is true."),
        ({"config": {"batchSize": 1.5}}, "Parameter 'batchSize' must be a natural number but is 1.5."),
        ({"config": {"errorsTolerance": "some"}}, "Parameter 'errorsTolerance' must be none or all but is \"some\"."),
        (
            {"config": {"errorsDeadletterqueueContextHeadersEnable": 1}},
            "Parameter 'errorsDeadletterqueueContextHeadersEnable' must be true or false but is 1.",
        ),
        (
            {"config": {"tasks.max": 1}},
            f"Parameter 'tasks.max' is unknown; the keys are {', '.join(KEYS)}.",
        ),
    ],
)
def test_an_invalid_config_is_refused(body: object, message: str) -> None:
    with running(persisters=[SEED]) as server:
        response = Client(server).put(PATH, body)
        assert (response.status_code, response.json()["message"]) == (400, message)


def test_restart_deploys_the_stored_config() -> None:
    clock = Clock()
    with running(clock, persisters=[SEED]) as server:
        client = Client(server)
        client.put(PATH, {"config": {"tasksMax": 2}})
        assert server.running_config("global", "user-visits", "live-segment") == {
            "config": {"tasksMax": 1, "batchSize": 3000}
        }
        assert client.act(PATH, "RESTART").json()["status"] == "DEPLOYING"
        clock.now += DEPLOYING
        assert client.get(f"{PATH}/state").json()["status"] == "RUNNING"
        assert server.running_config("global", "user-visits", "live-segment") == {"config": {"tasksMax": 2}}


def test_the_response_to_an_action_can_be_empty() -> None:
    with running(persisters=[SEED, {"eventType": "web"}], emptyStateAnswer=True) as server:
        client = Client(server, checked=False)
        response = client.act(PATH, "STOP")
        assert (response.status_code, response.content) == (200, b"")
        assert client.get(f"{PATH}/state").json()["status"] == "STOPPING"
        assert client.act(path_of("web"), "START").json()["status"] == "DEPLOYING"


def test_an_unknown_action_is_refused() -> None:
    with running(persisters=[SEED]) as server:
        response = Client(server).act(PATH, "PAUSE")
        assert (response.status_code, response.json()["message"]) == (
            400,
            "Parameter 'Action' Parameter can only have value of START,STOP,RESTART.",
        )


def test_it_has_no_logs() -> None:
    with running(persisters=[SEED]) as server:
        response = Client(server, checked=False).get(f"{PATH}/logs")
        assert (response.status_code, response.json()["message"]) == (
            404,
            "Logs of the live-segment persister 'user-visits' not found.",
        )
