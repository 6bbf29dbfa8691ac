"""Every way to a token that an environment may name."""

import pytest

from tests.command_line import Installation

DESCRIPTION = {
    "persisters": [{"eventType": "one", "state": "RUNNING"}],
    "users": [{"name": "vera", "password": "p4ss", "token": "f1xed", "roles": {"*": "viewer"}}],
    "clients": [{"id": "ci", "secret": "s3cret", "roles": {"*": "editor"}}],
}


@pytest.mark.parametrize(
    ("auth", "environ"),
    [
        ("{token: '${{ env.MINE }}'}", {"MINE": "f1xed"}),
        ("{tokenUrl: URL, clientId: ci, clientSecret: '${{ secret.MINE }}'}", {"MINE": "s3cret"}),
        ("{tokenUrl: URL, username: vera, password: '${{ secret.MINE }}'}", {"MINE": "p4ss"}),
        (
            "{tokenUrl: URL, clientId: ci, clientSecret: '${{ env.ITS }}', username: vera, password: '${{ env.P }}'}",
            {"P": "p4ss", "ITS": "s3cret"},
        ),
        ("{token: '${{ env.MINE }}'}", {"MINE": "wrong", "PERSYNC_TOKEN": "f1xed"}),
    ],
)
def test_a_token_is_found(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, auth: str, environ: dict[str, str]
) -> None:
    server = installation.serve(DESCRIPTION, token=False)
    url = f"{server.url}/auth/realms/grnry/protocol/openid-connect/token"
    installation.settings(url=server.url, auth=auth.replace("URL", url))
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    installation.write("persisters/one.yaml", "eventType: one\nstate: RUNNING\n")
    ended = installation.run("plan")
    assert (ended.code, ended.err) == (0, "")


def test_a_token_that_expires_during_an_apply_is_renewed(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = installation.serve({**DESCRIPTION, "tokenLifetime": 0.6, "delays": {"deploying": 1.5}}, token=False)
    url = f"{server.url}/auth/realms/grnry/protocol/openid-connect/token"
    auth = f"{{tokenUrl: {url}, clientId: ci, clientSecret: '${{{{ secret.MINE }}}}'}}"
    installation.settings(url=server.url, auth=auth)
    monkeypatch.setenv("MINE", "s3cret")
    installation.write("persisters/one.yaml", "eventType: one\nstate: RUNNING\nappConfig: {my.own: x}\n")
    assert installation.run("apply", "--auto-approve").last_line == "Apply: 1 done."
    assert len([request for request in server.requests() if request.path == url.removeprefix(server.url)]) > 1


@pytest.mark.parametrize("source", ["env", "secret"])
def test_persisters_cannot_read_the_credentials(installation: Installation, source: str) -> None:
    installation.serve({"persisters": [{"eventType": "one", "state": "RUNNING"}]})
    for name in ("PERSYNC_TOKEN", "OTHER"):
        installation.settings(url="http://127.0.0.1:1", auth="{token: '${{ env.OTHER }}'}")
        installation.monkeypatch.setenv(name, "t0ken-of-mine")
        value = f"'${{{{ {source}.{name} }}}}'"
        installation.write("persisters/one.yaml", f"eventType: one\nappConfig: {{x: {value}}}\n")
        ended = installation.run("plan")
        assert (ended.code, ended.out, ended.err) == (
            1,
            "",
            f"persisters/one.yaml:2:16: error: {name} holds a credential of persync [reserved-variable]\n"
            f"   2 | appConfig: {{x: {value}}}\n"
            f"     |                {'^' * len(value)}\n"
            "    only auth in persync.yaml may use it\n"
            "    help: read another variable\n"
            "error: 1 error in the configuration; nothing was sent\n",
        )


@pytest.mark.parametrize("report", ["text", "json", "markdown", "html", "github", "sarif", "junit"])
def test_only_a_variable_that_is_offered_is_shown(installation: Installation, report: str) -> None:
    installation.serve({"persisters": [{"eventType": "one", "state": "RUNNING"}]})
    text = "eventType: one\nappConfig: {shown: '${{ env.REGION }}', hidden: '${{ env.AWS_SECRET_ACCESS_KEY }}'}\n"
    installation.write("persisters/one.yaml", text)
    installation.monkeypatch.setenv("PERSYNC_VAR_REGION", "eu-central-7")
    installation.monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "aws-s3cret")
    ended = installation.run("plan", "--report", report, "--out", str(installation.folder / "saved.plan"))
    saved = (installation.folder / "saved.plan").read_text(encoding="utf-8")
    assert (ended.code, "eu-central-7" in ended.out + saved, "aws-s3cret" in ended.out + ended.err + saved) == (
        0,
        True,
        False,
    )


@pytest.mark.parametrize("command", ["plan", "apply --auto-approve", "status"])
def test_the_token_goes_to_no_other_origin(installation: Installation, command: str) -> None:
    server = installation.serve({"persisters": [{"eventType": "one", "state": "RUNNING"}]})
    installation.write("persisters/one.yaml", "eventType: one\n")
    installation.monkeypatch.setenv("PERSYNC_TOKEN_ORIGIN", "https://harvester.example.com")
    ended = installation.run(*command.split())
    assert (ended.code, ended.out, ended.err, server.requests()) == (
        1,
        "",
        f"error: persync.yaml:5:10: the Harvester API's URL ({server.url}) is not allowed by PERSYNC_TOKEN_ORIGIN:"
        " nothing was sent\n"
        f"   5 |     url: {server.url}\n     |          {'^' * len(server.url)}\n"
        f"help: if that is right, add {server.url} to PERSYNC_TOKEN_ORIGIN where persync runs; the files cannot change"
        " it\n",
        [],
    )
    installation.monkeypatch.setenv("PERSYNC_TOKEN_ORIGIN", f"https://harvester.example.com {server.url}")
    assert installation.run(*command.split()).code == 0


def test_a_secret_of_auth_goes_to_no_other_origin(installation: Installation) -> None:
    server = installation.serve(DESCRIPTION)
    installation.settings(
        url=server.url,
        auth="{tokenUrl: 'https://elsewhere.example.com/token', clientId: ci, clientSecret: '${{ env.S }}'}",
    )
    installation.monkeypatch.delenv("PERSYNC_TOKEN", raising=False)
    installation.monkeypatch.setenv("S", "s3cret")
    installation.monkeypatch.setenv("PERSYNC_TOKEN_ORIGIN", server.url)
    installation.write("persisters/one.yaml", "eventType: one\n")
    ended = installation.run("plan")
    assert (ended.code, ended.err.splitlines()[0]) == (
        1,
        "error: persync.yaml:6:22: the token URL (https://elsewhere.example.com) is not allowed by"
        " PERSYNC_TOKEN_ORIGIN: nothing was sent",
    )


def test_a_plan_says_that_its_token_ends_before_a_restart_can(installation: Installation) -> None:
    server = installation.serve(DESCRIPTION)
    installation.write("persisters/one.yaml", "eventType: one\nstate: RUNNING\nappConfig: {my.own: x}\n")
    installation.monkeypatch.setenv("PERSYNC_TOKEN", server.token(lifetime=60))
    planned = installation.run("plan")
    warning = planned.out.partition("! the token ends at ")[2].splitlines()[0]
    assert (planned.code, warning.partition(" UTC: ")[2]) == (
        0,
        "with it, no persister is restarted, because a restart may need it for 120 s (timeouts: stop 30, update 60,"
        " read 30); use a fresh token, one that persync renews (auth with a tokenUrl), or lower these timeouts",
    )
    applied = installation.run("apply", "--auto-approve")
    assert (applied.code, installation.writes()) == (1, [])
    installation.write("persisters/one.yaml", "eventType: one\nstate: STOPPED\n")
    assert "the token ends" not in installation.run("plan").out
    installation.write("persisters/one.yaml", "eventType: one\nstate: RUNNING\nappConfig: {my.own: x}\n")
    installation.monkeypatch.setenv("PERSYNC_TOKEN", server.token(lifetime=3600))
    assert "the token ends" not in installation.run("plan").out
    assert installation.run("apply", "--auto-approve").code == 0
