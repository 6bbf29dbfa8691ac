"""Tokens and roles."""

from typing import Any

import pytest

from persync.sandbox.errors import SandboxError
from persync.sandbox.server import SandboxServer
from tests.sandbox.support import Client, Clock, path_of, pg, running

TOKEN = "/auth/realms/grnry/protocol/openid-connect/token"
PATH = path_of("snowplow-web", "web")
ACCOUNTS: dict[str, Any] = {
    "persisters": [{"project": "web", "eventType": "snowplow-web"}, {"eventType": "call-records"}],
    "users": [
        {"name": "vera", "password": "pässword", "roles": {"web": "viewer"}},
        {"name": "ed", "token": "fixed", "roles": {"*": "viewer", "web": "editor"}},
        {"name": "nobody", "password": ""},
    ],
    "clients": [{"id": "ci", "secret": "s3cret", "roles": {"web": "editor"}}],
}


def ask(server: SandboxServer, path: str = TOKEN, auth: tuple[str, str] | None = None, **form: Any) -> Any:
    response = Client(server, None)("POST", path, data=form, auth=auth)
    return response.status_code, response.json()


def codes(client: Client, path: str) -> list[int]:
    answers = [client.get(path), client.get(f"{path}/state"), client.put(path, pg()), client.act(path, "START")]
    return [answer.status_code for answer in answers]


def test_a_viewer_reads_and_an_editor_writes_too() -> None:
    with running(**ACCOUNTS) as server:
        assert codes(Client(server, "vera"), PATH) == [200, 200, 403, 403]
        assert codes(Client(server, "ed"), PATH) == [200, 200, 200, 200]
        assert codes(Client(server, "ed"), path_of("call-records")) == [200, 200, 403, 403]
        assert codes(Client(server, "nobody"), PATH) == [403] * 4
        assert codes(Client(server, "sandbox"), path_of("call-records")) == [200] * 4


def test_whether_a_persister_exists_is_told_only_to_those_who_may_read() -> None:
    with running(**ACCOUNTS) as server:
        client = Client(server, "vera")
        assert client.get(path_of("unknown", "web")).status_code == 404
        response = client.get(path_of("unknown"))
        assert (response.status_code, response.json()["type"], response.json()["message"]) == (
            403,
            "entity_not_accessible",
            "Access forbidden due to missing roles.",
        )
        assert client.get("/event-types").status_code == 403


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"Authorization": "Bearer x"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic fixed"},
        {"Authorization": "fixed"},
        {"Authentication": "Bearer fixed"},
        {"Authorization": "Bearer é.é.é".encode("latin-1")},
    ],
)
def test_without_a_good_token_in_the_right_header_nothing_is_told(header: dict[str, str | bytes]) -> None:
    with running(**ACCOUNTS) as server:
        response = Client(server, None).get(PATH, headers=header)
        assert (response.status_code, response.json()["type"], response.json()["message"]) == (
            401,
            "authentication_error",
            "Authentication failed.",
        )


def test_the_password_grant_gives_a_token_that_ends() -> None:
    clock = Clock()
    with running(clock, **ACCOUNTS) as server:
        status, answer = ask(
            server, grant_type="password", client_id="profile-api", username="vera", password="pässword"
        )
        token = answer.pop("access_token")
        assert (status, answer) == (
            200,
            {
                "expires_in": 300,
                "refresh_expires_in": 0,
                "token_type": "Bearer",
                "not-before-policy": 0,
                "scope": "profile email",
            },
        )
        client = Client(server, None)
        client.session.headers["Authorization"] = f"bearer {token}"
        clock.now += 299
        assert client.get(PATH).status_code == 200
        clock.now += 1
        assert client.get(PATH).status_code == 401


def test_whoever_embeds_the_sandbox_may_ask_for_a_longer_life() -> None:
    clock = Clock()
    with running(clock, **ACCOUNTS) as server:
        client = Client(server, None)
        client.session.headers["Authorization"] = f"Bearer {server.token('vera', lifetime=3600)}"
        clock.now += 3599
        assert client.get(PATH).status_code == 200
        clock.now += 1
        assert client.get(PATH).status_code == 401


def test_a_token_that_somebody_changed_is_no_token() -> None:
    with running(**ACCOUNTS) as server:
        header, claims, signature = server.token("vera").split(".")
        client = Client(server, None)
        client.session.headers["Authorization"] = f"Bearer {header}.{claims[:-1]}.{signature}"
        assert client.get(PATH).status_code == 401


def test_a_fixed_token_never_ends() -> None:
    clock = Clock()
    with running(clock, tokenLifetime=0, **ACCOUNTS) as server:
        assert server.token("ed") == "fixed"
        clock.now += 1_000_000
        assert Client(server, "ed").get(PATH).status_code == 200
        assert Client(server, "vera").get(PATH).status_code == 401


def test_client_credentials_come_in_the_form_or_in_the_header() -> None:
    with running(**ACCOUNTS) as server:
        in_form = ask(server, grant_type="client_credentials", client_id="ci", client_secret="s3cret")
        in_header = ask(server, grant_type="client_credentials", auth=("ci", "s3cret"))
        for status, answer in (in_form, in_header):
            client = Client(server, None)
            client.session.headers["Authorization"] = f"Bearer {answer['access_token']}"
            assert (status, codes(client, PATH)) == (200, [200, 200, 200, 200])


def test_the_password_grant_takes_any_client_that_proves_itself() -> None:
    with running(**ACCOUNTS) as server:
        status, _answer = ask(
            server, grant_type="password", username="vera", password="pässword", auth=("ci", "s3cret")
        )
        assert status == 200


@pytest.mark.parametrize(
    ("form", "status", "answer"),
    [
        ({}, 400, {"error": "invalid_request", "error_description": "Missing form parameter: grant_type"}),
        (
            {"grant_type": "implicit"},
            400,
            {"error": "unsupported_grant_type", "error_description": "Unsupported grant_type"},
        ),
        *(
            (
                {"grant_type": "password", "client_id": "profile-api", "username": user, "password": password},
                401,
                {"error": "invalid_grant", "error_description": "Invalid user credentials"},
            )
            for user, password in [("vera", "x"), ("sandbox", ""), ("ci", "s3cret"), ("who", "x")]
        ),
        *(
            (
                {"grant_type": "password", "client_id": client, "username": "vera", "password": "pässword"},
                401,
                {"error": "invalid_client", "error_description": "Invalid client or Invalid client credentials"},
            )
            for client in ["ci", "vera", "who"]
        ),
        *(
            (
                {"grant_type": "client_credentials", "client_id": client, "client_secret": secret},
                401,
                {"error": "unauthorized_client", "error_description": "Invalid client or Invalid client credentials"},
            )
            for client, secret in [("ci", "x"), ("vera", "pässword"), ("who", "x"), ("profile-api", "")]
        ),
    ],
)
def test_keycloak_refuses(form: dict[str, str], status: int, answer: object) -> None:
    with running(**ACCOUNTS) as server:
        assert ask(server, TOKEN, None, **form) == (status, answer)


@pytest.mark.parametrize("header", ["Basic !", "Basic /w==", "Bearer x"])
def test_a_header_that_is_not_basic_says_nothing_of_the_client(header: str) -> None:
    with running(**ACCOUNTS) as server:
        response = Client(server, None)(
            "POST", TOKEN, data={"grant_type": "client_credentials"}, headers={"Authorization": header}
        )
        assert (response.status_code, response.json()["error"]) == (401, "unauthorized_client")


def test_another_realm_does_not_exist() -> None:
    with running(**ACCOUNTS) as server:
        assert ask(server, TOKEN.replace("grnry", "master")) == (404, {"error": "Realm does not exist"})
    with running(realm="master", **ACCOUNTS) as server:
        status, _answer = ask(
            server, TOKEN.replace("grnry", "master"), grant_type="client_credentials", auth=("ci", "s3cret")
        )
        assert status == 200


def test_nobody_else_is_given_a_token() -> None:
    with running(**ACCOUNTS) as server, pytest.raises(SandboxError) as caught:
        server.token("mallory")
    assert str(caught.value) == (
        "mallory: the sandbox has no such user or client; it knows ci, ed, nobody, sandbox, vera"
    )
