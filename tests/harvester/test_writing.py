from __future__ import annotations

import json
from typing import Any

import pytest

from persync.errors import Refused, ServerFault, UnexpectedAnswer, Unreachable
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

    @pytest.mark.parametrize("first", UNKNOWN_OUTCOME)
    def test_an_unknown_outcome_is_checked_and_not_repeated(
        self, api: Loopback, client: Harvester, first: Reply
    ) -> None:
        api.answers(first, shown())
        client.put(PID, BODY)
        assert api.requests == [PUT, EXPORT]

    @pytest.mark.parametrize("first", UNKNOWN_OUTCOME)
    def test_an_unknown_outcome_is_checked_and_repeated(self, api: Loopback, client: Harvester, first: Reply) -> None:
        api.answers(first, shown(appVersion="1.0"), Reply())
        client.put(PID, BODY)
        assert api.requests == [PUT, EXPORT, PUT]

    def test_429_is_retried_without_a_check(self, api: Loopback, client: Harvester) -> None:
        api.answers(Reply(429), Reply())
        client.put(PID, BODY)
        assert api.requests == [PUT, PUT]

    def test_a_request_that_was_never_sent_is_retried_without_a_check(self) -> None:
        port = unused_port()
        with Harvester(f"http://127.0.0.1:{port}", StaticToken(TOKEN), FAST) as client, harvester_error() as reported:
            client.put(PID, BODY)
        assert reported == [
            Reported(
                Unreachable,
                f"PUT {PATH}: connection to http://127.0.0.1:{port} refused (after 3 tries)",
                None,
                None,
                "check the URL, and that this machine may connect to it (VPN, firewall, proxy)",
            )
        ]

    def test_the_attempts_are_counted_and_the_last_one_is_checked(self, api: Loopback, client: Harvester) -> None:
        other = shown(appVersion="1.0")
        api.answers(Reply(503), other, Reply(503), other, Reply(503), other)
        with harvester_error() as reported:
            client.put(PID, BODY)
        expected = f"PUT {PATH} answered 503: the answer is empty (after 3 tries)"
        assert reported == [Reported(ServerFault, expected, 503, None, SERVER)]
        assert api.requests == [PUT, EXPORT] * 3

    def test_a_refusal_after_an_unknown_outcome_is_checked_too(self, api: Loopback, client: Harvester) -> None:
        api.answers(Reply(503), shown(appVersion="1.0"), Reply(409, {"message": "busy"}), shown())
        client.put(PID, BODY)
        assert api.requests == [PUT, EXPORT, PUT, EXPORT]

    def test_a_refusal_is_final(self, api: Loopback, client: Harvester) -> None:
        api.answers(Reply(409, {"message": "busy", "type": "entity_already_exists"}))
        with harvester_error() as reported:
            client.put(PID, BODY)
        assert reported == [Reported(Refused, f"PUT {PATH} answered 409: busy", 409, "entity_already_exists", "")]

    def test_where_the_check_fails_the_error_says_that_the_outcome_is_unknown(
        self, api: Loopback, client: Harvester
    ) -> None:
        api.answers(Reply(503), Reply(403, {"message": "no"}))
        with harvester_error() as reported:
            client.put(PID, BODY)
        text = (
            f"PUT {PATH} answered 503: the answer is empty; the outcome is unknown because the check failed:"
            f" GET {PATH} answered 403: the viewer (or editor) role in project 'webtracking' is missing; no"
        )
        assert reported == [Reported(ServerFault, text, 503, None, SERVER)]


class TestIsStored:
    """What counts as stored, seen from outside: then a PUT of unknown outcome is not repeated."""

    @pytest.mark.parametrize(
        "answers",
        [
            pytest.param([shown(appConfig={"EVENTSTORE.batch-size": 7})], id="another spelling"),
            pytest.param(
                [shown(appConfig={}), shown(appConfig={"eventstore.batchsize": "7", "x": "y"})], id="a default"
            ),
            pytest.param([shown(appVersion=None), shown()], id="the export omits the version"),
        ],
    )
    def test_stored(self, api: Loopback, client: Harvester, answers: list[Reply]) -> None:
        api.answers(Reply(503), *answers)
        client.put(PID, BODY)
        assert api.requests == [PUT, EXPORT, WHOLE][: 1 + len(answers)]

    @pytest.mark.parametrize(
        "answers",
        [
            pytest.param([shown(appVersion="1.0")], id="another version"),
            pytest.param([shown(appVersion=None), shown(appVersion="1.0")], id="another version by default"),
            pytest.param([shown(appConfig={"eventstore.batchsize": "8"})], id="another value"),
            pytest.param([shown(appConfig={}), shown(appConfig={"eventstore.batchsize": "8"})], id="another default"),
            pytest.param([shown(appConfig={}), shown(appConfig={})], id="nowhere"),
            pytest.param([shown(deployerConfig={"kubernetes.limits.cpu": "1", "x": "y"})], id="a key too many"),
        ],
    )
    def test_not_stored(self, api: Loopback, client: Harvester, answers: list[Reply]) -> None:
        api.answers(Reply(503), *answers, Reply())
        client.put(PID, BODY)
        assert api.requests == [*[PUT, EXPORT, WHOLE][: 1 + len(answers)], PUT]

    def test_a_body_without_version_or_maps(self, api: Loopback, client: Harvester) -> None:
        api.answers(Reply(503), shown(appConfig={}, deployerConfig={}))
        client.put(PID, {"appConfig": {}})
        assert api.requests == [PUT, EXPORT]

    def test_live_segment_shows_its_defaults_too(self, api: Loopback, client: Harvester) -> None:
        api.answers(Reply(503), Reply(body={"config": {"tasksMax": "2", "batchSize": 1}, "state": "RUNNING"}))
        client.put(SEGMENT, {"config": {"tasksMax": 2}})
        assert api.requests == [f"PUT {SEGMENT_PATH}", f"GET {SEGMENT_PATH}?expand=state"]


class TestActions:
    def test_start_and_stop(self, api: Loopback, client: Harvester) -> None:
        api.answers(status("DEPLOYING"), Reply())
        client.start(PID)
        client.stop(PID)
        assert api.seen == [
            Seen("POST", f"{PATH}/state", b'{"action": "START"}'),
            Seen("POST", f"{PATH}/state", b'{"action": "STOP"}'),
        ]

    @pytest.mark.parametrize("state", ["DEPLOYING", "RUNNING"])
    def test_a_start_that_took_effect_is_not_repeated(self, api: Loopback, client: Harvester, state: str) -> None:
        api.answers(Reply(drop=True), status(state))
        client.start(PID)
        assert api.requests == [ACT, STATE]

    @pytest.mark.parametrize("state", ["STOPPED", "RUNNING_BUT_OUTDATED", "FAILED"])
    def test_a_start_that_did_not_take_effect_is_repeated(self, api: Loopback, client: Harvester, state: str) -> None:
        api.answers(Reply(drop=True), status(state), Reply())
        client.start(PID)
        assert api.requests == [ACT, STATE, ACT]

    @pytest.mark.parametrize("state", ["STOPPING", "STOPPED"])
    def test_a_stop_that_took_effect_is_not_repeated(self, api: Loopback, client: Harvester, state: str) -> None:
        api.answers(Reply(504), status(state))
        client.stop(PID)
        assert api.requests == [ACT, STATE]

    def test_a_second_start_refused_because_of_the_first_is_fine(self, api: Loopback, client: Harvester) -> None:
        api.answers(Reply(504), status("STOPPED"), Reply(500, {"message": "already deployed"}), status("DEPLOYING"))
        client.start(PID)
        assert api.requests == [ACT, STATE, ACT, STATE]
