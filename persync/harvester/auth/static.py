"""A token that is given, and not renewed."""

from __future__ import annotations

import re

from persync.errors import AuthenticationFailed
from persync.harvester.jwt import expiry

_ALLOWED = re.compile(r"[!-~\u00a1-\u00ff]+")


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
        """Return the ``exp`` of a JWT (RFC 7519, 4.1.4), by the server's clock."""
        return expiry(self._text)

    def secrets(self) -> tuple[str, ...]:
        """Return the token."""
        return (self._text,)
