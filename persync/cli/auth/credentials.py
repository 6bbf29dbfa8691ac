"""What persync signs in with: the token of the process, or what ``auth`` of an environment has."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from persync.cli.auth.command import trusted_command
from persync.config.boundary import Boundary
from persync.config.variables import TOKEN
from persync.credentials import BearerToken, TokenCommand
from persync.errors import AuthenticationFailed

if TYPE_CHECKING:
    from persync.config.settings import Settings
    from persync.credentials import Credentials


def credentials_of(settings: Settings, environment: str) -> Credentials:
    """Return what to sign in with: ``PERSYNC_TOKEN``, or else what ``auth`` of the environment has.

    Raises:
        AuthenticationFailed: there is nothing, or a command that may not be run.
        InvalidConfig: a variable is not set.
    """
    if token := os.environ.get(TOKEN):
        return BearerToken(token)
    if credentials := auth_of(settings, environment):
        return credentials
    raise AuthenticationFailed(
        f"there is no token for environment {environment}",
        hint=f"set {TOKEN} to a token of its realm, or give the environment an auth with a"
        " tokenUrl: persync fetches and renews tokens then; 'persync doctor' checks both",
    )


def auth_of(settings: Settings, environment: str) -> Credentials | None:
    """Return what ``auth`` of an environment has; ``None`` if it has none.

    Raises:
        AuthenticationFailed: it is a command that may not be run.
        InvalidConfig: a variable is not set.
    """
    credentials = settings.auth(environment, os.environ)
    if isinstance(credentials, TokenCommand):
        return trusted_command(credentials, os.environ, Boundary.around(settings.root))
    return credentials
