"""What ``auth`` of an environment has to sign in with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from persync.cli.auth.command import trusted_command
from persync.config.boundary import Boundary
from persync.credentials import TokenCommand

if TYPE_CHECKING:
    from persync.config.settings import Settings
    from persync.credentials import Credentials


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
