"""Tokens and roles."""

from typing import Any

import pytest

from persync.sandbox.errors import SandboxError
from persync.sandbox.server import SandboxServer
from tests.sandbox.support import Client, Clock, path_of, pg, running

TOKEN = "/auth/realms/grnry/protocol/openid-connect/token"
PATH = path_of("snowplow-web", "web")
USER: dict[str, Any] = {
    "grant_type": "password",
    "client_id": "profile-api",
    "username": "vera",
    "password": "pässword",
}
ACCOUNTS: dict[str, Any] = {
    "persisters": [{"project": "web", "eventType": "snowplow-web"}, {"eventType": "call-records"}],
    "users": [
        {"name": "vera", "password": "pässword", "roles": {"web": "viewer"}},
        {"name": "ed", "token": "fixed", "roles": {"*": "viewer", "web": "editor"}},
        {"name": "no-roles", "password": ""},
        {"name": "dana", "roles": {"web": "data_owner"}},
    ],
    "clients": [{"id": "ci", "secret": "s3cret", "roles": {"web": "editor"}}],
}


def request_token(server: SandboxServer, path: str = TOKEN, auth: tuple[str, str] | None = None, **form: Any) -> Any:
    response = Client(server, None)("POST", path, data=form, auth=auth)
    return response.status_code, response.json()


def codes(client: Client, path: str) -> list[int]:
    responses = [client.get(path), client.get(f"{path}/state"), client.put(path, pg()), client.act(path, "START")]
    return [response.status_code for response in responses]


def test_a_viewer_reads_and_an_editor_writes_too() -> None:
    with running(**ACCOUNTS) as server:
        assert codes(Client(server, "vera"), PATH) == [200, 200, 403, 403]
        assert codes(Client(server, "ed"), PATH) == [200, 200, 200, 200]
        assert codes(Client(server, "ed"), path_of("call-records")) == [200, 200, 403, 403]
        assert codes(Client(server, "no-roles"), PATH) == [403] * 4
        assert codes(Client(server, "dana"), PATH) == [403] * 4
        assert codes(Client(server, "sandbox"), path_of("call-records")) == [200] * 4


def test_404_only_after_authorization() -> None:
    with running(**ACCOUNTS) as server:
        client = Client(server, "vera")
        assert client.get(path_of("unknown", "web")).status_code == 404
        response = client.get(path_of("unknown"))
        assert (response.status_code, response.json()["type"], response.json()["message"]) == (
            403,
            "entity_not_accessible",
            "Access forbidden due to missing roles.",
        )
        assert client.get("/projects/global/event-types").status_code == 403
        assert client.get("/event-types").status_code == 200


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
def test_an_invalid_authorization_header_is_a_401(header: dict[str, str | bytes]) -> None:
    with running(**ACCOUNTS) as server:
        response = Client(server, None).get(PATH, headers=header)
        assert (response.status_code, response.json()["type"], response.json()["message"]) == (
            401,
            "authentication_error",
            "Authentication failed.",
        )


def test_the_password_grant_issues_a_token_that_expires() -> None:
    clock = Clock()
    with running(clock, **ACCOUNTS) as server:
        status, body = request_token(
            server, grant_type="password", client_id="profile-api", username="vera", password="pässword"
        )
        token = body.pop("access_token")
        del body["refresh_token"]
        assert (status, body) == (
            200,
            {
                "expires_in": 300,
                "refresh_expires_in": 1800,
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


def test_a_refresh_token_is_exchanged_until_it_ends() -> None:
    clock = Clock()
    with running(clock, **ACCOUNTS) as server:
        refresh = request_token(server, **USER)[1]["refresh_token"]
        form: dict[str, Any] = {"grant_type": "refresh_token", "client_id": "profile-api", "refresh_token": refresh}
        clock.now += 1799
        status, body = request_token(server, **form)
        as_access = Client(server, None)
        as_access.session.headers["Authorization"] = f"Bearer {refresh}"
        as_refresh = request_token(server, **{**form, "refresh_token": body["access_token"]})[0]
        assert (status, as_access.get(PATH).status_code, as_refresh) == (200, 401, 400)
        clock.now += 1
        assert request_token(server, **form) == (
            400,
            {"error": "invalid_grant", "error_description": "Invalid refresh token"},
        )


def test_without_a_lifetime_there_is_no_refresh_token() -> None:
    with running(refreshTokenLifetime=0, **ACCOUNTS) as server:
        body = request_token(server, **USER)[1]
        assert ("refresh_token" in body, body["refresh_expires_in"]) == (False, 0)


def test_the_lifetime_of_a_token_can_be_set_from_python() -> None:
    clock = Clock()
    with running(clock, **ACCOUNTS) as server:
        client = Client(server, None)
        client.session.headers["Authorization"] = f"Bearer {server.token('vera', lifetime=3600)}"
        clock.now += 3599
        assert client.get(PATH).status_code == 200
        clock.now += 1
        assert client.get(PATH).status_code == 401


def test_a_modified_token_is_invalid() -> None:
    with running(**ACCOUNTS) as server:
        header, claims, signature = server.token("vera").split(".")
        client = Client(server, None)
        client.session.headers["Authorization"] = f"Bearer {header}.{claims[:-1]}.{signature}"
        assert client.get(PATH).status_code == 401


def test_a_fixed_token_never_expires() -> None:
    clock = Clock()
    with running(clock, tokenLifetime=0, **ACCOUNTS) as server:
        assert server.token("ed") == "fixed"
        clock.now += 1_000_000
        assert Client(server, "ed").get(PATH).status_code == 200
        assert Client(server, "vera").get(PATH).status_code == 401


def test_client_credentials_in_the_form_or_in_the_header() -> None:
    with running(**ACCOUNTS) as server:
        in_form = request_token(server, grant_type="client_credentials", client_id="ci", client_secret="s3cret")
        in_header = request_token(server, grant_type="client_credentials", auth=("ci", "s3cret"))
        for status, body in (in_form, in_header):
            client = Client(server, None)
            client.session.headers["Authorization"] = f"Bearer {body['access_token']}"
            assert (status, codes(client, PATH)) == (200, [200, 200, 200, 200])


def test_the_password_grant_accepts_any_client_with_its_secret() -> None:
    with running(**ACCOUNTS) as server:
        status, _body = request_token(
            server, grant_type="password", username="vera", password="pässword", auth=("ci", "s3cret")
        )
        assert status == 200


@pytest.mark.parametrize(
    ("form", "status", "body"),
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
            for user, password in [("vera", "x"), ("sandbox", ""), ("ci", "s3cret"), ("unknown", "x")]
        ),
        *(
            (
                {"grant_type": "password", "client_id": client, "username": "vera", "password": "pässword"},
                401,
                {"error": "invalid_client", "error_description": "Invalid client or Invalid client credentials"},
            )
            for client in ["ci", "vera", "unknown"]
        ),
        *(
            (
                {"grant_type": "client_credentials", "client_id": client, "client_secret": secret},
                401,
                {"error": "unauthorized_client", "error_description": "Invalid client or Invalid client credentials"},
            )
            for client, secret in [("ci", "x"), ("vera", "pässword"), ("unknown", "x"), ("profile-api", "")]
        ),
    ],
)
def test_token_requests_that_keycloak_refuses(form: dict[str, str], status: int, body: object) -> None:
    with running(**ACCOUNTS) as server:
        assert request_token(server, TOKEN, None, **form) == (status, body)


@pytest.mark.parametrize("header", ["Basic !", "Basic /w==", "Bearer x"])
def test_a_header_without_basic_credentials_is_ignored(header: str) -> None:
    with running(**ACCOUNTS) as server:
        response = Client(server, None)(
            "POST", TOKEN, data={"grant_type": "client_credentials"}, headers={"Authorization": header}
        )
        assert (response.status_code, response.json()["error"]) == (401, "unauthorized_client")


def test_an_unknown_realm_is_not_found() -> None:
    with running(**ACCOUNTS) as server:
        assert request_token(server, TOKEN.replace("grnry", "master")) == (404, {"error": "Realm does not exist"})
    with running(realm="master", **ACCOUNTS) as server:
        status, _body = request_token(
            server, TOKEN.replace("grnry", "master"), grant_type="client_credentials", auth=("ci", "s3cret")
        )
        assert status == 200


def test_no_token_for_an_unknown_user() -> None:
    with running(**ACCOUNTS) as server, pytest.raises(SandboxError) as caught:
        server.token("mallory")
    assert str(caught.value) == (
        "mallory: the sandbox has no such user or client; there are ci, dana, ed, no-roles, sandbox, vera"
    )
