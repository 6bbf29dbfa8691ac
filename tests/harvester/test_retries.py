from __future__ import annotations

import logging
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from persync.errors import Interrupted
from persync.harvester.auth import StaticToken
from persync.harvester.client import Harvester
from persync.harvester.exchange import Answer, Exchange, NoAnswer, Outcome
from persync.harvester.responses import StateReport
from persync.harvester.retries import Decision, GiveUp, RetryAfter, RetryPolicy, decide
from persync.harvester.transport import HttpOptions
from persync.model import RunState
from tests.harvester.loopback import FAST, PATH, PID, TOKEN, Loopback, Reply

RUNNING = Reply(body={"status": "RUNNING"})
POLICY = RetryPolicy(attempts=4, base_delay=0.5, max_delay=3)
BUSY = Answer(503, {}, b"")
FAILING = Answer(500, {}, b'{"type": "unexpected_error"}')
NOT_SENT = NoAnswer("refused", "", retryable=True)
BROKE_OFF = NoAnswer("broke off", "", retryable=False)


def delayed(seconds: float) -> Answer:
    return Answer(429, {}, b"", retry_after=seconds)


@pytest.mark.parametrize(
    ("outcome", "attempts", "expected"),
    [
        (BUSY, 1, RetryAfter(0.5)),
        (BUSY, 2, RetryAfter(1)),
        (NOT_SENT, 3, RetryAfter(2)),
        (BUSY, 4, GiveUp("after 4 tries")),
        (delayed(2), 1, RetryAfter(2.5)),
        (delayed(3), 1, RetryAfter(3)),
        (delayed(3.5), 1, GiveUp("the server requests a delay of 3.5 s; persync waits 3 s at most")),
        (delayed(3.5), 4, GiveUp("after 4 tries")),
        (Answer(404, {}, b""), 2, GiveUp()),
        (BROKE_OFF, 1, GiveUp()),
        (FAILING, 2, RetryAfter(1)),
        (Answer(500, {}, b"<html>"), 1, GiveUp()),
        (FAILING, 3, GiveUp("after 3 tries")),
    ],
)
def test_the_decision(outcome: Outcome, attempts: int, expected: Decision) -> None:
    assert decide(outcome, attempts, POLICY, jitter=1) == expected


@pytest.mark.parametrize(
    ("outcome", "attempts", "left", "expected"),
    [
        (BUSY, 1, 60, RetryAfter(0.5)),
        (BUSY, 9, 60, RetryAfter(5)),
        (BUSY, 99, 2, RetryAfter(2)),
        (BUSY, 99, 0, GiveUp("tried again until the timeout")),
        (BUSY, 1, -1, GiveUp("the timeout is over")),
        (Answer(429, {}, b""), 99, 60, RetryAfter(0.05)),
        (delayed(2), 99, 60, RetryAfter(2.05)),
        (delayed(60), 1, 60, RetryAfter(60)),
        (delayed(61), 1, 60, GiveUp("the server requests a delay of 61 s, which is beyond the timeout")),
        (NOT_SENT, 99, 60, RetryAfter(5)),
        (FAILING, 2, 60, RetryAfter(1)),
        (FAILING, 3, 60, GiveUp("after 3 tries")),
        (Answer(404, {}, b""), 1, 60, GiveUp()),
    ],
)
def test_the_decision_with_a_deadline(outcome: Outcome, attempts: int, left: float, expected: Decision) -> None:
    assert decide(outcome, attempts, POLICY, jitter=1, left=left) == expected


@pytest.mark.parametrize("left", [None, 60])
def test_a_host_that_never_answered_is_not_waited_for(left: float | None) -> None:
    decisions = [decide(NOT_SENT, attempts, POLICY, jitter=1, left=left, answered=False) for attempts in (3, 4)]
    assert decisions == [RetryAfter(2), GiveUp("after 4 tries")]


def test_a_decision_with_another_jitter_policy_or_kind_of_request() -> None:
    assert decide(BUSY, 9, RetryPolicy(attempts=10, max_delay=3), jitter=0.5) == RetryAfter(1.5)
    assert decide(delayed(2), 1, POLICY, jitter=0) == RetryAfter(2)
    assert decide(BUSY, 1, RetryPolicy(attempts=1), jitter=1) == GiveUp()


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(Reply(429), id="429"),
        pytest.param(Reply(429, headers={"Retry-After": "0"}), id="429 in seconds"),
        pytest.param(Reply(503, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}), id="503 until a date"),
        pytest.param(Reply(503, headers={"Retry-After": "soon"}), id="503 until an unknown time"),
        pytest.param(Reply(502, b"<html>"), id="502"),
        pytest.param(Reply(504), id="504"),
        pytest.param(Reply(500, {"type": "unexpected_error", "message": "oops"}), id="500"),
        pytest.param(Reply(drop=True), id="no answer"),
        pytest.param(Reply(body=b'{"status"', cut=True), id="half an answer"),
        pytest.param(Reply(body=b"no gzip", headers={"Content-Encoding": "gzip"}), id="a broken answer"),
    ],
)
def test_a_read_is_repeated(api: Loopback, client: Harvester, first: Reply) -> None:
    api.answers(first, RUNNING)
    assert client.state(PID) == StateReport(RunState.RUNNING, "RUNNING")
    assert api.requests == [f"GET {PATH}/state"] * 2


def test_a_retry_is_logged_without_headers(api: Loopback, client: Harvester, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "persync.harvester")
    api.answers(Reply(503), Reply(drop=True), RUNNING)
    client.state(PID)
    lines = [re.sub(r"0\.\d\d s", "N s", record.getMessage()) for record in caplog.records]
    assert lines == [
        f"GET {PATH}/state: answered 503; retrying in N s",
        f"GET {PATH}/state: the connection to {api.url} broke before the answer was complete; retrying in N s",
    ]


def test_a_set_stop_event_ends_all_retries(api: Loopback) -> None:
    stop = threading.Event()
    stop.set()
    api.answers(Reply(503))
    with (
        Harvester.at(api.url, StaticToken(TOKEN), stop=stop) as client,
        pytest.raises(Interrupted) as caught,
    ):
        client.state(PID)
    assert caught.value.message == f"interrupted before GET {PATH}/state was retried (answered 503)"


def test_the_stop_event_ends_a_delay(api: Loopback) -> None:
    stop = threading.Event()
    api.answers(Reply(429, headers={"Retry-After": "600"}))
    options = HttpOptions(retry=RetryPolicy(attempts=2, max_delay=3600))
    with Harvester.at(api.url, StaticToken(TOKEN), options, stop=stop) as client, ThreadPoolExecutor(1) as pool:
        reading = pool.submit(client.state, PID)
        api.on_request.wait()
        stop.set()
        with pytest.raises(Interrupted):
            reading.result()


def test_attempts_are_counted_for_each_call(api: Loopback) -> None:
    api.answers(Reply(503), Reply(401), Reply(503), RUNNING, RUNNING)
    seen: list[tuple[int | str, int]] = []

    def observe(exchange: Exchange) -> None:
        assert isinstance(exchange.outcome, Answer)
        seen.append((exchange.outcome.status, exchange.attempt))

    class Renewed(StaticToken):
        """A token that is replaced where it is refused."""

        def refresh(self) -> None:
            self._text = f"{self._text}x"

    with Harvester.at(api.url, Renewed(TOKEN), replace(FAST, observer=observe)) as client:
        client.state(PID)
        client.state(PID)
    assert seen == [(503, 1), (401, 2), (503, 3), (200, 4), (200, 1)]
