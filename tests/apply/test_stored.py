"""What counts as stored after a PUT whose outcome is unknown, judged by real answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from persync.apply.stored import is_stored
from persync.harvester.auth import StaticToken
from persync.harvester.client import Harvester
from persync.model import PersisterId
from tests.harvester.loopback import (
    FAST,
    FULL,
    PID,
    SEGMENT,
    SEGMENT_PATH,
    SHOWN,
    TOKEN,
    Loopback,
    Reply,
    serving,
)

EXPORT = f"GET {SHOWN}"
WHOLE = f"GET {FULL}"
BODY = {
    "appVersion": "1.1",
    "appConfig": {"eventstore.batchSize": "7"},
    "deployerConfig": {"kubernetes.limits.cpu": "1"},
}


@pytest.fixture
def api() -> Iterator[Loopback]:
    with serving() as loopback:
        yield loopback


def shown(**more: Any) -> Reply:
    live = {
        "appVersion": "1.1",
        "appConfig": {"eventstore.batchsize": "7"},
        "deployerConfig": {"kubernetes.limits.cpu": "1"},
        "state": {"status": "STOPPED"},
    }
    return Reply(body=live | more)


def stored(api: Loopback, body: dict[str, Any], answers: list[Reply], pid: PersisterId = PID) -> bool:
    """Return what ``is_stored`` makes of these answers, all of which are read."""
    api.answers(*answers)
    with Harvester.at(api.url, StaticToken(TOKEN), FAST) as client:
        found = is_stored(body, client.read(pid), lambda: client.read_full(pid))
    assert api.requests == ([f"GET {SEGMENT_PATH}?expand=state"] if pid is SEGMENT else [EXPORT, WHOLE][: len(answers)])
    return found


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([shown()], id="as it is"),
        pytest.param([shown(appConfig={"EVENTSTORE.batch-size": 7})], id="another spelling"),
        pytest.param([shown(appConfig={}), shown(appConfig={"eventstore.batchsize": "7", "x": "y"})], id="a default"),
        pytest.param([shown(appVersion=None), shown()], id="the export omits the version"),
        pytest.param([shown(appConfig={"eventstore.batchsize": "***"})], id="hidden"),
        pytest.param([shown(appConfig={}), shown(appConfig={"eventstore.batchsize": "***"})], id="a hidden default"),
    ],
)
def test_stored(api: Loopback, answers: list[Reply]) -> None:
    assert stored(api, BODY, answers)


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([shown(appVersion="1.0")], id="another version"),
        pytest.param([shown(appVersion=None), shown(appVersion="1.0")], id="another version by default"),
        pytest.param([shown(appConfig={"eventstore.batchsize": "8"})], id="another value"),
        pytest.param([shown(appConfig={"eventstore.batchsize": "8***"})], id="another value, hidden in part"),
        pytest.param([shown(appConfig={}), shown(appConfig={"eventstore.batchsize": "8"})], id="another default"),
        pytest.param([shown(appConfig={}), shown(appConfig={})], id="nowhere"),
        pytest.param([shown(deployerConfig={"kubernetes.limits.cpu": "1", "x": "y"})], id="a key too many"),
    ],
)
def test_not_stored(api: Loopback, answers: list[Reply]) -> None:
    assert not stored(api, BODY, answers)


def test_a_body_without_version_or_maps(api: Loopback) -> None:
    assert stored(api, {"appConfig": {}}, [shown(appConfig={}, deployerConfig={})])


def test_live_segment_shows_its_defaults_too(api: Loopback) -> None:
    answer = Reply(body={"config": {"tasksMax": "2", "batchSize": 1}, "state": "RUNNING"})
    assert stored(api, {"config": {"tasksMax": 2}}, [answer], SEGMENT)
