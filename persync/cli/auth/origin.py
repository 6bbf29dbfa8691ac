"""The origins that credentials may be sent to, where the process names them."""

from __future__ import annotations

import os

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
