"""Who may do what: users, clients, access tokens (Keycloak's, as far as a client sees them) and roles.

Tokens are JWTs signed with a key that lives with the state, so that a token outlives a restart of the sandbox.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass

from persync.sandbox.description import Description, Roles
from persync.sandbox.domain import defaults
from persync.sandbox.domain.config import Document
from persync.sandbox.errors import SandboxError


@dataclass(frozen=True, slots=True)
class Account:
    """A user or a client, with its roles by project."""

    name: str
    secret: str | None
    token: str | None
    roles: Roles
    is_client: bool

    def may(self, role: str, project: str) -> bool:
        """Return whether it has `role` in `project`; an editor is a viewer, too."""
        has = {self.roles.get(project), self.roles.get("*")}
        return "editor" in has or role in has


class LoginError(Exception):
    """Keycloak's refusal: HTTP status, `error` and `error_description`."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.error = error


class Accounts:
    """The accounts of a description, and the tokens that they are given."""

    def __init__(self, description: Description, signing_key: bytes) -> None:
        """Know the accounts of `description`, and the built-in user `sandbox`, an editor of every project."""
        built_in = Account(defaults.BUILT_IN_USER, None, None, {"*": "editor"}, is_client=False)
        users = [
            Account(user.name, user.password, user.token, user.roles, is_client=False) for user in description.users
        ]
        clients = [
            Account(client.id, client.secret, None, client.roles, is_client=True) for client in description.clients
        ]
        self._accounts = {account.name: account for account in [built_in, *users, *clients]}
        self._by_token = {account.token: account for account in self._accounts.values() if account.token}
        self._lifetime = description.token_lifetime
        self._key = signing_key

    def token(self, name: str, now: float, lifetime: float | None = None) -> str:
        """Return a token for the account `name`: its fixed one, or one that lives from `now` (epoch seconds) on.

        `lifetime` is in seconds; None is what the description says.

        Raises SandboxError where there is no such account.
        """
        account = self._accounts.get(name)
        if account is None:
            raise SandboxError(
                f"{name}: the sandbox has no such user or client; it knows {', '.join(sorted(self._accounts))}"
            )
        return account.token or self._issue(account, now, lifetime)

    def account(self, token: str, now: float) -> Account | None:
        """Return whose `token` it is; None where it is nobody's, or no longer valid at `now`."""
        fixed = self._by_token.get(token)
        if fixed is not None:
            return fixed
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(self._signature(signed).encode(), signature.encode("utf-8", "replace")):
            return None
        claims = json.loads(_unencoded(signed.partition(".")[2]))
        return self._accounts.get(claims["preferred_username"]) if now < claims["exp"] else None

    def login(self, form: Mapping[str, str], now: float) -> Document:
        """Return Keycloak's answer to the token request `form`; raises LoginError.

        Knows the password grant, for the public client `profile-api`, and client credentials.
        """
        grant = form.get("grant_type")
        if grant == "password":
            account = self._user(form)
        elif grant == "client_credentials":
            account = self._client(form)
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

    def _user(self, form: Mapping[str, str]) -> Account:
        client = self._accounts.get(form.get("client_id", ""))
        if form.get("client_id") != defaults.PASSWORD_CLIENT and not _knows_secret(client, form, is_client=True):
            raise LoginError(401, "invalid_client", "Invalid client or Invalid client credentials")
        user = self._accounts.get(form.get("username", ""))
        if user is None or not _knows_secret(user, {"client_secret": form.get("password", "")}, is_client=False):
            raise LoginError(401, "invalid_grant", "Invalid user credentials")
        return user

    def _client(self, form: Mapping[str, str]) -> Account:
        client = self._accounts.get(form.get("client_id", ""))
        if client is None or not _knows_secret(client, form, is_client=True):
            raise LoginError(401, "unauthorized_client", "Invalid client or Invalid client credentials")
        return client

    def _issue(self, account: Account, now: float, lifetime: float | None = None) -> str:
        header = {"alg": "HS256", "typ": "JWT"}
        claims = {
            "preferred_username": account.name,
            "iat": now,
            "exp": now + (self._lifetime if lifetime is None else lifetime),
        }
        signed = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
        return f"{signed}.{self._signature(signed)}"

    def _signature(self, signed: str) -> str:
        return _encoded(hmac.digest(self._key, signed.encode("utf-8", "replace"), hashlib.sha256))


def basic_credentials(header: str | None) -> dict[str, str]:
    """Return client id and secret of an HTTP Basic `Authorization` header, nothing where it is none."""
    scheme, _, encoded = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": client, "client_secret": secret}


def _knows_secret(account: Account | None, form: Mapping[str, str], *, is_client: bool) -> bool:
    if account is None or account.secret is None or account.is_client != is_client:
        return False
    return hmac.compare_digest(account.secret.encode(), form.get("client_secret", "").encode("utf-8", "replace"))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unencoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
