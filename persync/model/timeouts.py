"""How long to wait."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds (``timeouts`` in persync.yaml).

    Attributes:
        connect: for a connection to be established.
        read: for a complete answer.
        start: for RUNNING after a start, in addition to the delay of the persister's readiness probe.
        stop: for STOPPED after a stop.
        update: for the API to take a new configuration; then a stopped persister is started with the one it had.
        poll: between two reads of a run state; the first ones come sooner.
    """

    connect: float = 5.0
    read: float = 30.0
    start: float = 120.0
    stop: float = 120.0
    update: float = 60.0
    poll: float = 2.0
