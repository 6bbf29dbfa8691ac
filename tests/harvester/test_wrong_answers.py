"""Answers of the right shape that are not the answer to the request: another persister's, or no export."""

from __future__ import annotations

from typing import Any

import pytest

from persync.errors import UnexpectedAnswer, WrongAnswer
from persync.harvester.client import Harvester
from persync.model import LivePersister, PersisterId, RunState, Section
from tests.harvester.loopback import (
    PATH,
    PID,
    SEGMENT,
    SEGMENT_PATH,
    TOKEN,
    Loopback,
    Reply,
    Reported,
    harvester_error,
)

NO_API = "check the URL; a proxy or a login page may be answering in place of the Harvester API"
MIXED_UP = "a cache or a proxy in front of the API, or the API itself, mixes up answers: tell its operator"
TOO_OLD = (
    "upgrade Granary: an older release ignores 'imported' too, so a PUT of the files would drop every default;"
    " 'persync status' and 'persync logs' work"
)
CONFIG: dict[str, Any] = {"appConfig": {}, "deployerConfig": {}, "state": {"status": "RUNNING"}}


def link(path: str) -> dict[str, object]:
    return {"_links": {"self": {"href": f"https://hostname{path}"}}}


# What an answer may say about itself, and what is wrong with that.
OWN = [
    pytest.param({}, id="no names"),
    pytest.param({"projectName": None, "eventTypeName": None, "eventstoreType": None}, id="null"),
    pytest.param({"eventTypeName": "snowplow-web"}, id="no project: releases 0.8 to 1.1"),
    pytest.param({"projectName": "webtracking", "eventTypeName": "Snowplow-WEB"}, id="event type in another case"),
    pytest.param({"eventTypeName": "snowplow-web", "eventStoreType": "PG"}, id="the list's spelling"),
]
OTHERS = [
    pytest.param({"eventTypeName": "snowplow-app"}, "event type is 'snowplow-app', not 'snowplow-web'", id="type"),
    pytest.param({"eventTypeName": 5}, "event type is '5', not 'snowplow-web'", id="number"),
    pytest.param({"eventTypeName": "a\x1b[31m"}, "event type is 'a [31m', not 'snowplow-web'", id="control characters"),
    pytest.param({"eventTypeName": TOKEN}, "event type is '(sensitive)', not 'snowplow-web'", id="the token"),
    pytest.param({"projectName": "billing"}, "project is 'billing', not 'webtracking'", id="project"),
    pytest.param({"projectName": "WebTracking"}, "project is 'WebTracking', not 'webtracking'", id="project's case"),
    pytest.param({"eventstoreType": "live-segment"}, "event store is 'live-segment', not 'pg'", id="store"),
    pytest.param({"eventStoreType": "mongo"}, "event store is 'mongo', not 'pg'", id="store, the list's spelling"),
]
OWN_LINKS = [
    pytest.param(link(f"{PATH}/state"), id="link"),
    pytest.param(link(f"/harvester{PATH}/state?x=1"), id="behind a path"),
    pytest.param(link("/projects/webtracking/event-types/snowplow%2Dweb/eventstores/pg/persister/state"), id="quoted"),
    pytest.param(link("/event-types/snowplow-web/eventstores/pg/persister"), id="without a project"),
    pytest.param(link("/somewhere/else"), id="some link"),
    pytest.param({"_links": None}, id="null"),
    pytest.param({"_links": [{"href": f"{PATH}x"}]}, id="links of another shape"),
]
OTHER_LINKS = [
    (
        link("/projects/webtracking/event-types/snowplow-app/eventstores/pg/persister/state"),
        "event type is 'snowplow-app', not 'snowplow-web'",
    ),
    (
        link("/projects/billing/event-types/snowplow-web/eventstores/pg/persister/state"),
        "project is 'billing', not 'webtracking'",
    ),
    (
        link("/event-types/snowplow-web/eventstores/live-segment/persister/state"),
        "event store is 'live-segment', not 'pg'",
    ),
]


def another(call: str, wrong: str) -> Reported:
    text = f"{call} answered 200: it is about another persister: its {wrong}"
    return Reported(WrongAnswer, text, 200, None, MIXED_UP)


@pytest.mark.parametrize("names", OWN)
def test_a_persister_that_names_itself_is_read(api: Loopback, client: Harvester, names: dict[str, object]) -> None:
    api.answers(Reply(body=CONFIG | names), Reply(body=CONFIG | names), Reply(body=names))
    assert [client.read(PID).state, client.read_full(PID).state, client.put(PID, {})] == [
        RunState.RUNNING,
        RunState.RUNNING,
        True,
    ]


@pytest.mark.parametrize(("names", "wrong"), OTHERS)
def test_another_persister_is_not_believed(
    api: Loopback, client: Harvester, names: dict[str, object], wrong: str
) -> None:
    api.answers(Reply(body=CONFIG | names), Reply(body=CONFIG | names), Reply(body=names))
    for read in (client.read, client.read_full):
        with harvester_error() as reported:
            read(PID)
        assert reported == [another(f"GET {PATH}", wrong)]
    with pytest.raises(WrongAnswer) as caught:
        client.put(PID, {})
    assert (caught.value.message, caught.value.in_doubt) == (another(f"PUT {PATH}", wrong).message, True)


@pytest.mark.parametrize("links", OWN_LINKS)
def test_a_run_state_of_the_persister_is_read(api: Loopback, client: Harvester, links: dict[str, object]) -> None:
    api.answers(Reply(body={"status": "STOPPED", **links}), Reply(body={"status": "DEPLOYING", **links}))
    assert client.state(PID).state is RunState.STOPPED
    client.start(PID)


@pytest.mark.parametrize(("links", "wrong"), OTHER_LINKS)
def test_another_persisters_run_state_is_not_believed(
    api: Loopback, client: Harvester, links: dict[str, object], wrong: str
) -> None:
    api.answers(Reply(body={"status": "STOPPED", **links}))
    with harvester_error() as reported:
        client.state(PID)
    assert reported == [another(f"GET {PATH}/state", wrong)]


@pytest.mark.parametrize(
    ("generated", "shown"),
    [
        ({"streamName": "grnry-p-pg-snowplow-web"}, "streamName"),
        ({"lastUpdated": 1574417165615}, "lastUpdated"),
        (link(PATH), "_links"),
        ({"streamName": "x", "lastUpdated": 1, **link(PATH)}, "streamName, lastUpdated, _links"),
    ],
)
def test_a_full_answer_is_no_export(api: Loopback, client: Harvester, generated: dict[str, object], shown: str) -> None:
    api.answers(Reply(body=CONFIG | generated), Reply(body=CONFIG | generated))
    with harvester_error() as reported:
        client.read(PID)
    text = f"a full answer, with {shown}, in place of an export: the server's release is older than 1.0"
    assert reported == [Reported(WrongAnswer, f"GET {PATH} answered 200: {text}", 200, None, TOO_OLD)]
    assert client.read_full(PID).state is RunState.RUNNING


def test_live_segment_has_full_answers_only(api: Loopback, client: Harvester) -> None:
    body = {"config": {"tasksMax": 1}, "state": "RUNNING", "lastUpdated": 1, **link(SEGMENT_PATH)}
    api.answers(Reply(body=body | {"eventstoreType": "live_segment"}))
    assert client.read(SEGMENT).state is RunState.RUNNING


@pytest.mark.parametrize(
    ("pid", "path", "body", "has"),
    [
        (PID, PATH, {"config": {"tasksMax": 1}}, "config, which no pg persister has"),
        (PID, PATH, {**CONFIG, "config": {}}, "config, which no pg persister has"),
        (SEGMENT, SEGMENT_PATH, CONFIG, "appConfig, deployerConfig, which no live-segment persister has"),
    ],
)
def test_the_maps_of_another_event_store_are_not_believed(
    api: Loopback, client: Harvester, pid: PersisterId, path: str, body: dict[str, object], has: str
) -> None:
    api.answers(Reply(body=body | {"state": "RUNNING"}))
    with harvester_error() as reported:
        client.read(pid)
    assert reported == [Reported(WrongAnswer, f"GET {path} answered 200: it has {has}", 200, None, MIXED_UP)]


@pytest.mark.parametrize(
    ("pid", "path", "missing"),
    [(PID, PATH, "no appConfig and no deployerConfig"), (SEGMENT, SEGMENT_PATH, "no config")],
)
def test_a_full_answer_without_a_configuration_is_no_persister(
    api: Loopback, client: Harvester, pid: PersisterId, path: str, missing: str
) -> None:
    api.answers(Reply(body={"state": "RUNNING"}))
    with harvester_error() as reported:
        client.read_full(pid)
    assert [(error.kind, error.message) for error in reported] == [
        (
            UnexpectedAnswer,
            f"GET {path} answered 200: JSON of another shape than the Harvester API's ({missing})",
        )
    ]


OTHER_JSON = [{}, {"health": "UP"}, {"timestamp": 1, "type": "entity_not_found", "message": "no", "details": "uri=/"}]


@pytest.mark.parametrize("body", OTHER_JSON)
def test_other_json_is_never_taken_for_a_persister(api: Loopback, client: Harvester, body: object) -> None:
    api.answers(Reply(body=body), Reply(body=body))
    wrong = "JSON of another shape than the Harvester API's (no appConfig and no deployerConfig)"
    for read in (client.read, client.read_full):
        with harvester_error() as reported:
            read(PID)
        assert reported == [Reported(UnexpectedAnswer, f"GET {PATH} answered 200: {wrong}", 200, None, NO_API)]


@pytest.mark.parametrize("body", OTHER_JSON)
def test_other_json_is_never_taken_for_a_state(api: Loopback, client: Harvester, body: object) -> None:
    api.answers(Reply(body=body))
    with harvester_error() as reported:
        client.state(PID)
    wrong = "JSON of another shape than the Harvester API's (status: Field required)"
    assert reported == [Reported(UnexpectedAnswer, f"GET {PATH}/state answered 200: {wrong}", 200, None, NO_API)]


@pytest.mark.parametrize("body", [{"state": "STOPPED"}, {"eventTypeName": "snowplow-web", "state": "STOPPED"}])
def test_an_export_of_a_persister_with_defaults_alone_may_be_empty(
    api: Loopback, client: Harvester, body: object
) -> None:
    api.answers(Reply(body=body))
    assert client.read(PID) == LivePersister(
        PID, RunState.STOPPED, "STOPPED", None, {Section.APP: (), Section.DEPLOYER: ()}
    )


def test_a_run_state_without_a_name_is_none(api: Loopback, client: Harvester) -> None:
    api.answers(Reply(body={"status": ""}))
    with harvester_error() as reported:
        client.state(PID)
    wrong = "JSON of another shape than the Harvester API's (status: String should have at least 1 character)"
    assert [error.message for error in reported] == [f"GET {PATH}/state answered 200: {wrong}"]


@pytest.mark.parametrize(
    ("entry", "wrong", "hint"),
    [
        (
            {"projectName": "q"},
            "it lists event types of project 'q'",
            "set projectPrefix: true where the API has projects (release 1.2)",
        ),
        (
            {"outputs": {"persisters": [{"eventTypeName": "b", "eventStoreType": "pg"}]}},
            "it is about another persister: its event type is 'b', not 'a'",
            MIXED_UP,
        ),
    ],
)
def test_a_list_of_other_event_types_is_not_believed(
    api: Loopback, client: Harvester, entry: dict[str, object], wrong: str, hint: str
) -> None:
    api.answers(Reply(body=[{"name": "a", "type": "data_in", **entry}]))
    with harvester_error() as reported:
        list(client.event_types("p"))
    text = f"GET /projects/p/event-types answered 200: {wrong}"
    assert reported == [Reported(WrongAnswer, text, 200, None, hint)]
