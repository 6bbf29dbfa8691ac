"""What a server sends back of the credentials is hidden; a property keeps its value, and is marked."""

from __future__ import annotations

import pytest

from persync.credentials import ClientCredentials
from persync.errors import Refused
from persync.harvester.auth import TokenEndpoint
from persync.harvester.client import Harvester
from persync.model import LivePersister, LiveProperty, RunState, Section
from persync.properties.catalogue import identify
from tests.harvester.loopback import FAST, PATH, PID, TOKEN, Loopback, Reply, Reported, harvester_error

SECRET = "s3cret/&+"
IN_A_URL = "s3cret%2F%26%2B"


@pytest.fixture
def signed_in(api: Loopback) -> Harvester:
    """A client whose token comes from the endpoint ``/token`` of the same server."""
    api.answers(Reply(body={"access_token": TOKEN, "expires_in": 300}))
    client = Harvester.at(api.url, TokenEndpoint(ClientCredentials(f"{api.url}/token", "ci", SECRET), FAST), FAST)
    client.authenticate()
    return client


def test_in_a_state(api: Loopback, signed_in: Harvester) -> None:
    api.answers(Reply(body={"status": f"BAD {TOKEN} {SECRET}"}))
    assert signed_in.state(PID).reported_state == "BAD (sensitive) (sensitive)"


def test_in_a_log(api: Loopback, signed_in: Harvester) -> None:
    api.answers(Reply(body={"logs": [f"Authorization: Bearer {TOKEN}", f"x={IN_A_URL}&y=1", "fine"]}))
    assert signed_in.logs(PID, 3) == ["Authorization: Bearer (sensitive)", "x=(sensitive)&y=1", "fine"]


def test_in_a_version_and_a_property(api: Loopback, signed_in: Harvester) -> None:
    api.answers(
        Reply(
            body={
                "state": f"{TOKEN}",
                "appVersion": f"1-{SECRET}",
                "appConfig": {"a": f"<{TOKEN}>", "b": IN_A_URL, "c": "plain"},
            }
        )
    )
    key = {name: identify(Section.APP, name) for name in "abc"}
    assert signed_in.read(PID) == LivePersister(
        PID,
        RunState.UNKNOWN,
        "(sensitive)",
        f"1-{SECRET}",
        {
            Section.APP: (
                LiveProperty(key["a"], f"<{TOKEN}>", (TOKEN,)),
                LiveProperty(key["b"], IN_A_URL, (IN_A_URL,)),
                LiveProperty(key["c"], "plain"),
            ),
            Section.DEPLOYER: (),
        },
        (SECRET,),
    )


def test_in_an_error(api: Loopback, signed_in: Harvester) -> None:
    api.answers(Reply(400, {"type": "bad_parameter_value", "message": f"no {TOKEN}, no {SECRET}"}))
    with harvester_error() as reported:
        signed_in.state(PID)
    assert reported[0][1] == f"GET {PATH}/state answered 400: no (sensitive), no (sensitive)"


def test_an_earlier_token(api: Loopback, signed_in: Harvester) -> None:
    api.answers(
        Reply(401, {"type": "authentication_error", "message": "expired"}),
        Reply(body={"access_token": "another", "expires_in": 300}),
        Reply(body={"logs": [f"expired: {TOKEN}"]}),
    )
    assert signed_in.logs(PID, 1) == ["expired: (sensitive)"]


def test_in_the_fields_of_an_error(api: Loopback, client: Harvester) -> None:
    echo = f'Bearer {TOKEN} with hunter2 and a%2Fb \\"q and one two'
    reasons = [{"name": "hunter2", "reason": 'a/b "q'}]
    body = {"type": "hunter2", "message": echo, "traceId": TOKEN, "invalidParams": reasons}
    api.answers(Reply(400, body))
    with harvester_error() as reported:
        client.put(PID, {}, secrets=["hunter2", "a/b", '"q', "one\ntwo", ""])
    hidden = "(sensitive)"
    assert reported == [
        Reported(
            Refused,
            f"PUT {PATH} answered 400: Bearer {hidden} with {hidden} and {hidden} {hidden} and {hidden}; "
            f"{hidden}: {hidden} {hidden} (trace {hidden})",
            400,
            hidden,
            "",
        )
    ]


def test_in_the_title_of_a_page(api: Loopback, client: Harvester) -> None:
    api.answers(Reply(200, f"<html><title>{TOKEN}</title>".encode(), {"Content-Type": "text/html"}))
    with harvester_error() as reported:
        client.read(PID)
    assert reported[0].message == f"GET {PATH} answered 200: an HTML page (text/html) «(sensitive)»"
