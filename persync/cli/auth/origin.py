"""The origins that credentials may be sent to, where the process names them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from persync.errors import HarvesterError

if TYPE_CHECKING:
    from persync.config.environment import Environment

ORIGINS = "PERSYNC_TOKEN_ORIGIN"
"""The variable with the origins that credentials may be sent to. No file can change it."""


def require_allowed(url: str, what: str) -> None:
    """Check that credentials may be sent to a URL.

    Args:
        url: which.
        what: what it is, for the message.

    Raises:
        HarvesterError: they may not be sent there.
    """
    allowed = os.environ.get(ORIGINS)
    if allowed is None:
        return
    from persync.harvester import address  # noqa: PLC0415 - commands that send no request have no HTTP library

    address.require_allowed(url, what, allowed, ORIGINS)


def require_allowed_network(environment: Environment) -> None:
    """Check that no setting of the files leads to another server, where the process says which origins are allowed.

    Raises:
        HarvesterError: ``tls`` or ``proxy`` of the environment could.
    """
    if environment.network.from_files and os.environ.get(ORIGINS) is not None:
        names = " and ".join(environment.network.from_files)
        raise HarvesterError(
            f"{names} of environment {environment.name} are in the files, and {ORIGINS} is set: nothing was"
            " sent, because with them another server could answer in place of the origin",
            hint="write ${{ env.X }} there, and set PERSYNC_VAR_X where persync runs; the files cannot change it",
        )
