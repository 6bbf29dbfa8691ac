"""Users, clients, their roles, and access tokens as Keycloak issues them.

Tokens are JWTs. The key that signs them is stored with the state, so a token stays valid after a restart.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass

from persync.sandbox.description import Description
from persync.sandbox.domain import defaults
from persync.sandbox.domain.config import Document
from persync.sandbox.domain.roles import ANY_CLIENT, Roles
from persync.sandbox.errors import SandboxError


@dataclass(frozen=True, slots=True)
class Account:
    """A user or a client, with its roles by Keycloak client."""

    name: str
    secret: str | None
    token: str | None
    roles: Roles
    is_client: bool


class LoginError(Exception):
    """Keycloak's error response to a token request: HTTP status, `error` and `error_description`."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.error = error


class Accounts:
    """The accounts of a description, and their tokens."""

    def __init__(self, description: Description, signing_key: bytes) -> None:
        """Add the built-in user `sandbox`, an editor of everything, to the accounts of `description`."""
        built_in = Account(defaults.BUILT_IN_USER, None, None, {ANY_CLIENT: ("editor",)}, is_client=False)
        users = [
            Account(user.name, user.password, user.token, user.roles, is_client=False) for user in description.users
        ]
        clients = [
            Account(client.id, client.secret, None, client.roles, is_client=True) for client in description.clients
        ]
        self._accounts = {account.name: account for account in [built_in, *users, *clients]}
        self._by_fixed_token = {account.token: account for account in self._accounts.values() if account.token}
        self._lifetime = description.token_lifetime
        self._key = signing_key

    def token(self, name: str, now: float, lifetime: float | None = None) -> str:
        """Return a token for the account `name`: its fixed token, or one issued at `now` (epoch seconds).

        `lifetime` is in seconds; None is the lifetime in the description.

        Raises:
            SandboxError: there is no such account.
        """
        account = self._accounts.get(name)
        if account is None:
            raise SandboxError(
                f"{name}: the sandbox has no such user or client; there are {', '.join(sorted(self._accounts))}"
            )
        return account.token or self._issue(account, now, lifetime)

    def authenticate(self, token: str, now: float) -> Account | None:
        """Return the account of `token`, None if the token is invalid or has expired at `now` (epoch seconds)."""
        fixed = self._by_fixed_token.get(token)
        if fixed is not None:
            return fixed
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(self._signature(signed).encode(), signature.encode("utf-8", "replace")):
            return None
        claims = json.loads(_base64url_decode(signed.partition(".")[2]))
        return self._accounts.get(claims["preferred_username"]) if now < claims["exp"] else None

    def login(self, form: Mapping[str, str], now: float) -> Document:
        """Return Keycloak's response to the token request `form` at `now` (epoch seconds).

        It supports the password grant (with the public client `profile-api`) and client credentials.

        Raises:
            LoginError: Keycloak refuses the request.
        """
        grant = form.get("grant_type")
        if grant == "password":
            account = self._authenticated_user(form)
        elif grant == "client_credentials":
            account = self._authenticated_client(form)
        elif grant is None:
            raise LoginError(400, "invalid_request", "Missing form parameter: grant_type")
        else:
            raise LoginError(400, "unsupported_grant_type", "Unsupported grant_type")
        return {
            "access_token": account.token or self._issue(account, now),
            "expires_in": int(self._lifetime),
            "refresh_expires_in": 0,
            "token_type": "Bearer",
            "not-before-policy": 0,
            "scope": "profile email",
        }

    def _authenticated_user(self, form: Mapping[str, str]) -> Account:
        client = self._accounts.get(form.get("client_id", ""))
        secret = form.get("client_secret", "")
        if form.get("client_id") != defaults.PASSWORD_CLIENT and not _matches(client, secret, is_client=True):
            raise LoginError(401, "invalid_client", "Invalid client or Invalid client credentials")
        user = self._accounts.get(form.get("username", ""))
        if user is None or not _matches(user, form.get("password", ""), is_client=False):
            raise LoginError(401, "invalid_grant", "Invalid user credentials")
        return user

    def _authenticated_client(self, form: Mapping[str, str]) -> Account:
        client = self._accounts.get(form.get("client_id", ""))
        if client is None or not _matches(client, form.get("client_secret", ""), is_client=True):
            raise LoginError(401, "unauthorized_client", "Invalid client or Invalid client credentials")
        return client

    def _issue(self, account: Account, now: float, lifetime: float | None = None) -> str:
        header = {"alg": "HS256", "typ": "JWT"}
        claims = {
            "preferred_username": account.name,
            "iat": now,
            "exp": now + (self._lifetime if lifetime is None else lifetime),
        }
        signed = ".".join(_base64url_encode(json.dumps(part).encode()) for part in (header, claims))
        return f"{signed}.{self._signature(signed)}"

    def _signature(self, signed: str) -> str:
        return _base64url_encode(hmac.digest(self._key, signed.encode("utf-8", "replace"), hashlib.sha256))


def basic_credentials(header: str | None) -> dict[str, str]:
    """Return client id and secret of an HTTP Basic `Authorization` header, an empty dict for any other header."""
    scheme, _, encoded = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": client, "client_secret": secret}


def _matches(account: Account | None, secret: str, *, is_client: bool) -> bool:
    """Return whether `secret` is the secret of `account`, and the account is a client or a user as required."""
    if account is None or account.secret is None or account.is_client != is_client:
        return False
    return hmac.compare_digest(account.secret.encode(), secret.encode("utf-8", "replace"))


def _base64url_encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _base64url_decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
