"""What persync signs in with: a token, what a token endpoint exchanges for one, or a program that prints one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class BearerToken:
    """Credentials: an access token. Not in the ``repr``."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """Credentials of a service account (OAuth 2.0, client credentials). The secret is not in the ``repr``."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PasswordGrant:
    """Credentials of a user (OAuth 2.0, resource owner password). The secrets are not in the ``repr``.

    ``profile-api`` is the public client in the vendor's guides; a confidential client has a secret, too.
    """

    token_url: str
    username: str
    password: str = field(repr=False)
    client_id: str = "profile-api"
    client_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class TokenCommand:
    """A program that prints an access token.

    Attributes:
        argv: the program and its arguments.
        environ: its whole environment. Not in the ``repr``: it may have secrets.
        hidden: the values of it that no output may show.
    """

    argv: tuple[str, ...]
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    hidden: tuple[str, ...] = field(default=(), repr=False)


Credentials: TypeAlias = BearerToken | ClientCredentials | PasswordGrant | TokenCommand
