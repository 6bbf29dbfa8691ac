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
from persync.sandbox.realm import Realm

_ACCESS, _REFRESH = "Bearer", "Refresh"  # the kinds of tokens, as Keycloak names them


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
        self._refresh_lifetime = description.refresh_token_lifetime
        self._key = signing_key
        self._realm = Realm(description.issuer) if description.issuer else None

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
        """Return the account of `token`, None if the token is invalid or has expired at `now` (epoch seconds).

        Raises:
            Problem: the keys of the issuer in the description cannot be fetched.
        """
        own = self._by_fixed_token.get(token) or self._account_in(token, _ACCESS, now)
        if own or self._realm is None:
            return own
        user = self._realm.user(token, now)
        return user and Account(user.name, None, None, user.roles, is_client=False)

    def _account_in(self, token: str, kind: str, now: float) -> Account | None:
        """Return the account that a token of that kind was issued to, None if the token is not valid."""
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(self._signature(signed).encode(), signature.encode("utf-8", "replace")):
            return None
        claims = json.loads(_base64url_decode(signed.partition(".")[2]))
        is_valid = claims.get("typ") == kind and now < claims["exp"]
        return self._accounts.get(claims["preferred_username"]) if is_valid else None

    def login(self, form: Mapping[str, str], now: float) -> Document:
        """Return Keycloak's response to the token request `form` at `now` (epoch seconds).

        It supports the password grant (with the public client `profile-api`, or another one and its secret), client
        credentials, and the refresh tokens that come with the password grant.

        Raises:
            LoginError: Keycloak refuses the request.
        """
        grant = form.get("grant_type")
        if grant == "password":
            account = self._authenticated_user(form)
        elif grant == "client_credentials":
            account = self._authenticated_client(form)
        elif grant == "refresh_token":
            account = self._refreshing_user(form, now)
        elif grant is None:
            raise LoginError(400, "invalid_request", "Missing form parameter: grant_type")
        else:
            raise LoginError(400, "unsupported_grant_type", "Unsupported grant_type")
        refresh: dict[str, object] = {"refresh_expires_in": 0}
        if not account.is_client and self._refresh_lifetime:
            token = self._issue(account, now, self._refresh_lifetime, _REFRESH)
            refresh = {"refresh_expires_in": int(self._refresh_lifetime), "refresh_token": token}
        return {
            "access_token": account.token or self._issue(account, now),
            "expires_in": int(self._lifetime),
            **refresh,
            "token_type": "Bearer",
            "not-before-policy": 0,
            "scope": "profile email",
        }

    def _check_client(self, form: Mapping[str, str]) -> None:
        client = self._accounts.get(form.get("client_id", ""))
        secret = form.get("client_secret", "")
        if form.get("client_id") != defaults.PASSWORD_CLIENT and not _matches(client, secret, is_client=True):
            raise LoginError(401, "invalid_client", "Invalid client or Invalid client credentials")

    def _refreshing_user(self, form: Mapping[str, str], now: float) -> Account:
        self._check_client(form)
        user = self._account_in(form.get("refresh_token", ""), _REFRESH, now)
        if user is None:
            raise LoginError(400, "invalid_grant", "Invalid refresh token")
        return user

    def _authenticated_user(self, form: Mapping[str, str]) -> Account:
        self._check_client(form)
        user = self._accounts.get(form.get("username", ""))
        if user is None or not _matches(user, form.get("password", ""), is_client=False):
            raise LoginError(401, "invalid_grant", "Invalid user credentials")
        return user

    def _authenticated_client(self, form: Mapping[str, str]) -> Account:
        client = self._accounts.get(form.get("client_id", ""))
        if client is None or not _matches(client, form.get("client_secret", ""), is_client=True):
            raise LoginError(401, "unauthorized_client", "Invalid client or Invalid client credentials")
        return client

    def _issue(self, account: Account, now: float, lifetime: float | None = None, kind: str = _ACCESS) -> str:
        header = {"alg": "HS256", "typ": "JWT"}
        claims = {
            "typ": kind,
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
