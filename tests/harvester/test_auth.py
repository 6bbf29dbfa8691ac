from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import parse_qsl

import pytest

from persync.credentials import ClientCredentials, PasswordGrant
from persync.errors import AuthenticationFailed, NotFound, ServerFault, UnexpectedAnswer
from persync.harvester.auth import StaticToken, TokenEndpoint
from persync.harvester.client import Harvester
from persync.harvester.responses import StateReport
from persync.model import RunState
from tests.harvester.loopback import FAST, PATH, PID, TOKEN, Loopback, Reply, Reported, harvester_error, serving

REALM = "/auth/realms/grnry/protocol/openid-connect/token"
RUNNING = Reply(body={"status": "RUNNING"})
CREDENTIALS = "check the user, the client and their secrets in auth"


def token(text: str, lifetime: object = 300) -> Reply:
    return Reply(body={"access_token": text, "expires_in": lifetime, "token_type": "Bearer"})


def service(api: Loopback) -> TokenEndpoint:
    return TokenEndpoint(ClientCredentials(f"{api.url}{REALM}", "persync", "hunter2"), FAST)


@pytest.mark.parametrize("text", ["a b", "token\n", "a\x00b", "tok€n", "Bearer abc"])
def test_a_token_that_is_not_valid_in_a_header_is_refused(text: str) -> None:
    with harvester_error() as reported:
        StaticToken(text)
    assert reported == [
        Reported(
            AuthenticationFailed,
            "the token contains spaces, line breaks or other characters that no token has",
            None,
            None,
            "give the token alone, without 'Bearer' and without a line break at its end",
        )
    ]


def test_an_empty_token_is_refused() -> None:
    with harvester_error() as reported:
        StaticToken("")
    expected = Reported(AuthenticationFailed, "the token is empty", None, None, "set PERSYNC_TOKEN or auth.token")
    assert reported == [expected]


def test_the_token_of_another_source_is_checked_before_anything_is_sent(api: Loopback) -> None:
    class Careless:
        def token(self) -> str:
            return "a\r\nX-Injected: b"

        def refresh(self) -> None:
            """Nothing to do."""

        def is_renewable(self) -> bool:
            return False

        def ends_at(self) -> None:
            return None

        def secrets(self) -> tuple[str, ...]:
            return ()

    with Harvester.at(api.url, Careless(), FAST) as client, harvester_error() as reported:
        client.state(PID)
    assert reported[0][:2] == (
        AuthenticationFailed,
        "the token contains spaces, line breaks or other characters that no token has",
    )
    assert api.seen == []


def test_no_repr_shows_a_secret() -> None:
    url = "https://keycloak.example/token"
    sources = [
        StaticToken(TOKEN),
        TokenEndpoint(ClientCredentials(url, "persync", "hunter2"), FAST),
        TokenEndpoint(PasswordGrant(url, username="u", password="hunter2"), FAST),
    ]
    assert [repr(source) for source in sources] == [
        "StaticToken(…)",
        "TokenEndpoint(https://keycloak.example/token, …)",
        "TokenEndpoint(https://keycloak.example/token, …)",
    ]


def test_client_credentials_are_posted_as_a_form(api: Loopback) -> None:
    api.answers(token("fresh"))
    assert service(api).token() == "fresh"
    assert api.requests == [f"POST {REALM}"]
    assert parse_qsl(api.seen[0].body.decode()) == [
        ("grant_type", "client_credentials"),
        ("client_id", "persync"),
        ("client_secret", "hunter2"),
    ]
    assert api.headers[0]["Content-Type"] == "application/x-www-form-urlencoded"
    assert "Authorization" not in api.headers[0]


def test_the_password_grant_uses_the_profile_api_client(api: Loopback) -> None:
    api.answers(token("fresh"))
    source = TokenEndpoint(PasswordGrant(api.url, username="jane", password="p&w"), FAST)
    assert source.token() == "fresh"
    assert api.requests == ["POST /"]
    assert parse_qsl(api.seen[0].body.decode()) == [
        ("grant_type", "password"),
        ("client_id", "profile-api"),
        ("username", "jane"),
        ("password", "p&w"),
    ]


def test_a_token_is_kept_until_it_expires(api: Loopback) -> None:
    api.answers(token("one", 300))
    source = service(api)
    with ThreadPoolExecutor(20) as pool:
        tokens = set(pool.map(lambda _: source.token(), range(100)))
    assert tokens == {"one"}
    assert api.requests == [f"POST {REALM}"]


def test_an_expired_token_is_replaced(api: Loopback) -> None:
    api.answers(token("one", 0), token("two"), token("three"))
    source = service(api)
    assert [source.token(), source.token(), source.token()] == ["one", "two", "two"]
    source.refresh()
    assert source.token() == "three"


def test_a_token_without_a_lifetime_is_kept_too(api: Loopback) -> None:
    api.answers(Reply(body={"access_token": "one"}))
    source = service(api)
    assert [source.token(), source.token()] == ["one", "one"]


def test_a_busy_token_endpoint_is_retried(api: Loopback) -> None:
    api.answers(Reply(503), token("one"))
    assert service(api).token() == "one"


@pytest.mark.parametrize("status", [400, 401])
def test_refused_credentials(api: Loopback, status: int) -> None:
    answer = {"error": "invalid_grant", "error_description": "Invalid secret hunter2"}
    api.answers(Reply(status, answer))
    with harvester_error() as reported:
        service(api).token()
    message = f"POST {REALM} at {api.url} answered {status}: Invalid secret (sensitive)"
    assert reported == [Reported(AuthenticationFailed, message, status, None, CREDENTIALS)]


def test_a_url_that_is_no_token_endpoint(api: Loopback) -> None:
    api.answers(
        Reply(404, {"error": "Realm does not exist"}),
        Reply(body={"access_token": None}),
        *[Reply(500, {"error": "unknown_error"})] * 3,
    )
    reported = []
    for _ in range(3):
        with harvester_error() as error:
            service(api).token()
        reported.append(error[0][:2])
    assert reported == [
        (
            NotFound,
            f"POST {REALM} at {api.url} answered 404: there is no token endpoint at this URL; Realm does not exist",
        ),
        (UnexpectedAnswer, f"POST {REALM} at {api.url} answered 200: JSON without an access_token"),
        (ServerFault, f"POST {REALM} at {api.url} answered 500: unknown_error (after 3 tries)"),
    ]


def test_an_invalid_token_of_the_endpoint_is_refused(api: Loopback) -> None:
    api.answers(token("a b"))
    with harvester_error() as reported:
        service(api).token()
    assert reported[0].kind == AuthenticationFailed


class TestRefusedTokens:
    def test_a_refused_token_is_replaced_once(self, api: Loopback) -> None:
        with serving() as keycloak, Harvester.at(api.url, service(keycloak), FAST) as client:
            keycloak.answers(token("one"), token("two"))
            api.answers(Reply(401), RUNNING)
            assert client.state(PID) == StateReport(RunState.RUNNING, "RUNNING")
            assert len(keycloak.seen) == 2
        assert [headers["Authorization"] for headers in api.headers] == ["Bearer one", "Bearer two"]

    def test_a_write_is_sent_once_and_the_next_one_has_a_new_token(self, api: Loopback) -> None:
        with serving() as keycloak, Harvester.at(api.url, service(keycloak), FAST) as client:
            keycloak.answers(token("one"), token("two"))
            api.answers(Reply(401), Reply())
            with pytest.raises(AuthenticationFailed) as caught:
                client.start(PID)
            assert api.requests == [f"POST {PATH}/state"]
            client.start(PID)
        assert (caught.value.permanent, api.requests) == (False, [f"POST {PATH}/state"] * 2)
        assert [headers["Authorization"] for headers in api.headers] == ["Bearer one", "Bearer two"]

    def test_a_second_refusal_is_final(self, api: Loopback) -> None:
        with (
            serving() as keycloak,
            Harvester.at(api.url, service(keycloak), FAST) as client,
            harvester_error() as reported,
        ):
            keycloak.answers(token("one"), token("two"))
            api.answers(Reply(401), Reply(401, {"message": "two is no good"}))
            client.state(PID)
        assert reported[0].message == (
            f"GET {PATH}/state answered 401: the token is missing, wrong or expired; (sensitive) is no good"
        )

    def test_a_refused_static_token_is_not_sent_twice(self, api: Loopback, client: Harvester) -> None:
        api.answers(Reply(401))
        with harvester_error():
            client.state(PID)
        assert api.requests == [f"GET {PATH}/state"]

    def test_one_thread_fetches_a_new_token_for_all(self, api: Loopback) -> None:
        class Renewable:
            """Counts how often it is renewed; its first token is an old one."""

            renewed = 0

            def token(self) -> str:
                return f"token{self.renewed}"

            def refresh(self) -> None:
                self.renewed += 1

            def is_renewable(self) -> bool:
                return True

            def ends_at(self) -> None:
                return None

            def secrets(self) -> tuple[str, ...]:
                return (self.token(),)

        source = Renewable()
        api.refused_token = "token0"
        api.before_refusal = Barrier(8)
        api.otherwise = RUNNING
        with Harvester.at(api.url, source, FAST) as client, ThreadPoolExecutor(8) as pool:
            states = list(pool.map(lambda _: client.state(PID).state, range(8)))
        assert (states, source.renewed) == ([RunState.RUNNING] * 8, 1)
