"""Reads JWTs (RFC 7519). Nothing is verified: that is the server's part."""

from __future__ import annotations

import base64
import json
import time
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
    """Return for how many seconds a JWT is valid from its issue on (``iat`` to ``exp``); ``None``: not known."""
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


def end_text(ends_at: float, now: float) -> str:
    """Return when a token ended: ``ended at 2026-11-26 07:48:37 UTC, 4 min 2 s ago``.

    Args:
        ends_at: in seconds since the epoch, in the past.
        now: likewise.
    """
    return f"ended at {moment_text(ends_at)}, {span_text(now - ends_at)} ago"


def moment_text(seconds: float) -> str:
    """Return a moment in local time, given in seconds since the epoch."""
    return time.strftime("%Y-%m-%d %H:%M:%S %Z", time.localtime(seconds))


def span_text(seconds: float) -> str:
    """Return a time as people would round it: ``58 s``, ``4 min 2 s``, ``2 h 10 min`` or ``3 days``."""
    whole = round(seconds)
    if whole < 120:  # noqa: PLR2004 - up to two minutes, seconds are easier to read
        return f"{whole} s"
    minutes, hours = whole // 60, whole // 3600
    if hours < 1:
        return f"{minutes} min {whole % 60} s"
    return f"{hours} h {minutes % 60} min" if hours < 48 else f"{hours // 24} days"  # noqa: PLR2004 - two days
