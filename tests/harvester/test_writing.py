from __future__ import annotations

import json
from typing import Any

import pytest

from persync.errors import HarvesterError, RateLimited, Refused, UnexpectedAnswer, Unreachable
from persync.harvester.auth import StaticToken
from persync.harvester.client import Harvester
from tests.harvester.loopback import (
    FAST,
    FULL,
    PATH,
    PID,
    SEGMENT,
    SEGMENT_PATH,
    SHOWN,
    TOKEN,
    Loopback,
    Reply,
    Reported,
    Seen,
    harvester_error,
    unused_port,
)

PUT = f"PUT {PATH}?imported=true"
EXPORT = f"GET {SHOWN}"
WHOLE = f"GET {FULL}"
ACT = f"POST {PATH}/state"
STATE = f"GET {PATH}/state"
BODY = {
    "appVersion": "1.1",
    "appConfig": {"eventstore.batchSize": "7"},
    "deployerConfig": {"kubernetes.limits.cpu": "1"},
}
SERVER = "the cause is on the server; see its log, and search it for the trace if there is one"
UNKNOWN_OUTCOME = [
    pytest.param(Reply(drop=True), id="no answer"),
    pytest.param(Reply(200, b"{", cut=True), id="half an answer"),
    pytest.param(Reply(500), id="an empty 500"),
    pytest.param(Reply(500, b"<html>oops"), id="a gateway's 500"),
    pytest.param(Reply(502, b"<html>"), id="502"),
    pytest.param(Reply(503), id="503"),
    pytest.param(Reply(504), id="504"),
    pytest.param(Reply(302), id="an empty 302"),
]


def shown(**more: Any) -> Reply:
    live = {
        "appVersion": "1.1",
        "appConfig": {"eventstore.batchsize": "7"},
        "deployerConfig": {"kubernetes.limits.cpu": "1"},
        "state": {"status": "STOPPED"},
    }
    return Reply(body=live | more)


def status(name: str) -> Reply:
    return Reply(body={"status": name})


class TestPut:
    def test_sends_the_body_as_it_is(self, api: Loopback, client: Harvester) -> None:
        api.answers(shown())
        client.put(PID, BODY)
        assert api.seen == [Seen("PUT", f"{PATH}?imported=true", json.dumps(BODY).encode())]
        assert api.headers[0]["Content-Type"] == "application/json"

    def test_live_segment_has_no_imported(self, api: Loopback, client: Harvester) -> None:
        api.answers(Reply())
        client.put(SEGMENT, {"config": {"tasksMax": 2}})
        assert api.seen == [Seen("PUT", SEGMENT_PATH, b'{"config": {"tasksMax": 2}}')]

    @pytest.mark.parametrize("answer", [Reply(304), Reply(204), Reply(200, b"  ")])
    def test_an_answer_without_content_is_fine(self, api: Loopback, client: Harvester, answer: Reply) -> None:
        api.answers(answer)
        assert client.put(PID, BODY) == (answer.status != 304)
        assert api.requests == [PUT]

    def test_a_login_page_is_not_a_success(self, api: Loopback, client: Harvester) -> None:
        api.answers(Reply(200, b"<html><title>Login</title>", {"Content-Type": "text/html"}))
        with harvester_error() as reported:
            client.put(PID, BODY)
        assert reported[0][:2] == (UnexpectedAnswer, f"PUT {PATH} answered 200: an HTML page (text/html) «Login»")

    @pytest.mark.parametrize("answer", UNKNOWN_OUTCOME)
    def test_it_is_sent_once_whatever_is_answered(self, api: Loopback, client: Harvester, answer: Reply) -> None:
        api.answers(answer)
        with pytest.raises(HarvesterError) as caught:
            client.put(PID, BODY)
        assert (caught.value.permanent, api.requests) == (False, [PUT])

    def test_a_request_that_was_never_sent(self) -> None:
        port = unused_port()
        with (
            Harvester.at(f"http://127.0.0.1:{port}", StaticToken(TOKEN), FAST) as client,
            harvester_error() as reported,
        ):
            client.put(PID, BODY)
        assert reported == [
            Reported(
                Unreachable,
                f"PUT {PATH}: connection to http://127.0.0.1:{port} refused",
                None,
                None,
                "check the URL, and that this machine may connect to it (VPN, firewall, proxy)",
            )
        ]

    def test_a_requested_delay_is_reported(self, api: Loopback, client: Harvester) -> None:
        api.answers(Reply(429, headers={"Retry-After": "7"}))
        with pytest.raises(RateLimited) as caught:
            client.put(PID, BODY)
        assert (caught.value.retry_after, caught.value.permanent) == (7, False)

    @pytest.mark.parametrize(
        ("answer", "permanent"),
        [
            pytest.param(Reply(400, {"message": "no such table"}), True, id="400 of the API"),
            pytest.param(Reply(400, b"<html>"), False, id="400 of a proxy"),
            pytest.param(Reply(400), False, id="400 of nobody"),
            pytest.param(Reply(401), True, id="401 with a token that is not renewed"),
            pytest.param(Reply(403, {"message": "no"}), False, id="403"),
            pytest.param(Reply(404, {"message": "no"}), False, id="404"),
            pytest.param(Reply(409, {"message": "no"}), False, id="409"),
            pytest.param(Reply(415, {"message": "no"}), True, id="415 of the API"),
            pytest.param(Reply(500, {"message": "1 of 11.1 failed, 1.1.0, v1.1"}), False, id="500"),
            pytest.param(Reply(500, {"message": "version '1.1' is unknown."}), True, id="500 that names the version"),
            pytest.param(Reply(500, {"message": "there is no app 1.1."}), True, id="500 that ends with the version"),
            pytest.param(Reply(500, b"<html>1.1"), False, id="500 of a proxy"),
        ],
    )
    def test_which_errors_do_not_pass(self, api: Loopback, client: Harvester, answer: Reply, permanent: bool) -> None:
        api.answers(answer)
        with pytest.raises(HarvesterError) as caught:
            client.put(PID, BODY)
        assert (caught.value.permanent, caught.value.reworded("x").permanent) == (permanent, permanent)

    def test_a_refusal(self, api: Loopback, client: Harvester) -> None:
        api.answers(Reply(409, {"message": "busy", "type": "entity_already_exists"}))
        with harvester_error() as reported:
            client.put(PID, BODY)
        assert reported == [Reported(Refused, f"PUT {PATH} answered 409: busy", 409, "entity_already_exists", "")]


class TestActions:
    def test_start_and_stop(self, api: Loopback, client: Harvester) -> None:
        api.answers(status("DEPLOYING"), Reply())
        client.start(PID)
        client.stop(PID)
        assert api.seen == [
            Seen("POST", f"{PATH}/state", b'{"action": "START"}'),
            Seen("POST", f"{PATH}/state", b'{"action": "STOP"}'),
        ]
