"""What the doctor finds out about tokens and roles."""

import base64
import json
import re
import time

import pytest

from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer
from tests.command_line import Installation
from tests.diagnosis import FILE, ONE, checks


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PERSYNC_TOKEN_ORIGIN", raising=False)


def test_credentials_that_may_not_be_sent_there(installation: Installation) -> None:
    server = installation.serve({"persisters": [ONE]})
    installation.monkeypatch.setenv("PERSYNC_TOKEN_ORIGIN", "https://harvester.example.com")
    found = checks(installation)
    assert "is not allowed by PERSYNC_TOKEN_ORIGIN: nothing was sent" in found["address"]["message"]
    assert server.requests() == []


def test_a_token_that_has_ended(installation: Installation) -> None:
    server = installation.serve({"persisters": [ONE]})
    installation.monkeypatch.setenv("PERSYNC_TOKEN", server.token(lifetime=-242))
    token = checks(installation)["token"]
    moment = time.strftime("%Y-%m-%d %H:%M", time.localtime(time.time() - 242))
    assert token["status"] == "failed"
    assert re.fullmatch(rf"PERSYNC_TOKEN ended at {moment}:\d\d \w+, 4 min [2-9] s ago", token["message"])
    assert token["help"] == "use a fresh token, or auth with a tokenUrl, which persync renews"


def test_a_token_that_ends_before_a_restart_can(installation: Installation) -> None:
    server = installation.serve({"persisters": [ONE]})
    installation.monkeypatch.setenv("PERSYNC_TOKEN", server.token(lifetime=60.5))
    token = checks(installation)["token"]
    assert token["status"] == "warning"
    assert token["message"].endswith(
        ": an apply may last 60 s, and a restart may need 120 s (timeouts: stop 30, update 60, read 30)"
    )


@pytest.mark.parametrize("ahead", [-3600, 3600])
def test_a_token_ends_by_the_clock_of_the_server(installation: Installation, ahead: int) -> None:
    description = Description.model_validate({"persisters": [ONE]})
    installation.server = server = SandboxServer(description, clock=lambda: time.time() + ahead)
    server.start()
    installation.settings(url=server.url)
    installation.monkeypatch.setenv("PERSYNC_TOKEN", server.token(lifetime=600))
    found = checks(installation)
    moment = time.strftime("%Y-%m-%d %H:", time.localtime(time.time() + 595))
    assert found["token"]["message"].startswith(f"PERSYNC_TOKEN ends at {moment}")
    assert re.search(r": an apply may last (9 min 5\d|10 min 0) s$", found["token"]["message"])
    direction = "behind" if ahead > 0 else "ahead of"
    assert found["clock"]["message"] == (
        f"this machine's clock is 1 h 0 min {direction} the server's:"
        " the times of runs and reports are not those of its log"
    )


def test_a_token_that_is_refused(installation: Installation) -> None:
    installation.serve({"persisters": [ONE]})
    installation.monkeypatch.setenv("PERSYNC_TOKEN", "not-a-jwt")
    found = checks(installation)
    assert found["token"]["message"] == "PERSYNC_TOKEN; when it ends is not known, as it is no JWT with an end"
    assert found["access"]["message"] == (
        "GET /event-types answered 401: the token is missing, wrong or expired; Authentication failed."
    )


def test_no_token(installation: Installation) -> None:
    installation.serve({"persisters": [ONE]}, token=False)
    found = checks(installation)
    assert (found["token"]["message"], found["api"]["status"]) == ("there is no token for environment test", "ok")


CLIENT = {"id": "ci", "secret": "hunter2", "roles": {"global": "viewer"}}
TOKEN_PATH = "/auth/realms/grnry/protocol/openid-connect/token"


def test_a_token_that_is_renewed(installation: Installation) -> None:
    server = installation.serve({"persisters": [ONE], "clients": [CLIENT], "tokenLifetime": 300}, token=False)
    auth = f'{{tokenUrl: "{server.url}{TOKEN_PATH}", clientId: ci, clientSecret: "${{{{ env.S }}}}"}}'
    installation.settings(url=server.url, auth=auth)
    installation.monkeypatch.setenv("S", "hunter2")
    token = checks(installation)["token"]
    expected = f"signed in as client ci at {server.url}{TOKEN_PATH}; renewal works; each is valid for 5 min 0 s"
    assert (token["status"], token["message"]) == ("ok", expected)
    installation.monkeypatch.setenv("S", "wrong")
    ended = installation.run("doctor")
    assert f"✗ token     POST {TOKEN_PATH} at " in ended.out
    assert "hunter2" not in ended.out + ended.err


USER = {"name": "reader", "token": "fixed", "roles": {"web": "viewer"}}


def test_a_token_for_half_of_the_projects(installation: Installation) -> None:
    installation.serve({"persisters": [ONE, {**ONE, "project": "web"}], "users": [USER]})
    installation.monkeypatch.setenv("PERSYNC_TOKEN", "fixed")
    installation.write("persisters/one.yaml", f"{FILE}---\nproject: web\n{FILE}")
    found = checks(installation)
    assert (found["roles"]["status"], found["roles"]["message"], found["roles"]["help"]) == (
        "failed",
        "1 of 2 projects cannot be read",
        "ask for the role viewer, and for apply the role editor, in these projects",
    )
    denied, read = found["roles"]["details"]
    assert denied.startswith("global: GET /projects/global/event-types answered 403: ")
    assert read == "web: 1 event type; can read web/one"
    assert found["export"]["status"] == "ok"


def test_a_persister_that_does_not_exist(installation: Installation) -> None:
    installation.serve({"persisters": [ONE]})
    installation.write("persisters/one.yaml", FILE.replace("one", "two"))
    roles = checks(installation)["roles"]
    assert (roles["status"], roles["details"]) == ("warning", ["global: 1 event type; global/two does not exist"])


def test_the_roles_that_a_token_names(installation: Installation) -> None:
    claims = {"exp": time.time() + 9 * 86_400 + 60, "resource_access": {"web": {"roles": ["viewer", "editor"]}, "x": 1}}
    token = f"e30.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.x"
    installation.serve({"persisters": [{**ONE, "project": "web"}], "users": [{**USER, "token": token}]})
    installation.monkeypatch.setenv("PERSYNC_TOKEN", token)
    found = checks(installation)
    assert found["roles"]["details"] == [
        "web: 1 event type; can read web/one; the token names the roles viewer, editor"
    ]
    assert found["token"]["message"].endswith(": an apply may last 9 days")


def test_a_user_with_a_password(installation: Installation) -> None:
    server = installation.serve({"persisters": [ONE], "users": [{"name": "ada", "password": "pw"}]}, token=False)
    auth = f'{{tokenUrl: "{server.url}{TOKEN_PATH}", username: ada, password: "${{{{ env.S }}}}"}}'
    installation.settings(url=server.url, auth=auth)
    installation.monkeypatch.setenv("S", "pw")
    assert checks(installation)["token"]["message"].startswith(f"signed in as a user at {server.url}{TOKEN_PATH}; ")


def test_the_origin_of_a_token_in_the_settings(installation: Installation) -> None:
    server = installation.serve({"persisters": [ONE]}, token=False)
    installation.settings(url=server.url, auth='{token: "${{ env.MINE }}"}')
    installation.monkeypatch.setenv("MINE", server.token(lifetime=200_000))
    assert checks(installation)["token"]["message"].startswith("auth.token ends at ")
