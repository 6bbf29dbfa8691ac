from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from persync.errors import Refused, UnexpectedAnswer
from persync.harvester.auth import StaticToken
from persync.harvester.client import Harvester
from persync.harvester.responses import EventType, StateReport
from persync.model import LivePersister, PersisterId, RunState, Section
from tests.builders import live_properties
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
    harvester_error,
)

NO_API = "check the URL; a proxy or a login page may be answering in place of the Harvester API"
EXPORT = {
    "appVersion": "1.10",
    "appConfig": {"eventstore.tablename": "public.eventstore"},
    "deployerConfig": {"kubernetes.limits.cpu": "500m"},
    "eventTypeName": "snowplow-web",
    "eventstoreType": "pg",
    "state": {"status": "RUNNING"},
}
ANSWER = {
    **EXPORT,
    "streamName": "grnry-p-pg-snowplow-web",
    "projectName": "webtracking",
    "appName": "grnry-eventstore-pg",
    "lastUpdated": 1574417165615,
    "_links": {"self": {"href": "https://hostname/…"}},
}
SHOWN_PERSISTER = LivePersister(
    PID,
    RunState.RUNNING,
    "RUNNING",
    "1.10",
    {
        Section.APP: live_properties(Section.APP, {"eventstore.tablename": "public.eventstore"}),
        Section.DEPLOYER: live_properties(Section.DEPLOYER, {"kubernetes.limits.cpu": "500m"}),
    },
)


def test_read_asks_once_for_export_and_state(api: Loopback, client: Harvester) -> None:
    api.answers(Reply(body=EXPORT))
    assert client.read(PID) == SHOWN_PERSISTER
    assert api.requests == [f"GET {SHOWN}"]


def test_a_request_carries_the_token_and_little_else(api: Loopback, client: Harvester) -> None:
    api.answers(Reply(body=EXPORT))
    client.read(PID)
    assert api.headers == [
        {
            "Host": f"127.0.0.1:{api.port}",
            "Accept-Encoding": "identity",
            "Accept": "application/json",
            "User-Agent": "persync",
            "Authorization": f"Bearer {TOKEN}",
        }
    ]


def test_read_full_asks_for_the_defaults_too(api: Loopback, client: Harvester) -> None:
    api.answers(Reply(body=ANSWER))
    assert client.read_full(PID) == SHOWN_PERSISTER
    assert api.requests == [f"GET {FULL}"]


def test_live_segment_has_one_map_and_no_export(api: Loopback, client: Harvester) -> None:
    config = {"tasksMax": 2, "errorsDeadletterqueueContextHeadersEnable": True, "errorsTolerance": "all"}
    api.answers(Reply(body={"config": config, "state": {"status": "RUNNING"}}))
    assert client.read(SEGMENT) == LivePersister(
        SEGMENT,
        RunState.RUNNING,
        "RUNNING",
        None,
        {
            Section.LIVE_SEGMENT: live_properties(
                Section.LIVE_SEGMENT,
                {"tasksMax": "2", "errorsDeadletterqueueContextHeadersEnable": "true", "errorsTolerance": "all"},
            )
        },
    )
    assert api.requests == [f"GET {SEGMENT_PATH}?expand=state"]


def test_values_other_than_text_become_json(api: Loopback, client: Harvester) -> None:
    app_config = {"a": True, "b": 5, "c": None, "d": 1.5, "e": "x", "f": ["ü"]}
    api.answers(Reply(body={"appVersion": 2, "appConfig": app_config, "deployerConfig": None, "state": "RUNNING"}))
    assert client.read(PID) == LivePersister(
        PID,
        RunState.RUNNING,
        "RUNNING",
        "2",
        {
            Section.APP: live_properties(
                Section.APP, {"a": "true", "b": "5", "c": "", "d": "1.5", "e": "x", "f": '["ü"]'}
            ),
            Section.DEPLOYER: (),
        },
    )


def test_a_server_that_ignores_expand_is_asked_for_the_state(api: Loopback, client: Harvester) -> None:
    api.answers(Reply(body={"appVersion": "1", "appConfig": {"a": "b"}}), Reply(body={"status": "FAILED"}))
    assert client.read(PID) == LivePersister(
        PID,
        RunState.FAILED,
        "FAILED",
        "1",
        {Section.APP: live_properties(Section.APP, {"a": "b"}), Section.DEPLOYER: ()},
    )
    assert api.requests == [f"GET {SHOWN}", f"GET {PATH}/state"]


@pytest.mark.parametrize("body", [{"status": "RUNNING_BUT_OUTDATED", "_links": {}}, "RUNNING_BUT_OUTDATED"])
def test_the_state_is_an_object_or_a_bare_string(api: Loopback, client: Harvester, body: object) -> None:
    api.answers(Reply(body=body))
    assert client.state(PID) == StateReport(RunState.RUNNING_BUT_OUTDATED, "RUNNING_BUT_OUTDATED")
    assert api.requests == [f"GET {PATH}/state"]


def test_an_eighth_state_is_unknown_and_keeps_its_name(api: Loopback, client: Harvester) -> None:
    api.answers(Reply(body={"status": "HIBERNATING\x1b[31m"}))
    assert client.state(PID) == StateReport(RunState.UNKNOWN, "HIBERNATING [31m")


def test_logs_come_without_control_characters(api: Loopback, client: Harvester) -> None:
    api.answers(Reply(body={"logs": ["INFO\tone", "\x1b[2Jtwo"]}))
    assert client.logs(PID, 50) == ["INFO\tone", " [2Jtwo"]
    assert api.requests == [f"GET {PATH}/logs?lines=50"]


def test_the_url_may_have_a_path(api: Loopback) -> None:
    api.answers(Reply(body={"status": "STOPPED"}))
    with Harvester.at(f"{api.url}/harvester/", StaticToken(TOKEN), FAST) as client:
        client.state(PID)
        assert repr(client) == f"Harvester({api.url}/harvester)"
    assert api.requests == [f"GET /harvester{PATH}/state"]


def test_without_project_prefix_the_path_leads_to_global(api: Loopback) -> None:
    api.answers(Reply(body={"status": "STOPPED"}), Reply(body=[]))
    with Harvester.at(api.url, StaticToken(TOKEN), FAST, project_prefix=False) as client:
        client.state(PersisterId("global", "snowplow-web", "pg"))
        assert list(client.event_types("global")) == []
        with harvester_error() as reported:
            client.state(PID)
    assert reported == [
        Reported(
            Refused,
            "project 'webtracking' cannot be reached: paths without /projects lead to project 'global'",
            None,
            None,
            "set projectPrefix: true, or move the persister to project 'global'",
        )
    ]
    assert api.requests == [
        "GET /event-types/snowplow-web/eventstores/pg/persister/state",
        "GET /event-types?expand=persisters&pagesize=20&offset=0",
    ]


def test_names_are_quoted_in_the_path(api: Loopback, client: Harvester) -> None:
    api.answers(Reply(body={"status": "STOPPED"}))
    client.state(PersisterId("a/b", "c?d#e", "p g"))
    assert api.requests == ["GET /projects/a%2Fb/event-types/c%3Fd%23e/eventstores/p%20g/persister/state"]
    with harvester_error() as reported:
        client.state(PersisterId("..", "e", "pg"))
    assert reported == [Reported(Refused, "'..' is not a valid name in the API", None, None, "")]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (
            b"not json",
            "JSON of another shape than the Harvester API's (Invalid JSON: expected ident at line 1 column 2)",
        ),
        ([], "JSON of another shape than the Harvester API's (Input should be an object)"),
        (
            {"appConfig": "s3cret"},
            "JSON of another shape than the Harvester API's (appConfig: Input should be an object)",
        ),
        (
            b"<html><head><title>\n Sign in &amp; be happy </title></head>",
            "an HTML page (application/json) «Sign in & be happy»",
        ),
    ],
)
def test_another_answer_is_not_taken_for_a_persister(
    api: Loopback, client: Harvester, body: object, wrong: str
) -> None:
    api.answers(Reply(body=body))
    with harvester_error() as reported:
        client.read(PID)
    assert reported == [Reported(UnexpectedAnswer, f"GET {PATH} answered 200: {wrong}", 200, None, NO_API)]


def test_many_threads_share_few_connections(api: Loopback) -> None:
    api.otherwise = Reply(body={"status": "RUNNING"})
    with Harvester.at(api.url, StaticToken(TOKEN), FAST) as client, ThreadPoolExecutor(50) as pool:
        states = list(pool.map(lambda _: client.state(PID).state, range(200)))
    assert states == [RunState.RUNNING] * 200


class TestEventTypes:
    def test_pages_until_a_short_one(self, api: Loopback, client: Harvester) -> None:
        api.answers(
            Reply(
                body=[
                    {"name": "a", "type": "data_in", "persisters": [{"eventstoreType": "pg"}]},
                    {"name": "b", "type": "data_in", "persisters": [{"eventStoreType": "pg"}]},
                ]
            ),
            Reply(body=[{"name": "c", "type": "data_out", "persisters": []}]),
        )
        assert list(client.event_types("p", page_size=2)) == [
            EventType("p", "a", "data_in", (PersisterId("p", "a", "pg"),)),
            EventType("p", "b", "data_in", (PersisterId("p", "b", "pg"),)),
            EventType("p", "c", "data_out", ()),
        ]
        assert api.requests == [
            "GET /projects/p/event-types?expand=persisters&pagesize=2&offset=0",
            "GET /projects/p/event-types?expand=persisters&pagesize=2&offset=2",
        ]

    def test_a_list_may_be_wrapped_and_persisters_omitted(self, api: Loopback, client: Harvester) -> None:
        entries = [{"name": "a", "type": "data_in"}, {"name": "b", "type": "live_segment"}, {"name": "c", "type": "x"}]
        api.answers(Reply(body={"eventTypes": entries, "_links": {}}))
        assert list(client.event_types("p")) == [
            EventType("p", "a", "data_in", (PersisterId("p", "a", "pg"),)),
            EventType("p", "b", "live_segment", (PersisterId("p", "b", "live-segment"),)),
            EventType("p", "c", "x", ()),
        ]

    def test_event_types_of_other_projects_are_left_out(self, api: Loopback) -> None:
        entries = [
            {"name": "a", "type": "data_in", "projectName": "other"},
            {"name": "a", "type": "data_in", "projectName": "global"},
            {"name": "b", "type": "data_in"},
        ]
        api.answers(*[Reply(body=entries[index : index + 1]) for index in range(4)])
        with Harvester.at(api.url, StaticToken(TOKEN), FAST, project_prefix=False) as client:
            assert list(client.event_types("global", page_size=1)) == [
                EventType("global", "a", "data_in", (PersisterId("global", "a", "pg"),)),
                EventType("global", "b", "data_in", (PersisterId("global", "b", "pg"),)),
            ]

    def test_a_server_that_ignores_the_offset_is_an_error(self, api: Loopback, client: Harvester) -> None:
        api.otherwise = Reply(body=[{"name": "a", "type": "x"}])
        with harvester_error() as reported:
            list(client.event_types("p", page_size=1))
        assert reported == [
            Reported(
                UnexpectedAnswer,
                "GET /projects/p/event-types returns the same page again and again",
                None,
                None,
                "the server ignores 'offset'",
            )
        ]

    def test_json_of_another_shape_is_refused(self, api: Loopback, client: Harvester) -> None:
        api.answers(Reply(body={"a": [], "b": []}))
        with harvester_error() as reported:
            list(client.event_types("p"))
        wrong = "JSON of another shape than the Harvester API's (Input should be a valid array)"
        expected = f"GET /projects/p/event-types answered 200: {wrong}"
        assert reported == [Reported(UnexpectedAnswer, expected, 200, None, NO_API)]

    def test_a_server_may_lower_the_page_size(self, api: Loopback, client: Harvester) -> None:
        names = ["a", "b", "c"]
        api.answers(
            Reply(body=[{"name": "a", "type": "x"}, {"name": "b", "type": "x"}]),
            Reply(body=[{"name": "c", "type": "x"}]),
        )
        assert [entry.name for entry in client.event_types("p", page_size=100, may_be_capped=True)] == names
        assert api.requests == [
            "GET /projects/p/event-types?expand=persisters&pagesize=100&offset=0",
            "GET /projects/p/event-types?expand=persisters&pagesize=2&offset=2",
        ]

    def test_a_server_without_pages_is_read_once(self, api: Loopback, client: Harvester) -> None:
        api.otherwise = Reply(body=[{"name": "a", "type": "x"}, {"name": "b", "type": "x"}])
        assert [entry.name for entry in client.event_types("p", page_size=100, may_be_capped=True)] == ["a", "b"]
