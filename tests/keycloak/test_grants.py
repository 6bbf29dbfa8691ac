"""Each way to a token, with the real Keycloak: what it may do, and what is refused."""

import json
from pathlib import Path

import pytest

from tests.command_line import Ended, Installation
from tests.keycloak.server import Keycloak
from tests.token_program import write_program

DONE = "Apply: 2 done."
CHECK = "help: check the user, the client and their secrets in auth"
PASSWORDS = {name: f"password-of-{name}" for name in ("ed", "vera", "rita", "dora")}


def run(served: Installation, keycloak: Keycloak, auth: str, secrets: dict[str, str], *arguments: str) -> Ended:
    assert served.server is not None
    served.settings(url=served.server.url, auth=auth.replace("URL", keycloak.token_url()))
    for name, value in secrets.items():
        served.monkeypatch.setenv(name, value)
    return served.run(*arguments)


def client(name: str) -> tuple[str, dict[str, str]]:
    return f"{{tokenUrl: URL, clientId: {name}, clientSecret: '${{{{ env.S }}}}'}}", {"S": f"secret-of-{name}"}


def user(name: str, client_id: str = "") -> tuple[str, dict[str, str]]:
    more = f", clientId: {client_id}, clientSecret: '${{{{ env.S }}}}'" if client_id else ""
    auth = f"{{tokenUrl: URL, username: {name}, password: '${{{{ env.P }}}}'{more}}}"
    return auth, {"P": PASSWORDS[name], "S": f"secret-of-{client_id}"}


@pytest.mark.parametrize(
    ("account", "what"),
    [
        (client("persync"), "as client persync"),
        (user("rita"), "as a user"),
        (user("rita", "persync-users"), "as a user"),
    ],
)
def test_an_editor_plans_and_applies(
    served: Installation, keycloak: Keycloak, account: tuple[str, dict[str, str]], what: str
) -> None:
    doctor = run(served, keycloak, *account, "doctor")
    assert f"token     signed in {what} at {keycloak.token_url()}; renewal works; each is valid for " in doctor.out
    assert (doctor.code, run(served, keycloak, *account, "plan", "--detailed-exitcode").code) == (0, 2)
    assert run(served, keycloak, *account, "apply", "--auto-approve").last_line == DONE
    assert served.server is not None
    assert [request for request in served.server.requests() if (request.status or 0) == 401] == [
        request for request in served.server.requests() if request.path == "/event-types?pagesize=1"
    ]  # doctor's request without a token


def test_a_viewer_may_not_write(served: Installation, keycloak: Keycloak) -> None:
    assert run(served, keycloak, *client("persync-reader"), "plan", "--detailed-exitcode").code == 2
    applied = run(served, keycloak, *client("persync-reader"), "apply", "--auto-approve")
    assert (applied.code, "the editor role in project 'webtracking' is missing" in applied.out + applied.err) == (
        1,
        True,
    )


def test_a_user_sees_the_projects_of_its_roles(served: Installation, keycloak: Keycloak) -> None:
    ended = run(served, keycloak, *user("vera"), "doctor", "-o", "json")
    found = {check["id"]: check for check in json.loads(ended.out)["checks"]}
    assert (found["roles"]["status"], found["roles"]["message"]) == ("failed", "1 of 2 projects cannot be read")
    assert found["roles"]["details"][1].endswith("can read webtracking/clicks; the token names the roles viewer")


def test_a_program_and_a_static_token(
    served: Installation, keycloak: Keycloak, tmp_path_factory: pytest.TempPathFactory
) -> None:
    program: Path = tmp_path_factory.mktemp("bin") / "granary-token"
    write_program(program, keycloak.token_url(), "persync")
    environ = {
        "PERSYNC_AUTH_COMMAND": str(program),
        "PERSYNC_AUTH_COMMAND_ENV": "ITS_SECRET",
        "ITS_SECRET": "secret-of-persync",
    }
    assert run(served, keycloak, f"{{command: [{program}]}}", environ, "apply", "--auto-approve").last_line == DONE
    token = keycloak.granted(client_id="persync-reader", client_secret="secret-of-persync-reader")
    assert run(served, keycloak, "{token: '${{ env.T }}'}", {"T": token}, "plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize(
    ("account", "answered"),
    [
        (
            (client("persync")[0], {"S": "wrong"}),
            "401: Invalid client or Invalid client credentials",
        ),
        ((user("ed")[0], {"P": "wrong"}), "401: Invalid user credentials"),
        (
            (user("ed", "persync-users")[0], {"P": PASSWORDS["ed"], "S": "wrong"}),
            "401: Invalid client or Invalid client credentials",
        ),
        (client("persync-users"), "401: Client not enabled to retrieve service account"),
        (user("ed", "persync"), "400: Client not allowed for direct access grants"),
    ],
)
def test_credentials_that_are_refused(
    served: Installation, keycloak: Keycloak, account: tuple[str, dict[str, str]], answered: str
) -> None:
    ended = run(served, keycloak, *account, "plan")
    path = "/realms/grnry/protocol/openid-connect/token"
    assert (ended.code, ended.out, ended.err.splitlines()) == (
        1,
        "",
        [f"error: POST {path} at {keycloak.url} answered {answered}", CHECK],
    )
    assert served.server is not None
    assert served.server.requests() == []


def test_a_disabled_user_is_refused_once(served: Installation, keycloak: Keycloak) -> None:
    keycloak.admin("PUT", f"/users/{keycloak.user_id('dora')}", {"enabled": False})
    ended = run(served, keycloak, *user("dora"), "plan")
    assert (ended.code, ended.err.splitlines()[0].partition(" answered ")[2]) == (1, "400: Account disabled")
    assert keycloak.events(user=keycloak.user_id("dora")) == ["LOGIN_ERROR"]


def test_the_token_of_another_realm(served: Installation, keycloak: Keycloak) -> None:
    auth, secrets = client("persync")
    ended = run(served, keycloak, auth.replace("URL", keycloak.token_url("other")), secrets, "status")
    assert (ended.code, "401" in ended.out + ended.err) == (1, True)
    assert ended.err.splitlines()[-1] == (
        "help: auth gives this token, and the API refuses it: check that auth names the realm of this API"
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/realms/nowhere/protocol/openid-connect/token", "Realm does not exist"),
        ("/auth/realms/grnry/protocol/openid-connect/token", "Unable to find matching target resource method"),
    ],
)
def test_a_url_without_a_token_endpoint(served: Installation, keycloak: Keycloak, path: str, text: str) -> None:
    auth, secrets = client("persync")
    ended = run(served, keycloak, auth.replace("URL", f"{keycloak.url}{path}"), secrets, "plan")
    assert ended.err.splitlines() == [
        f"error: POST {path} at {keycloak.url} answered 404: there is no token endpoint at this URL; {text}",
        "help: check auth.tokenUrl, its realm too",
    ]
