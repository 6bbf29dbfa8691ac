from __future__ import annotations

import logging
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from persync.errors import Interrupted
from persync.harvester.auth import StaticToken
from persync.harvester.client import Harvester
from persync.harvester.responses import StateReport
from persync.harvester.retries import RetryPolicy
from persync.harvester.transport import Limits
from persync.model import RunState
from tests.harvester.loopback import PATH, PID, TOKEN, Loopback, Reply

RUNNING = Reply(body={"status": "RUNNING"})


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(Reply(429), id="429"),
        pytest.param(Reply(429, headers={"Retry-After": "0"}), id="429 in seconds"),
        pytest.param(Reply(503, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}), id="503 until a date"),
        pytest.param(Reply(503, headers={"Retry-After": "soon"}), id="503 until nobody knows"),
        pytest.param(Reply(502, b"<html>"), id="502"),
        pytest.param(Reply(504), id="504"),
        pytest.param(Reply(drop=True), id="no answer"),
        pytest.param(Reply(body=b'{"status"', cut=True), id="half an answer"),
        pytest.param(Reply(body=b"no gzip", headers={"Content-Encoding": "gzip"}), id="a broken answer"),
    ],
)
def test_a_read_is_repeated(api: Loopback, client: Harvester, first: Reply) -> None:
    api.answers(first, RUNNING)
    assert client.state(PID) == StateReport(RunState.RUNNING, "RUNNING")
    assert api.asked == [f"GET {PATH}/state"] * 2


def test_a_retry_is_logged_without_headers(api: Loopback, client: Harvester, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "persync.harvester")
    api.answers(Reply(503), Reply(drop=True), RUNNING)
    client.state(PID)
    lines = [re.sub(r"0\.\d\d s", "N s", record.getMessage()) for record in caplog.records]
    assert lines == [
        f"GET {PATH}/state: answered 503; trying again in N s",
        f"GET {PATH}/state: the connection to {api.url} broke before the answer was complete; trying again in N s",
    ]


def test_a_set_stop_event_ends_all_trying(api: Loopback) -> None:
    stop = threading.Event()
    stop.set()
    api.answers(Reply(503))
    with (
        Harvester(api.url, StaticToken(TOKEN), stop=stop) as client,
        pytest.raises(Interrupted) as caught,
    ):
        client.state(PID)
    assert caught.value.message == f"interrupted before GET {PATH}/state was tried again (answered 503)"


def test_a_pause_is_cut_short_by_the_stop_event(api: Loopback) -> None:
    stop = threading.Event()
    api.answers(Reply(429, headers={"Retry-After": "600"}))
    limits = Limits(retry=RetryPolicy(attempts=2, cap=3600))
    with Harvester(api.url, StaticToken(TOKEN), limits, stop=stop) as client, ThreadPoolExecutor(1) as pool:
        reading = pool.submit(client.state, PID)
        api.on_request.wait()
        stop.set()
        with pytest.raises(Interrupted):
            reading.result()


def test_an_interrupted_write_says_that_it_may_have_been_done(api: Loopback) -> None:
    stop = threading.Event()
    stop.set()
    api.answers(Reply(drop=True))
    with (
        Harvester(api.url, StaticToken(TOKEN), stop=stop) as client,
        pytest.raises(Interrupted) as caught,
    ):
        client.stop(PID)
    assert caught.value.message == (
        f"interrupted before POST {PATH}/state was tried again "
        f"(the connection to {api.url} broke before the answer was complete); it may have been done all the same"
    )
    assert api.asked == [f"POST {PATH}/state"]
