"""Where the token comes from."""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING, Annotated, Protocol
from urllib.parse import urlencode

from pydantic import BaseModel, Field, ValidationError

from persync.errors import AuthenticationFailed
from persync.harvester.address import Address
from persync.harvester.exchange import Answer, Call
from persync.harvester.failures import credentials_refused, failure, unexpected
from persync.harvester.retries import until_settled
from persync.harvester.transport import DEFAULT_LIMITS, Limits, Transport

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIT = re.compile(r"[!-~\u00a1-\u00ff]+")
_LIFE = 300.0  # s; the vendor's guide: access tokens live 5 minutes
_EARLY = 0.1  # of its life: a token is renewed before it expires, so that none expires on its way


class TokenSource(Protocol):
    """Gives the token for a request; called by many threads."""

    def token(self) -> str:
        """Return the token to send."""

    def refresh(self) -> None:
        """Forget the token, if another can be had: the API has refused it."""


def checked(token: str) -> str:
    """Return the token if it can stand in a header.

    Raises:
        AuthenticationFailed: it is empty, or holds blanks, line breaks, control characters or letters beyond Latin-1.
            The text does not show it.
    """
    if not token:
        raise AuthenticationFailed("the token is empty", hint="set PERSYNC_TOKEN or auth.token")
    if not _FIT.fullmatch(token):
        raise AuthenticationFailed(
            "the token holds blanks, line breaks or characters that no token has",
            hint="give the token alone, without 'Bearer' and without a line break at its end",
        )
    return token


class StaticToken:
    """A token that somebody else fetched (PERSYNC_TOKEN).

    Args:
        text: the token, without ``Bearer``.

    Raises:
        AuthenticationFailed: it cannot stand in a header.
    """

    def __init__(self, text: str) -> None:
        self._text = checked(text)

    def __repr__(self) -> str:
        return "StaticToken(…)"

    def token(self) -> str:
        """Return the token."""
        return self._text

    def refresh(self) -> None:
        """Do nothing: there is no other."""


class _Grant:
    """Fetches tokens from Keycloak's token endpoint, and keeps each until shortly before its end."""

    def __init__(
        self,
        token_url: str,
        form: Mapping[str, str],
        secret: str,
        limits: Limits,
        stop: threading.Event | None,
    ) -> None:
        self._address = Address.of(token_url, "the token URL")
        self._call = Call(
            "POST",
            self._address.path or "/",
            body=urlencode(form).encode(),
            content_type="application/x-www-form-urlencoded",
            missing="there is no token endpoint at this URL",
            missing_hint="check auth.tokenUrl, its realm too",
            origin=self._address.origin,
            secrets=(secret,),
        )
        self._limits = limits
        self._stop = stop
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._address.origin}{self._address.path}, …)"

    def token(self) -> str:
        """Return a token that is still good, a new one if need be.

        Raises:
            AuthenticationFailed: the credentials are refused.
            HarvesterError: the token endpoint cannot be used; as for ``Harvester``.
        """
        with self._lock:
            if not self._token or time.monotonic() >= self._until:
                asked_at = time.monotonic()
                fetched = self._fetch()
                self._token = checked(fetched.token)
                self._until = asked_at + fetched.life * (1 - _EARLY)
            return self._token

    def refresh(self) -> None:
        """Forget the token, so that the next one is new."""
        with self._lock:
            self._token = ""

    def _fetch(self) -> _Token:
        with Transport(self._address.origin, self._limits, self._stop) as transport:
            tries = transport.tries(self._call)
            # Asking for a token twice does no harm, although it is a POST.
            outcome = until_settled(lambda: transport.once(self._call), tries)
        if not isinstance(outcome, Answer) or not outcome.fine:
            # Keycloak says invalid_grant or invalid_client with 400 or 401 (RFC 6749, 5.2).
            if isinstance(outcome, Answer) and outcome.status in {400, 401, 403} and not outcome.is_html:
                raise credentials_refused(self._call, outcome)
            raise failure(self._call, outcome, tries.ended)
        try:
            return _Token.model_validate_json(outcome.body)
        except ValidationError:
            reason = "JSON without an access_token"
        # Raised outside of the handler: pydantic's error may hold the token.
        raise unexpected(self._call, outcome, reason)


class ClientCredentials(_Grant):
    """Tokens for a service account (OAuth 2, client credentials).

    Args:
        token_url: Keycloak's ``…/auth/realms/grnry/protocol/openid-connect/token``; https, or this machine.
        client_id: the client.
        client_secret: its secret.
        limits: timeouts and patience.
        stop: when set, nothing is tried again.

    Raises:
        HarvesterError: the URL is none that a secret may be sent to.
    """

    def __init__(
        self,
        token_url: str,
        client_id: str,
        client_secret: str,
        *,
        limits: Limits = DEFAULT_LIMITS,
        stop: threading.Event | None = None,
    ) -> None:
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        super().__init__(token_url, form, client_secret, limits, stop)


class PasswordGrant(_Grant):
    """Tokens for a user (OAuth 2, resource owner password; the vendor's guide uses client ``profile-api``).

    Args:
        token_url: as for ``ClientCredentials``.
        username: the user.
        password: the user's password.
        client_id: the public client.
        limits: timeouts and patience.
        stop: when set, nothing is tried again.

    Raises:
        HarvesterError: the URL is none that a secret may be sent to.
    """

    def __init__(
        self,
        token_url: str,
        *,
        username: str,
        password: str,
        client_id: str = "profile-api",
        limits: Limits = DEFAULT_LIMITS,
        stop: threading.Event | None = None,
    ) -> None:
        form = {"grant_type": "password", "client_id": client_id, "username": username, "password": password}
        super().__init__(token_url, form, password, limits, stop)


class _Token(BaseModel):
    """What persync needs of a token endpoint's answer (RFC 6749, 5.1)."""

    token: str = Field(alias="access_token", repr=False)
    life: Annotated[float, Field(alias="expires_in", ge=0)] = _LIFE
