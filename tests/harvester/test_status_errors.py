from __future__ import annotations

import pytest

from persync.errors import (
    AccessDenied,
    AuthenticationFailed,
    HarvesterError,
    NotFound,
    RateLimited,
    Refused,
    ServerFault,
    UnexpectedAnswer,
    UnknownPath,
)
from persync.harvester.auth import StaticToken
from persync.harvester.client import Harvester
from persync.model import PersisterId
from tests.harvester.loopback import (
    FAST,
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

HTML = {"Content-Type": "text/html; charset=utf-8"}
CHECK_URL = "check the URL; a proxy or a login page may be answering in place of the Harvester API"
CHECK_TOKEN = (
    "set PERSYNC_TOKEN or auth.token to a fresh token; tokens live 5 minutes, and persync renews them with an auth that"
    " has a tokenUrl"
)
SERVER = "the cause is on the server; see its log, and search it for the trace if there is one"
MISSING = "event type 'snowplow-web' does not exist in project 'webtracking', or is not of type data_in"


def error(**more: object) -> dict[str, object]:
    return {"timestamp": 1587302709982, "details": f"uri={PATH}/state", **more}


@pytest.mark.parametrize(
    ("reply", "kind", "message", "error_type", "hint"),
    [
        pytest.param(
            Reply(401, error(type="authentication_error", message="Authentication failed.")),
            AuthenticationFailed,
            "the token is missing, wrong or expired; Authentication failed.",
            "authentication_error",
            CHECK_TOKEN,
            id="401",
        ),
        pytest.param(
            Reply(
                401, {"timestamp": 1, "status": 401, "error": "Unauthorized", "message": "JWT expired", "path": "/x"}
            ),
            AuthenticationFailed,
            "the token is missing, wrong or expired; JWT expired",
            None,
            CHECK_TOKEN,
            id="401 of release 0.8",
        ),
        pytest.param(
            Reply(401),
            AuthenticationFailed,
            "the token is missing, wrong or expired; the answer is empty",
            None,
            CHECK_TOKEN,
            id="401 without a body",
        ),
        pytest.param(
            Reply(403, error(type="entity_not_accessible", message="Access forbidden due to missing roles.")),
            AccessDenied,
            "the viewer (or editor) role in project 'webtracking' is missing; Access forbidden due to missing roles.",
            "entity_not_accessible",
            "ask for the viewer (or editor) role in project 'webtracking'",
            id="403",
        ),
        pytest.param(
            Reply(403, b"<html><title>Blocked</title>", HTML),
            UnexpectedAnswer,
            "an HTML page (text/html) «Blocked»",
            None,
            CHECK_URL,
            id="403 of a firewall",
        ),
        pytest.param(
            Reply(404, error(type="entity_not_found", message="Persister 'snowplow-web' not found.", traceId="4995")),
            NotFound,
            f"{MISSING}; Persister 'snowplow-web' not found.",
            "entity_not_found",
            "names are case-sensitive; the event type has to be created first",
            id="404",
        ),
        pytest.param(
            Reply(404, {"timestamp": 1, "status": 404, "error": "Not Found", "message": "", "path": "/projects"}),
            UnknownPath,
            f"{MISSING}; Not Found",
            None,
            "check the URL; releases before 1.2 have no paths that begin with /projects (set projectPrefix: false)",
            id="404 of a release without projects",
        ),
        pytest.param(
            Reply(404, b"default backend - 404", {"Content-Type": "text/plain"}),
            UnexpectedAnswer,
            "the answer (text/plain) is not the API's",
            None,
            CHECK_URL,
            id="404 of an ingress",
        ),
        pytest.param(
            Reply(
                400,
                error(
                    type="bad_parameter_value",
                    message="Parameter 'action' was assigned an invalid value",
                    traceId=4995123058748313916,
                    invalidParams=[{"type": "Parameter", "name": "action", "reason": "was\n\x1b[31minvalid"}],
                ),
            ),
            Refused,
            "Parameter 'action' was assigned an invalid value; action: was [31minvalid (trace 4995123058748313916)",
            "bad_parameter_value",
            "",
            id="400 with parameters",
        ),
        pytest.param(Reply(400, {"timestamp": 1, "message": "no"}), Refused, "no", None, "", id="400 of release 0.8"),
        pytest.param(
            Reply(412, error(type="entity_in_use")),
            Refused,
            "entity_in_use",
            "entity_in_use",
            "",
            id="412 without text",
        ),
        pytest.param(Reply(424), Refused, "the answer is empty", None, CHECK_URL, id="424 without a body"),
        pytest.param(
            Reply(500, error(type="unexpected_error", message="x" * 400)),
            ServerFault,
            "x" * 299 + "…",
            "unexpected_error",
            SERVER,
            id="500 with a long message",
        ),
        pytest.param(
            Reply(500, b"<h1>oops", {"Content-Type": ""}),
            ServerFault,
            "an HTML page (no content type)",
            None,
            SERVER,
            id="500 in HTML without a title",
        ),
        pytest.param(
            Reply(302, headers={"Location": "https://u:p@login.example:8443/auth?state=s3cret"}),
            UnexpectedAnswer,
            "it redirects to https://login.example; the answer is empty",
            None,
            CHECK_URL,
            id="redirect to a login page",
        ),
        pytest.param(
            Reply(301, headers={"Location": "/elsewhere?s3cret"}),
            UnexpectedAnswer,
            "it redirects to another path; the answer is empty",
            None,
            CHECK_URL,
            id="redirect within",
        ),
        pytest.param(
            Reply(307, headers={"Location": "https://[broken"}),
            UnexpectedAnswer,
            "it redirects to another path; the answer is empty",
            None,
            CHECK_URL,
            id="redirect to nowhere",
        ),
        pytest.param(Reply(304), UnexpectedAnswer, "the answer is empty", None, CHECK_URL, id="304 on a read"),
        pytest.param(
            Reply(418, b"[]", {"Content-Type": ""}),
            UnexpectedAnswer,
            "the answer (no content type) is not the API's",
            None,
            CHECK_URL,
            id="a status of its own",
        ),
    ],
)
def test_every_error_answer(
    api: Loopback,
    client: Harvester,
    reply: Reply,
    kind: type[HarvesterError],
    message: str,
    error_type: str | None,
    hint: str,
) -> None:
    api.otherwise = reply
    with harvester_error() as reported:
        client.state(PID)
    again = " (after 3 tries)" if reply.status == 500 and reply.headers != {"Content-Type": ""} else ""
    assert reported == [
        Reported(kind, f"GET {PATH}/state answered {reply.status}: {message}{again}", reply.status, error_type, hint)
    ]
    assert api.requests == [f"GET {PATH}/state"] * (3 if again else 1)


def test_a_write_needs_the_editor_role(api: Loopback, client: Harvester) -> None:
    api.answers(Reply(403, error(type="entity_not_accessible", message="no")))
    with harvester_error() as reported:
        client.put(PID, {})
    assert reported == [
        Reported(
            AccessDenied,
            f"PUT {PATH} answered 403: the editor role in project 'webtracking' is missing; no",
            403,
            "entity_not_accessible",
            "ask for the editor role in project 'webtracking'",
        )
    ]


def test_before_release_1_2_the_event_type_names_the_role(api: Loopback) -> None:
    api.otherwise = Reply(403, error(message="Access is denied"))
    pid = PersisterId("global", "projects", "pg")
    with Harvester.at(api.url, StaticToken(TOKEN), FAST, project_prefix=False) as client:
        with harvester_error() as reported:
            client.state(pid)
        with harvester_error() as reported_write:
            client.put(pid, {})
    old = "before release 1.2: the role that the event type names as its"
    assert [found.hint for found in [*reported, *reported_write]] == [
        f"ask for the viewer (or editor) role in project 'global' ({old} consumer)",
        f"ask for the editor role in project 'global' ({old} editor)",
    ]


def test_a_missing_live_segment_names_its_type(api: Loopback, client: Harvester) -> None:
    api.answers(Reply(404, error(type="entity_not_found", message="gone")))
    with harvester_error() as reported:
        client.read(SEGMENT)
    assert reported[0].message == (
        f"GET {SEGMENT_PATH} answered 404: event type 'visitors' does not exist in project 'webtracking', "
        "or is not of type live_segment; gone"
    )


def test_an_unknown_version_is_reported_with_the_servers_message(api: Loopback, client: Harvester) -> None:
    api.answers(Reply(500, error(type="unexpected_error", message="sink:grnry-eventstore-pg:9.9 is not registered")))
    with harvester_error() as reported:
        client.put(PID, {"appVersion": "9.9"})
    assert reported == [
        Reported(
            ServerFault,
            f"PUT {PATH} answered 500: sink:grnry-eventstore-pg:9.9 is not registered",
            500,
            "unexpected_error",
            SERVER,
        )
    ]
    assert api.requests == [f"PUT {PATH}?imported=true"]


class TestBusy:
    def test_after_all_retries_it_is_an_error(self, api: Loopback, client: Harvester) -> None:
        api.otherwise = Reply(429, error(message="slow down"))
        with harvester_error() as reported:
            client.state(PID)
        assert reported == [
            Reported(
                RateLimited,
                f"GET {PATH}/state answered 429: too many requests; slow down (after 3 tries)",
                429,
                None,
                "wait before you try again, or lower the parallelism",
            )
        ]
        assert api.requests == [f"GET {PATH}/state"] * 3

    def test_a_delay_longer_than_the_maximum_is_not_waited_for(self, api: Loopback) -> None:
        api.answers(Reply(429, headers={"Retry-After": "3600"}))
        with Harvester.at(api.url, StaticToken(TOKEN), FAST) as client, harvester_error() as reported:
            client.state(PID)
        assert reported[0].message == (
            f"GET {PATH}/state answered 429: too many requests; the answer is empty "
            "(the server requests a delay of 3600 s; persync waits 0.01 s at most)"
        )
