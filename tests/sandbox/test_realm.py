"""Tokens of a realm, which the sandbox verifies by the realm's keys."""

import json
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from persync.sandbox.server import SandboxServer
from tests.harvester.loopback import Loopback, Reply, serving
from tests.sandbox.support import Client, Clock, path_of, running

PATH = path_of("snowplow-web", "web")
STATE = f"{PATH}/state"
NOW = Clock().now


def generated() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


KEY, OTHER_KEY = generated(), generated()


def published(key: RSAPrivateKey) -> dict[str, Any]:
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    return {**public, "kid": "one", "use": "sig", "alg": "RS256"}


@pytest.fixture
def realm() -> Iterator[Loopback]:
    with serving() as loopback:
        loopback.otherwise = Reply(body={"keys": [published(KEY)]})
        yield loopback


@pytest.fixture
def server(realm: Loopback) -> Iterator[SandboxServer]:
    with running(
        persisters=[{"project": "web", "eventType": "snowplow-web"}], issuer=f"{realm.url}/realms/grnry/"
    ) as sandbox:
        yield sandbox


def token(
    realm: Loopback, *roles: str, key: Any = KEY, kid: str = "one", algorithm: str = "RS256", **claims: Any
) -> str:
    content = {
        "iss": f"{realm.url}/realms/grnry",
        "exp": NOW + 60,
        "typ": "Bearer",
        "preferred_username": "vera",
        "resource_access": {"web": {"roles": roles}},
    }
    return jwt.encode({**content, **claims}, key, algorithm, headers={"kid": kid})


def statuses(server: SandboxServer, text: str) -> tuple[int, int]:
    client = Client(server, None, checked=False)  # a 500 is not in the document
    client.session.headers["Authorization"] = f"Bearer {text}"
    return client.get(PATH).status_code, client.post(STATE, {"action": "START"}).status_code


@pytest.mark.parametrize(
    ("roles", "expected"), [(["viewer"], (200, 403)), (["editor"], (200, 200)), ([], (403, 403)), (["x"], (403, 403))]
)
def test_the_roles_are_those_of_the_token(
    server: SandboxServer, realm: Loopback, roles: list[str], expected: tuple[int, int]
) -> None:
    assert statuses(server, token(realm, *roles)) == expected
    assert realm.requests == ["GET /realms/grnry/protocol/openid-connect/certs"]


def test_a_token_without_roles_by_client(server: SandboxServer, realm: Loopback) -> None:
    assert statuses(server, token(realm, resource_access={"web": {}})) == (403, 403)


def test_a_token_that_is_not_valid(server: SandboxServer, realm: Loopback) -> None:
    tokens = {
        "another key": token(realm, "editor", key=OTHER_KEY),
        "an unknown key": token(realm, "editor", key=OTHER_KEY, kid="two"),
        "another issuer": token(realm, "editor", iss=f"{realm.url}/realms/other"),
        "ended": token(realm, "editor", exp=NOW),
        "a refresh token": token(realm, "editor", typ="Refresh"),
        "another algorithm": token(realm, "editor", key="a shared secret of 32 characters", algorithm="HS256"),
        "not signed": token(realm, "editor", key="", algorithm="none"),
        "no token": "abc",
    }
    assert {name: statuses(server, text) for name, text in tokens.items()} == dict.fromkeys(tokens, (401, 401))


def test_its_own_tokens_stay_valid(server: SandboxServer) -> None:
    assert statuses(server, server.token()) == (200, 200)


def test_keys_that_cannot_be_fetched(server: SandboxServer, realm: Loopback) -> None:
    realm.otherwise = Reply(503)
    assert statuses(server, token(realm, "editor")) == (500, 500)
