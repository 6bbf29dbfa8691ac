"""What gives the token of each request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from persync.credentials import BearerToken, TokenCommand
from persync.harvester.auth.command import CommandToken
from persync.harvester.auth.endpoint import TokenEndpoint
from persync.harvester.auth.static import StaticToken

if TYPE_CHECKING:
    import threading

    from persync.credentials import Credentials
    from persync.harvester.server_clock import ServerClock
    from persync.harvester.transport import HttpOptions


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
    credentials: Credentials, options: HttpOptions, clock: ServerClock, stop: threading.Event | None = None
) -> TokenSource:
    """Return the token source for credentials.

    Args:
        credentials: a token, a program that prints one, or what to send to a token endpoint.
        options: timeouts and retries.
        clock: the API's clock, which the client of the same tokens sets.
        stop: when set, nothing is retried.

    Raises:
        AuthenticationFailed: the token is not valid in a header.
        HarvesterError: the token URL is invalid, or a secret may not be sent there.
    """
    if isinstance(credentials, BearerToken):
        return StaticToken(credentials.token)
    if isinstance(credentials, TokenCommand):
        return CommandToken(credentials, options, clock, stop)
    return TokenEndpoint(credentials, options, stop)
