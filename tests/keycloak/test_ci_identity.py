"""The ID token of a CI in place of a client secret: the script of docs/ci.md, with the real Keycloak."""

import json
import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from tests.command_line import Installation
from tests.harvester.loopback import Loopback, Reply, serving
from tests.keycloak.server import Keycloak
from tests.processes import ROOT

SCRIPT = re.search(r"```sh\n(#!/bin/sh\n# \S*granary-token.*?)```", (ROOT / "docs" / "ci.md").read_text(), re.DOTALL)
ISSUER = "https://ci.example.com"
BRANCH = "repo:owner/config:ref:refs/heads/main"
KEY = generate_private_key(public_exponent=65537, key_size=2048)
CLIENT = "persync-ci"


@pytest.fixture(scope="module")
def ci(keycloak: Keycloak) -> Iterator[Loopback]:
    """The CI's endpoints: its keys, for Keycloak, and GitHub's for ID tokens; with its client in the realm."""
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
    with serving() as loopback:
        loopback.otherwise = Reply(body={"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]})
        config = {
            "issuer": ISSUER,
            "jwksUrl": f"{loopback.url}/keys",
            "useJwksUrl": "true",
            "validateSignature": "true",
            "supportsClientAssertions": "true",
            "supportsClientAssertionReuse": "true",
            "clientId": "unused",
            "clientSecret": "unused",
            "authorizationUrl": f"{ISSUER}/unused",
            "tokenUrl": f"{ISSUER}/unused",
        }
        provider = {"alias": "ci", "providerId": "oidc", "enabled": True, "config": config}
        keycloak.admin("POST", "/identity-provider/instances", provider)
        attributes = {"jwt.credential.issuer": "ci", "jwt.credential.sub": BRANCH}
        client = {"clientId": CLIENT, "serviceAccountsEnabled": True, "standardFlowEnabled": False}
        keycloak.admin(
            "POST", "/clients", {**client, "clientAuthenticatorType": "federated-jwt", "attributes": attributes}
        )
        for project in ("webtracking", "iot"):
            [found] = keycloak.admin("GET", f"/clients?clientId={project}")
            role = keycloak.admin("GET", f"/clients/{found['id']}/roles/editor")
            account = keycloak.user_id(f"service-account-{CLIENT}")
            keycloak.admin("POST", f"/users/{account}/role-mappings/clients/{found['id']}", [role])
        yield loopback


def id_token(keycloak: Keycloak, **claims: Any) -> str:
    now = int(time.time())
    content = {"iss": ISSUER, "sub": BRANCH, "aud": keycloak.issuer(), "iat": now, "exp": now + 300}
    return jwt.encode({**content, "jti": str(uuid.uuid4()), **claims}, KEY, "RS256", headers={"kid": "one"})


@pytest.fixture
def configured(served: Installation, keycloak: Keycloak, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    program: Path = tmp_path_factory.mktemp("bin") / "granary-token"
    assert SCRIPT is not None
    program.write_text(SCRIPT[1], encoding="utf-8")
    program.chmod(0o755)
    assert served.server is not None
    served.settings(url=served.server.url, auth=f"{{command: [{program}, '{keycloak.issuer()}']}}")
    served.monkeypatch.setenv("PERSYNC_AUTH_COMMAND", f"{program} {keycloak.issuer()}")
    return served


def test_gitlab(configured: Installation, keycloak: Keycloak, ci: Loopback) -> None:
    configured.monkeypatch.setenv("PERSYNC_AUTH_COMMAND_ENV", "GRANARY_ID_TOKEN")
    configured.monkeypatch.setenv("GRANARY_ID_TOKEN", id_token(keycloak))
    # GitLab gives a job one ID token: each renewal sends it again.
    assert configured.run("plan", "--detailed-exitcode").code == 2
    ended = configured.run("apply", "--auto-approve")
    done = "Apply: 2 done."
    assert (ended.last_line, "GET /keys" in ci.requests) == (done, True)


def test_github(configured: Installation, keycloak: Keycloak, ci: Loopback) -> None:
    configured.monkeypatch.setenv(
        "PERSYNC_AUTH_COMMAND_ENV", "ACTIONS_ID_TOKEN_REQUEST_URL ACTIONS_ID_TOKEN_REQUEST_TOKEN"
    )
    configured.monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", f"{ci.url}/id?version=2")
    configured.monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "of-the-job")
    ci.answers(Reply(body={"count": 1, "value": id_token(keycloak)}))
    asked = len(ci.seen)
    assert configured.run("apply", "--auto-approve").code == 0
    assert (ci.requests[asked], ci.headers[asked]["Authorization"]) == (
        f"GET /id?version=2&audience={keycloak.issuer()}",
        "Bearer of-the-job",
    )


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "repo:owner/config:pull_request"},
        {"aud": "https://elsewhere.example.com"},
        {"iss": "https://other.example.com"},
    ],
)
def test_the_id_token_of_another_branch_or_for_another_audience(
    configured: Installation, keycloak: Keycloak, ci: Loopback, claims: dict[str, str]
) -> None:
    assert ci.url
    token = id_token(keycloak, **claims)
    configured.monkeypatch.setenv("PERSYNC_AUTH_COMMAND_ENV", "GRANARY_ID_TOKEN")
    configured.monkeypatch.setenv("GRANARY_ID_TOKEN", token)
    ended = configured.run("plan")
    assert (ended.code, ended.err.splitlines()[0].partition(": curl: ")[0], token in ended.err) == (
        1,
        "error: auth.command (granary-token) ended with exit code 22",
        False,
    )
