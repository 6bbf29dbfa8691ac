"""What answers show about an API, and what a record keeps of them."""

import json
from email.utils import formatdate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.harvester.exchange import Answer, Call, Exchange, NoAnswer
from persync.harvester.probe.behaviour import Behaviour, ListBehaviour, Spelling, behaviour, clock_skews, list_behaviour
from persync.harvester.probe.record import record_of
from tests.harvester.loopback import PATH, TOKEN

EXPORT, FULL = "export=true&expand=state", "expand=state"


def exchange(query: str, body: object, path: str = PATH, status: int = 200) -> Exchange:
    return Exchange(Call("GET", path, query), Answer(status, {}, json.dumps(body).encode(), TOKEN), 0.1, 0.0)


def app(**keys: object) -> dict[str, Any]:
    return {"appConfig": {key.replace("_", "."): value for key, value in keys.items()}, "state": {"status": "RUNNING"}}


@pytest.mark.parametrize(
    ("exchanges", "expected"),
    [
        ([], Behaviour(export=None, state=None, spelling=None, hidden=False)),
        ([exchange(EXPORT, app())], Behaviour(export=True, state=True, spelling=None, hidden=False)),
        (
            [exchange(EXPORT, {"appConfig": {}, "streamName": "s"})],
            Behaviour(export=False, state=False, spelling=None, hidden=False),
        ),
        (
            [exchange(EXPORT, app()), exchange(FULL, app(eventstore_tableName="x"))],
            Behaviour(export=True, state=True, spelling=Spelling.DOCUMENTED, hidden=False),
        ),
        (
            [exchange(FULL, app(eventstore_tablename="x"))],
            Behaviour(export=None, state=True, spelling=Spelling.LOWER, hidden=False),
        ),
        (
            [exchange(FULL, app(eventstore_tablename="x")), exchange(FULL, app(eventstore_tableName="x"))],
            Behaviour(export=None, state=True, spelling=Spelling.MIXED, hidden=False),
        ),
        ([exchange(FULL, app(own="******"))], Behaviour(export=None, state=True, spelling=None, hidden=True)),
        ([exchange(FULL, app(), status=403)], Behaviour(export=None, state=None, spelling=None, hidden=False)),
        ([exchange(FULL, [1])], Behaviour(export=None, state=None, spelling=None, hidden=False)),
        ([exchange("", app(), path=f"{PATH}/state")], Behaviour(export=None, state=None, spelling=None, hidden=False)),
    ],
)
def test_behaviour(exchanges: list[Exchange], expected: Behaviour) -> None:
    assert behaviour(exchanges) == expected


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/event-types", [], ListBehaviour(projects=None, persisters=None)),
        ("/event-types", [{"name": "a"}], ListBehaviour(projects=False, persisters=False)),
        ("/projects/p/event-types", [{"name": "a", "persisters": []}], ListBehaviour(projects=None, persisters=True)),
        (
            "/event-types",
            {"_links": {}, "eventTypes": [{"projectName": "p", "outputs": {"persisters": []}}, {"projectName": "q"}]},
            ListBehaviour(projects=True, persisters=False),
        ),
        ("/event-types", {"a": [], "b": []}, ListBehaviour(projects=None, persisters=None)),
        ("/event-types/a", [{"name": "1"}], ListBehaviour(projects=None, persisters=None)),
    ],
)
def test_lists(path: str, body: object, expected: ListBehaviour) -> None:
    assert list_behaviour([exchange("", body, path=path)]) == expected


def test_the_clock() -> None:
    def dated(ahead: float, date: str | None = None) -> Exchange:
        headers = {"Date": date or formatdate(1_000_000 + ahead, usegmt=True)}
        return Exchange(Call("GET", "/"), Answer(200, headers, b""), 1.0, 1_000_000.0)

    broken = Exchange(Call("GET", "/"), NoAnswer("", "", retryable=False), 1.0, 0.0)
    assert clock_skews([dated(0), dated(90), dated(-90), dated(0, "yesterday"), broken]) == [0, 90, -90]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ""),
        ("acme", "text"),
        ("True", "True"),
        ("-17", "1"),
        ("0.5", "1.5"),
        ("500m", "1m"),
        ("512Mi", "1Mi"),
        ("P5D", "PT1S"),
        ("PT30S", "PT1S"),
        ("Payments", "text"),
        ("${superuser-password}", "${placeholder}"),
        ("[{name: 'acme'}]", "[{name: 'text'}]"),
        ("{acme: 1}", "{name: 'text'}"),
        ("********", "******"),
        (17, 1),
        (1.25, 1.5),
        (True, True),
        (None, None),
    ],
)
def test_a_value_is_replaced_by_one_of_its_kind(value: object, expected: object) -> None:
    [recorded] = record_of([exchange(FULL, {"appConfig": {"eventstore.tableName": value}})])["exchanges"]
    assert recorded["json"] == {"appConfig": {"eventstore.tableName": expected}}


def test_what_is_not_json_is_only_measured() -> None:
    page = Exchange(Call("GET", "/acme/x"), Answer(502, {"Content-Type": "text/html"}, b"<html>acme"), 0.1, 0.0)
    [recorded] = record_of([page])["exchanges"]
    assert recorded == {
        "method": "GET",
        "path": "/x/x",
        "query": "",
        "status": 502,
        "contentType": "text/html",
        "bytes": 10,
    }


def test_the_token_endpoint_is_left_out() -> None:
    call = Call("POST", "/token", origin="https://id.example.com", body=b"client_secret=x")
    assert record_of([Exchange(call, Answer(200, {}, b'{"access_token": "x"}'), 0.1, 0.0)])["exchanges"] == []


_NAMES = st.sampled_from(["name", "x y", "href", "status", "appConfig", "SECRET"])
_TEXTS = st.just("SECRET value") | st.just("/SECRET/projects/SECRET")
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(_JSON)
def test_nothing_of_a_value_is_in_a_record(content: object) -> None:
    recorded = record_of([exchange(FULL, content)])
    assert "SECRET" not in json.dumps(recorded)


def test_the_same_name_is_the_same_name() -> None:
    listed = [{"name": "a", "projectName": "p"}, {"name": "b", "projectName": "p"}, {"name": "a", "projectName": "q"}]
    [recorded] = record_of([exchange("", listed, path="/event-types")])["exchanges"]
    assert recorded["json"] == [
        {"name": "event-type-1", "projectName": "project-1"},
        {"name": "event-type-2", "projectName": "project-1"},
        {"name": "event-type-1", "projectName": "project-2"},
    ]


def test_a_name_is_replaced_wherever_it_is() -> None:
    body = {"counts": {"webshop": 3}, "status": "webshop"}
    listed = exchange("", [{"name": "clicks", "projectName": "webshop"}], path="/event-types")
    first, _ = record_of([exchange("", body, path="/event-types/x"), listed])["exchanges"]
    assert first["json"] == {"counts": {"key-1": 1}, "status": "text"}
