"""A token that ends before a restart can: found before the STOP, because the same token cannot start it again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from persync.errors import AuthenticationFailed

if TYPE_CHECKING:
    from persync.harvester.client import Harvester
    from persync.model import Timeouts

REMEDY = "use a fresh token, one that persync renews (auth with a tokenUrl), or lower these timeouts"


def check_token_for_restart(client: Harvester, timeouts: Timeouts) -> None:
    """Check that the token is valid until a persister that is stopped now has been started again.

    Raises:
        AuthenticationFailed: it ends before.
    """
    ends_at = client.token_ends_at()
    left = None if ends_at is None else ends_at - time.time()
    if left is not None and left < seconds_for_restart(timeouts):
        ends = f"ends in {left:.0f} s" if left > 0 else "has ended"
        raise AuthenticationFailed(
            f"nothing was written: the token {ends}, and {_needed(timeouts)}", hint=REMEDY, permanent=True
        )


def token_warning(client: Harvester, timeouts: Timeouts) -> str:
    """Return the warning of a plan that restarts persisters with a token that ends too soon; empty if it does not."""
    ends_at = client.token_ends_at()
    if ends_at is None or ends_at - time.time() >= seconds_for_restart(timeouts):
        return ""
    moment = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(ends_at))
    return f"the token ends at {moment}: with it, no persister is restarted, because {_needed(timeouts)}; {REMEDY}"


def seconds_for_restart(timeouts: Timeouts) -> float:
    """Return how long a token is needed from a STOP on, until the START was sent."""
    return timeouts.stop + timeouts.update + timeouts.read


def _needed(timeouts: Timeouts) -> str:
    return (
        f"a restart may need it for {seconds_for_restart(timeouts):g} s"
        f" (timeouts: stop {timeouts.stop:g}, update {timeouts.update:g}, read {timeouts.read:g})"
    )
