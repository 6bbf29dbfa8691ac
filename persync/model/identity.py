"""What a persister is, and where something is in a file."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

PG = "pg"
LIVE_SEGMENT = "live-segment"


class Span(NamedTuple):
    """A position in a source file; ``line`` and ``column`` count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class PersisterId(NamedTuple):
    """The identity of a persister; the API's path is ``/projects/…/event-types/…/eventstores/…``."""

    project: str
    event_type: str
    eventstore: str

    def __str__(self) -> str:
        """Return ``project/event-type``, followed by the event store unless it is the default ``pg``."""
        short = f"{self.project}/{self.event_type}"
        return short if self.eventstore == PG else f"{short}/{self.eventstore}"


class Section(StrEnum):
    """The maps of a persister's configuration, by their names in the API and in the files."""

    APP = "appConfig"
    DEPLOYER = "deployerConfig"
    LIVE_SEGMENT = "config"


def sections_of(eventstore: str) -> tuple[Section, ...]:
    """Return the configuration maps of a persister of this event store (PUT bodies in the API reference)."""
    return (Section.LIVE_SEGMENT,) if eventstore == LIVE_SEGMENT else (Section.APP, Section.DEPLOYER)


class RunState(StrEnum):
    """The run states of the Harvester API, releases 0.8 to 1.2."""

    STOPPED = "STOPPED"
    DEPLOYING = "DEPLOYING"
    RUNNING = "RUNNING"
    RUNNING_BUT_OUTDATED = "RUNNING_BUT_OUTDATED"
    STOPPING = "STOPPING"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"

    @classmethod
    def of(cls, reported: str) -> RunState:
        """Return the state of that name, or ``UNKNOWN`` for a name that this release of persync does not have."""
        return cls.__members__.get(reported, cls.UNKNOWN)

    @property
    def is_down(self) -> bool:
        """Whether the persister is stopped or is being stopped."""
        return self in {RunState.STOPPED, RunState.STOPPING}

    @property
    def is_up(self) -> bool:
        """Whether the persister processes events; while it is deployed, it does not yet."""
        return self in {RunState.RUNNING, RunState.RUNNING_BUT_OUTDATED}
