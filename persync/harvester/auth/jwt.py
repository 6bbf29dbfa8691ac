"""What a JWT (RFC 7519) says about itself. Nothing is verified: that is the server's part."""

from __future__ import annotations

import base64
import json
from typing import Any


def claims(token: str) -> dict[str, Any]:
    """Return the claims of a JWT, which are not verified; none of another kind of token."""
    parts = token.split(".")
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (IndexError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def lifetime(token: str) -> float | None:
    """Return for how many seconds a JWT is valid from its issue on (``iat`` to ``exp``); ``None``: it does not say."""
    try:
        return float(claims(token)["exp"]) - float(claims(token)["iat"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def expiry(token: str) -> float | None:
    """Return the ``exp`` of a JWT, in seconds since the epoch; ``None`` where it has none, or is of another kind."""
    try:
        return float(claims(token)["exp"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
