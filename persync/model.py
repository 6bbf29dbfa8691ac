"""The nouns that every room of persync shares.

Nothing here knows of YAML, HTTP or terminals, and nothing here computes: it says what a persister *is*.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

PG = "pg"
LIVE_SEGMENT = "live-segment"


class Span(NamedTuple):
    """A place in a source file; ``line`` and ``column`` count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class PersisterId(NamedTuple):
    """What names a persister; the API's path is ``/projects/…/event-types/…/eventstores/…``."""

    project: str
    event_type: str
    eventstore: str

    def __str__(self) -> str:
        """Return ``project/event-type``, with the event store behind it unless it is the usual ``pg``."""
        short = f"{self.project}/{self.event_type}"
        return short if self.eventstore == PG else f"{short}/{self.eventstore}"


class Section(StrEnum):
    """The maps of a persister's configuration, by their names in the API and in the files."""

    APP = "appConfig"
    DEPLOYER = "deployerConfig"
    LIVE_SEGMENT = "config"


def sections_of(eventstore: str) -> tuple[Section, ...]:
    """Return the configuration maps that a persister of this event store has (PUT bodies in the API reference)."""
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
        """Return the state of that name; one that this release of persync has never heard of is ``UNKNOWN``."""
        return cls.__members__.get(reported, cls.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Property:
    """One written setting.

    Attributes:
        key: the dotted key as the file spells it; it is sent so.
        text: the value as it is sent. Not in the ``repr``: it may be a secret.
        span: where the value stands.
        secrets: what came into the value from ``${{ secret.X }}``. Not in the ``repr`` either.
    """

    key: str
    text: str = field(repr=False)
    span: Span
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def sensitive(self) -> bool:
        """Whether it is never shown, whatever its key."""
        return bool(self.secrets)


@dataclass(frozen=True, slots=True)
class Persister:
    """A persister as the files want it.

    Attributes:
        id: its name.
        span: where its document begins.
        state: ``RUNNING``, ``STOPPED``, or ``None`` where the files leave the run state alone.
        app_version: the version of the app to run, or ``None`` where the files do not say.
        properties: the written settings, section by section, in the order of the file. No two keys of a section
            are the same property.
    """

    id: PersisterId
    span: Span
    state: RunState | None
    app_version: Property | None
    properties: Mapping[Section, tuple[Property, ...]]


@dataclass(frozen=True, slots=True)
class LivePersister:
    """A persister as the Harvester API shows it.

    Attributes:
        id: its name.
        state: its run state.
        reported_state: the state's name as the API spelled it; differs from ``state`` for one not known to persync.
        app_version: ``None`` where the answer leaves it out.
        config: the maps of the answer. Not in the ``repr``: they may hold secrets.
    """

    id: PersisterId
    state: RunState
    reported_state: str
    app_version: str | None
    config: Mapping[Section, Mapping[str, str]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds (``timeouts`` in persync.yaml).

    Attributes:
        connect: for a connection to be established.
        read: for an answer, and for each further part of it.
        start: for RUNNING after a start, in addition to the delay of the persister's readiness probe.
        stop: for STOPPED after a stop.
        poll: between two reads of a run state; the first ones come sooner.
    """

    connect: float = 5.0
    read: float = 30.0
    start: float = 120.0
    stop: float = 120.0
    poll: float = 2.0


@dataclass(frozen=True, slots=True)
class BearerToken:
    """Credentials: an access token. Not in the ``repr``."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """Credentials of a service account (OAuth 2.0, client credentials). The secret is not in the ``repr``."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PasswordGrant:
    """Credentials of a user (OAuth 2.0, resource owner password). The password is not in the ``repr``.

    ``profile-api`` is the public client in the vendor's guides.
    """

    token_url: str
    username: str
    password: str = field(repr=False)
    client_id: str = "profile-api"


Credentials: TypeAlias = BearerToken | ClientCredentials | PasswordGrant
