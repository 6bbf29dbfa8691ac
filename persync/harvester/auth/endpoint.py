"""Tokens of Keycloak's token endpoint."""

from __future__ import annotations

import logging
import threading
import time
from itertools import count
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from persync.credentials import ClientCredentials
from persync.errors import AuthenticationFailed
from persync.harvester.address import Address
from persync.harvester.auth.renewal import Fetched, RenewedToken
from persync.harvester.exchange import Answer, Call
from persync.harvester.retries import Result, Retries
from persync.harvester.status_errors import credentials_refused, failure, unexpected
from persync.harvester.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from persync.credentials import PasswordGrant
    from persync.harvester.answer_models import Token
    from persync.harvester.transport import HttpOptions

_REFUSED = frozenset({400, 401, 403})
_log = logging.getLogger("persync.harvester")


class _Refresh(NamedTuple):
    """A refresh token, and its end on the monotonic clock."""

    text: str
    ends_at: float


class TokenEndpoint(RenewedToken):
    """Tokens from Keycloak's token endpoint; each is kept until shortly before it expires.

    A refresh token is used where the endpoint gives one (RFC 6749, 6): the user's session goes on, and the password is
    sent once. When it has ended, or is refused, the credentials are sent again.

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
        options: HttpOptions,
        stop: threading.Event | None = None,
    ) -> None:
        self._client, self._grant, self._sent = _forms(credentials)
        super().__init__(*self._sent)
        self._address = Address.of(credentials.token_url, "the token URL")
        self._options = options
        self._retries = Retries(options.retry, stop or threading.Event())
        self._refresh: _Refresh | None = None
        self._lifetime = 0.0  # seconds, of the tokens of a new session

    def __repr__(self) -> str:
        return f"TokenEndpoint({self._address.origin}{self._address.path}, …)"

    def _fetch(self) -> Fetched:
        begun = time.monotonic()
        token = self._refreshed()
        # When the session is about to end, so are its tokens: one that could end on its way is not used.
        if token is None or token.lifetime < self._lifetime / 2:
            self._refresh = None
            token = self._posted(self._grant, self._sent)
            self._lifetime = token.lifetime
        if token.refresh:
            lifetime = token.refresh_lifetime or float("inf")  # 0: without an end (Keycloak, offline tokens)
            self._refresh = _Refresh(token.refresh, begun + lifetime)
        return Fetched(token.token, token.lifetime)

    def _refreshed(self) -> Token | None:
        """Return the token for the refresh token; ``None`` where there is none, or it is not accepted any more."""
        if self._refresh is None:
            return None
        if time.monotonic() < self._refresh.ends_at:
            form = {"grant_type": "refresh_token", "refresh_token": self._refresh.text}
            try:
                return self._posted(form, (*self._sent, self._refresh.text))
            except AuthenticationFailed as error:
                _log.info("the session has ended, and another one is begun: %s", error)
        self._refresh = None
        return None

    def _posted(self, grant: Mapping[str, str], secrets: tuple[str, ...]) -> Token:
        call = Call(
            "POST",
            self._address.path or "/",
            body=urlencode({"grant_type": grant["grant_type"], **self._client, **grant}).encode(),
            content_type="application/x-www-form-urlencoded",
            not_found="there is no token endpoint at this URL",
            not_found_hint="check auth.tokenUrl, its realm too",
            origin=self._address.origin,
            secrets=secrets,
        )
        with Transport(self._address.origin, self._options) as transport:
            # A read to the retries: requesting a token twice does no harm, although it is a POST.
            attempts = count(1)
            result = self._retries.read(call, lambda: transport.send(call, attempt=next(attempts)))
        return _token(call, result)


def _token(call: Call, result: Result) -> Token:
    outcome = result.outcome
    if isinstance(outcome, Answer) and outcome.is_success:
        return _parsed(call, outcome)
    # Keycloak answers invalid_grant or invalid_client with 400 or 401 (RFC 6749, 5.2).
    if isinstance(outcome, Answer) and outcome.status in _REFUSED and not outcome.is_html:
        raise credentials_refused(call, outcome)
    raise failure(call, result)


def _parsed(call: Call, answer: Answer) -> Token:
    from pydantic import ValidationError

    from persync.harvester.answer_models import Token

    try:
        return Token.model_validate_json(answer.body)
    except ValidationError:
        reason = "JSON without an access_token"
    # Raised outside of the handler: pydantic's error may hold the token.
    raise unexpected(call, answer, reason)


def _forms(credentials: ClientCredentials | PasswordGrant) -> tuple[dict[str, str], dict[str, str], tuple[str, ...]]:
    """Return the fields that name the client, those of the grant (RFC 6749, 4.3 and 4.4), and the secrets in both."""
    client = {"client_id": credentials.client_id}
    if credentials.client_secret:
        client["client_secret"] = credentials.client_secret
    if isinstance(credentials, ClientCredentials):
        return client, {"grant_type": "client_credentials"}, (credentials.client_secret,)
    grant = {"grant_type": "password", "username": credentials.username, "password": credentials.password}
    return client, grant, tuple(filter(None, (credentials.password, credentials.client_secret)))
