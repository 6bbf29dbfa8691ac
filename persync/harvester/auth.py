"""Sources of the access token: a fixed token, or Keycloak's token endpoint."""

from __future__ import annotations

import base64
import json
import re
import threading
import time
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

from persync.credentials import BearerToken, ClientCredentials
from persync.errors import AuthenticationFailed
from persync.harvester.address import Address
from persync.harvester.exchange import Answer, Call
from persync.harvester.retries import Retries
from persync.harvester.status_errors import credentials_refused, failure, unexpected
from persync.harvester.transport import DEFAULT_OPTIONS, HttpOptions, Transport

if TYPE_CHECKING:
    from persync.credentials import Credentials, PasswordGrant
    from persync.harvester.answer_models import Token

_ALLOWED = re.compile(r"[!-~\u00a1-\u00ff]+")
_RENEW_EARLY = 0.1  # of the lifetime: a token is renewed before it expires, so that no request carries an expired token
_REFUSED = frozenset({400, 401, 403})


class TokenSource(Protocol):
    """Gives the token for a request; called by many threads."""

    def token(self) -> str:
        """Return the token to send."""

    def refresh(self) -> None:
        """Forget the token, which the API has refused, if there can be a new one."""

    def is_renewable(self) -> bool:
        """Return whether another token follows when this one has ended."""

    def ends_at(self) -> float | None:
        """Return when there is no valid token any more, in seconds since the epoch; ``None``: never, or unknown."""

    def secrets(self) -> tuple[str, ...]:
        """Return what no output may show, should a server send it back: the tokens so far, and a client's secret."""


def token_source(
    credentials: Credentials, options: HttpOptions = DEFAULT_OPTIONS, stop: threading.Event | None = None
) -> TokenSource:
    """Return the token source for credentials.

    Args:
        credentials: a token, or what to send to a token endpoint.
        options: timeouts and retries.
        stop: when set, nothing is retried.

    Raises:
        AuthenticationFailed: the token is not valid in a header.
        HarvesterError: the token URL is invalid, or a secret may not be sent there.
    """
    if isinstance(credentials, BearerToken):
        return StaticToken(credentials.token)
    return TokenEndpoint(credentials, options, stop)


def valid_token(token: str) -> str:
    """Return the token if it is valid in a header.

    Raises:
        AuthenticationFailed: it is empty, or contains spaces, line breaks, control characters or characters beyond
            Latin-1. The text does not show it.
    """
    if not token:
        raise AuthenticationFailed("the token is empty", hint="set PERSYNC_TOKEN or auth.token", permanent=True)
    if not _ALLOWED.fullmatch(token):
        raise AuthenticationFailed(
            "the token contains spaces, line breaks or other characters that no token has",
            hint="give the token alone, without 'Bearer' and without a line break at its end",
            permanent=True,
        )
    return token


def claims(token: str) -> dict[str, Any]:
    """Return the claims of a JWT (RFC 7519), which are not verified; none of another kind of token."""
    parts = token.split(".")
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (IndexError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def expiry(token: str) -> float | None:
    """Return the ``exp`` of a JWT, in seconds since the epoch; ``None`` where it has none, or is of another kind."""
    try:
        return float(claims(token)["exp"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


class StaticToken:
    """A fixed token (``PERSYNC_TOKEN``, ``auth.token``).

    Args:
        text: the token, without ``Bearer``.

    Raises:
        AuthenticationFailed: it is not valid in a header.
    """

    def __init__(self, text: str) -> None:
        self._text = valid_token(text)

    def __repr__(self) -> str:
        return "StaticToken(…)"

    def token(self) -> str:
        """Return the token."""
        return self._text

    def refresh(self) -> None:
        """Do nothing: there is no other token."""

    def is_renewable(self) -> bool:
        """Return ``False``: there is no other token."""
        return False

    def ends_at(self) -> float | None:
        """Return the ``exp`` of a JWT (RFC 7519, 4.1.4). It is not verified: that is the server's part."""
        return expiry(self._text)

    def secrets(self) -> tuple[str, ...]:
        """Return the token."""
        return (self._text,)


class TokenEndpoint:
    """Tokens from Keycloak's token endpoint; each is kept until shortly before it expires.

    Args:
        credentials: of a client or a user; the token URL is Keycloak's
            ``…/auth/realms/grnry/protocol/openid-connect/token``, https or this machine.
        options: timeouts and retries.
        stop: when set, nothing is retried.

    Raises:
        HarvesterError: the URL is invalid, or a secret may not be sent there.
    """

    def __init__(
        self,
        credentials: ClientCredentials | PasswordGrant,
        options: HttpOptions = DEFAULT_OPTIONS,
        stop: threading.Event | None = None,
    ) -> None:
        form, secret = _form(credentials)
        self._address = Address.of(credentials.token_url, "the token URL")
        self._call = Call(
            "POST",
            self._address.path or "/",
            body=urlencode(form).encode(),
            content_type="application/x-www-form-urlencoded",
            not_found="there is no token endpoint at this URL",
            not_found_hint="check auth.tokenUrl, its realm too",
            origin=self._address.origin,
            secrets=(secret,),
        )
        self._options = options
        self._retries = Retries(options.retry, stop or threading.Event())
        self._lock = threading.Lock()
        self._token = ""
        self._secrets: tuple[str, ...] = (secret,)
        self._renew_at = 0.0  # on the monotonic clock

    def __repr__(self) -> str:
        return f"TokenEndpoint({self._address.origin}{self._address.path}, …)"

    def token(self) -> str:
        """Return a token that has not expired, a new one if necessary.

        Raises:
            AuthenticationFailed: the credentials are refused.
            HarvesterError: the token endpoint cannot be used; as for ``Harvester``.
        """
        with self._lock:
            if not self._token or time.monotonic() >= self._renew_at:
                requested_at = time.monotonic()
                fetched = self._fetch()
                self._token = valid_token(fetched.token)
                self._secrets = (*self._secrets, self._token)
                self._renew_at = requested_at + fetched.lifetime * (1 - _RENEW_EARLY)
            return self._token

    def refresh(self) -> None:
        """Forget the token, so that the next one is new."""
        with self._lock:
            self._token = ""

    def is_renewable(self) -> bool:
        """Return ``True``."""
        return True

    def ends_at(self) -> float | None:
        """Return ``None``: a new token follows each."""
        return None

    def secrets(self) -> tuple[str, ...]:
        """Return the secret that was posted, and every token that it was exchanged for: a log may hold an old one."""
        return self._secrets

    def _fetch(self) -> Token:
        with Transport(self._address.origin, self._options) as transport:
            # A read to the retries: requesting a token twice does no harm, although it is a POST.
            result = self._retries.read(self._call, lambda: transport.send(self._call))
        outcome = result.outcome
        if isinstance(outcome, Answer) and outcome.is_success:
            return self._parsed(outcome)
        # Keycloak answers invalid_grant or invalid_client with 400 or 401 (RFC 6749, 5.2).
        if isinstance(outcome, Answer) and outcome.status in _REFUSED and not outcome.is_html:
            raise credentials_refused(self._call, outcome)
        raise failure(self._call, result)

    def _parsed(self, answer: Answer) -> Token:
        from pydantic import ValidationError

        from persync.harvester.answer_models import Token

        try:
            return Token.model_validate_json(answer.body)
        except ValidationError:
            reason = "JSON without an access_token"
        # Raised outside of the handler: pydantic's error may hold the token.
        raise unexpected(self._call, answer, reason)


def _form(credentials: ClientCredentials | PasswordGrant) -> tuple[dict[str, str], str]:
    """Return the fields to post (RFC 6749, 4.3 and 4.4), and the secret among them."""
    if isinstance(credentials, ClientCredentials):
        secret = credentials.client_secret
        grant = {"grant_type": "client_credentials", "client_id": credentials.client_id, "client_secret": secret}
        return grant, secret
    return {
        "grant_type": "password",
        "client_id": credentials.client_id,
        "username": credentials.username,
        "password": credentials.password,
    }, credentials.password
