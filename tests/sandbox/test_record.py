"""Responses that are altered on their way, and the record of the writes that were accepted whatever was answered."""

import json
from collections.abc import Callable

import pytest
import requests

from tests.sandbox.support import Client, Clock, path_of, pg, running, statuses

PATH = path_of("snowplow-web")
SEEDS = [{"eventType": "snowplow-web", "appConfig": {"eventstore.batchSize": "500"}}]


@pytest.mark.parametrize(
    ("alteration", "alter"),
    [
        ("gzip", lambda text: text),
        ("slow", lambda text: text),
        ("truncated", lambda text: text[: len(text) // 2]),
        ("other-persister", lambda text: text.replace("/snowplow-web/", "/other/")),
        ("wrong-types", lambda text: json.dumps({key: [value] for key, value in json.loads(text).items()})),
        ("huge", lambda text: json.dumps({**json.loads(text), "padding": "x" * 20 * 2**20})),
    ],
)
def test_a_response_is_altered_on_its_way(alteration: str, alter: Callable[[str], str]) -> None:
    with running(persisters=SEEDS) as server:
        client = Client(server, checked=False)
        plain = client.get(PATH).text
        server.set_faults([{"kind": "altered-response", "alteration": alteration, "seconds": 0.01}])
        response = client.get(PATH)
        assert (response.status_code, response.text) == (200, alter(plain))
        assert response.headers.get("content-encoding") == ("gzip" if alteration == "gzip" else None)


def test_a_response_is_broken_off_and_its_request_acts() -> None:
    fault = {"kind": "altered-response", "alteration": "broken-off", "method": "PUT"}
    with running(persisters=SEEDS, faults=[fault]) as server:
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            Client(server, checked=False).put(PATH, pg({"a": "1"}))
        assert server.persister("global", "snowplow-web")["stored"] == {"appVersion": "latest", **pg({"a": "1"})}
        assert statuses(server) == [("PUT", PATH, 200)]


def test_accepted_writes_are_recorded_with_whether_they_had_an_effect() -> None:
    with running(persisters=SEEDS) as server:
        client = Client(server)
        for body in (pg({"a": "1"}), pg({"a": "1"}), {"appConfig": 1}):
            client.put(PATH, body)
        for action in ("START", "START", "STOP", "STOP"):
            client.act(PATH, action)
        assert [(write.key.event_type, write.write, write.changed) for write in server.writes()] == [
            ("snowplow-web", "PUT", True),
            ("snowplow-web", "PUT", False),
            ("snowplow-web", "START", True),
            ("snowplow-web", "START", False),
            ("snowplow-web", "STOP", True),
            ("snowplow-web", "STOP", False),
        ]


class _SlowMachine(Clock):
    """A clock with which a deployment takes less time than anything else does."""

    def __call__(self) -> float:
        self.now += 60
        return self.now


def test_the_run_states_of_a_start_are_recorded_in_their_order_however_slow_the_machine_is() -> None:
    with running(_SlowMachine(), persisters=SEEDS) as server:
        Client(server).act(PATH, "START")
        assert [change.status for change in server.run_states()] == ["STOPPED", "DEPLOYING", "RUNNING"]
