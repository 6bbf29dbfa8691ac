"""Tokens that are replaced before they end: by refresh tokens, by the credentials again, by the server's clock."""

import base64
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from urllib.parse import parse_qsl

import pytest

from persync.credentials import ClientCredentials, PasswordGrant
from persync.errors import HarvesterError, Unreachable
from persync.harvester.auth import StaticToken, TokenEndpoint
from persync.harvester.auth.renewal import Fetched, RenewedToken
from persync.harvester.client import Harvester
from persync.harvester.jwt import moment_text
from tests.harvester.loopback import FAST, PID, Loopback, Reply, harvester_error

ENDED = Reply(400, {"error": "invalid_grant", "error_description": "Session not active"})


def answer(
    token: str, refresh: str | None = None, *, lifetime: float = 0, refresh_lifetime: float | None = 60
) -> Reply:
    body = {"access_token": token, "expires_in": lifetime, "refresh_token": refresh}
    return Reply(body=body if refresh_lifetime is None else {**body, "refresh_expires_in": refresh_lifetime})


def user(api: Loopback, secret: str = "") -> TokenEndpoint:
    return TokenEndpoint(PasswordGrant(f"{api.url}/token", "jane", "p&w", "cli", secret), FAST)


def grants(api: Loopback) -> list[str]:
    """Return the grants that were requested, a refresh token with its text."""
    forms = [dict(parse_qsl(seen.body.decode())) for seen in api.seen]
    return [form.get("refresh_token", form["grant_type"]) for form in forms]


def test_a_confidential_client_sends_its_secret_with_the_password_and_with_a_refresh_token(api: Loopback) -> None:
    api.answers(answer("one", "r1"), answer("two", "r2"))
    source = user(api, "s3cret")
    assert [source.token(), source.token()] == ["one", "two"]
    assert [parse_qsl(seen.body.decode()) for seen in api.seen] == [
        [
            ("grant_type", "password"),
            ("client_id", "cli"),
            ("client_secret", "s3cret"),
            ("username", "jane"),
            ("password", "p&w"),
        ],
        [("grant_type", "refresh_token"), ("client_id", "cli"), ("client_secret", "s3cret"), ("refresh_token", "r1")],
    ]
    assert source.secrets() == ("p&w", "s3cret", "one", "two")


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        pytest.param(
            [answer("1", "r1"), answer("2", "r2"), answer("3", "r3")], ["password", "r1", "r2"], id="each is used once"
        ),
        pytest.param([answer("1", "r1"), answer("2"), answer("3")], ["password", "r1", "r1"], id="not rotated"),
        pytest.param([answer("1"), answer("2"), answer("3")], ["password"] * 3, id="none is given"),
        pytest.param(
            [answer("1", "r1"), ENDED, answer("2", "r2"), answer("3")],
            ["password", "r1", "password", "r2"],
            id="revoked",
        ),
        pytest.param(
            [answer("1", "r1", lifetime=0.002), answer("no", "r2"), answer("2", "r3"), answer("3")],
            ["password", "r1", "password", "r3"],
            id="about to end",
        ),
        pytest.param(
            [answer("1", "r1", refresh_lifetime=0.000001), answer("2"), answer("3")], ["password"] * 3, id="ended"
        ),
        pytest.param(
            [answer("1", "r1", refresh_lifetime=0), answer("2"), answer("3")], ["password", "r1", "r1"], id="no end"
        ),
        pytest.param(
            [answer("1", "r1", refresh_lifetime=None), answer("2"), answer("3")], ["password", "r1", "r1"], id="unknown"
        ),
    ],
)
def test_a_refresh_token_is_used_as_long_as_it_is_accepted(
    api: Loopback, replies: list[Reply], expected: list[str]
) -> None:
    api.answers(*replies)
    source = user(api)
    assert ([source.token() for _ in range(3)], grants(api)) == (["1", "2", "3"], expected)


def test_a_refresh_token_is_kept_while_the_endpoint_is_down(api: Loopback) -> None:
    api.answers(answer("1", "r1"), *[Reply(503)] * 3, answer("2", "r2"))
    source = user(api)
    assert source.token() == "1"
    with pytest.raises(HarvesterError):
        source.token()
    assert (source.token(), grants(api)) == ("2", ["password", *["r1"] * 4])


def test_the_refresh_token_is_not_shown(api: Loopback) -> None:
    api.answers(answer("1", "r3fresh"), *[Reply(500, {"error": "unknown: r3fresh"})] * 3)
    source = user(api)
    source.token()
    with pytest.raises(HarvesterError) as caught:
        source.token()
    assert caught.value.message == (f"POST /token at {api.url} answered 500: unknown: (sensitive) (after 3 tries)")


class Scripted(RenewedToken):
    """Tokens by a script: a lifetime in seconds, or an error."""

    def __init__(self, *script: float | Exception | None) -> None:
        super().__init__(monotonic=lambda: self.now)
        self.now = 0.0
        self._script = iter(enumerate(script))

    def _fetch(self) -> Fetched:
        index, step = next(self._script)
        if isinstance(step, Exception):
            raise step
        return Fetched(f"t{index}", step)


def renewals(source: Scripted, moments: list[float]) -> Iterator[str]:
    for source.now in moments:
        try:
            yield source.token()
        except HarvesterError as error:
            yield error.message


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param([300.0, 300.0], {0: "t0", 269: "t0", 270: "t1"}, id="a tenth before its end"),
        pytest.param([60.0, 60.0], {0: "t0", 48: "t0", 49: "t1"}, id="11 s before its end"),
        pytest.param([4.0, 4.0], {0: "t0", 1.4: "t0", 1.5: "t1"}, id="half of its life before its end"),
        pytest.param([None], {0: "t0", 1e9: "t0"}, id="no known end"),
        pytest.param(
            [60.0, Unreachable("down"), Unreachable("down"), 60.0],
            {0: "t0", 50: "t0", 50.9: "t0", 51: "t0", 52: "t3"},
            id="it is used while another cannot be had",
        ),
        pytest.param(
            [60.0, Unreachable("down"), Unreachable("down"), 60.0],
            {0: "t0", 58: "t0", 59: "down", 60: "t3"},
            id="until it ends",
        ),
    ],
)
def test_a_token_is_renewed_before_it_ends(script: list[float | Exception | None], expected: dict[float, str]) -> None:
    assert dict(zip(expected, renewals(Scripted(*script), list(expected)), strict=True)) == expected


@pytest.mark.parametrize("skew", [-600, 0, 600])
def test_the_end_of_a_token_is_by_the_clock_of_the_server(api: Loopback, skew: int) -> None:
    now = int(time.time())
    claims = base64.urlsafe_b64encode(json.dumps({"exp": now + skew + 300}).encode()).decode().rstrip("=")
    api.answers(Reply(body={"status": "RUNNING"}, headers={"Date": formatdate(now + skew, usegmt=True)}))
    with Harvester.at(api.url, StaticToken(f"e30.{claims}.x"), FAST) as client:
        before = client.token_ends_at()
        client.state(PID)
        after = client.token_ends_at()
    assert before == now + skew + 300
    assert after == pytest.approx(now + 300, abs=5)


@pytest.mark.parametrize(("skew", "has_ended"), [(0, False), (600, True)])
def test_a_refused_token_has_ended_by_the_clock_of_the_server(api: Loopback, skew: int, has_ended: bool) -> None:
    now = int(time.time())
    claims = base64.urlsafe_b64encode(json.dumps({"exp": now + 300}).encode()).decode().rstrip("=")
    api.answers(Reply(401, headers={"Date": formatdate(now + skew, usegmt=True)}))
    with Harvester.at(api.url, StaticToken(f"e30.{claims}.x"), FAST) as client, harvester_error() as reported:
        client.state(PID)
    assert reported[0].message.partition(" answered 401: ")[2] == (
        f"the token ended at {moment_text(now + 300)}, 5 min 0 s ago; the answer is empty"
        if has_ended
        else "the token is missing, wrong or expired; the answer is empty"
    )


def test_a_token_that_ends_while_the_request_waits_for_its_turn_is_not_sent(api: Loopback) -> None:
    class Changing(StaticToken):
        """Another token half a second after the first request has begun to wait."""

        changes_at = float("inf")

        def token(self) -> str:
            return "late" if time.monotonic() > self.changes_at else "early"

    tokens = Changing("x")
    api.answers(Reply(429, headers={"Retry-After": "1"}))
    api.otherwise = Reply(body={"status": "RUNNING"})
    with Harvester.at(api.url, tokens, FAST) as client, ThreadPoolExecutor(2) as pool:
        client_of_a_command = client.within(20)
        first = pool.submit(client_of_a_command.state, PID)
        while client.throttling() is None:
            time.sleep(0.01)
        tokens.changes_at = time.monotonic() + 0.5
        second = pool.submit(client_of_a_command.state, PID)
        assert [first.result().reported_state, second.result().reported_state] == ["RUNNING", "RUNNING"]
    assert [headers["Authorization"] for headers in api.headers] == ["Bearer early", "Bearer late", "Bearer late"]


def test_a_client_without_an_end_has_none(api: Loopback) -> None:
    with Harvester.at(api.url, TokenEndpoint(ClientCredentials(api.url, "a", "b"), FAST), FAST) as client:
        assert client.token_ends_at() is None
