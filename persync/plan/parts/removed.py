"""A persister that the base describes and the files do not any more."""

from __future__ import annotations

from persync.plan.document import Frozen, Id, Location
from persync.projects import with_live


class Removed(Frozen):
    """A persister that is no longer managed: it stays in the live system as it is.

    Attributes:
        id: its identity in the files of the base.
        live_id: its identity in the installation; ``None`` where that is the same, and the files have no other
            persister of that name.
        span: where its document begins in the base.
        live_state: its run state as the API spelled it; ``None`` if it could not be read.
        problem: why it could not be read; empty if it could.
        stop_command: a request that stops it; empty if it is down, or if there is no address that a request could be
            sent to.
        reset_command: a request that resets it to the server's defaults; empty if it has no other properties.
    """

    id: Id
    live_id: Id | None = None
    span: Location
    live_state: str | None
    problem: str = ""
    stop_command: str = ""
    reset_command: str = ""

    @property
    def name(self) -> str:
        """Its identity as it is shown, with the live one where that differs."""
        return with_live(self.id, self.live_id)
