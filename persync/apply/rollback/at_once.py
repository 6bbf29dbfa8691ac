"""Rollback right after a failure: the before-images of a run, in memory and with their secrets."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from persync.apply.journal.hashing import Hashing
from persync.apply.journal.lines import Configuration, RecordedProperty, RecordedValue
from persync.apply.rollback.images import Image, Known
from persync.apply.rollback.restorable import state_to_restore
from persync.properties.keys import shows_lower_case

if TYPE_CHECKING:
    from persync.model import LivePersister, Persister, PersisterId


class Scope(StrEnum):
    """What is rolled back after a failure."""

    FAILED = "failed"
    """The persister that failed."""
    ALL = "all"
    """Everything that the run has changed."""


class _Live(Protocol):
    @property
    def written(self) -> bool: ...


class _Begun(Protocol):
    """What is needed of the run of a persister: ``persync.apply.run.Run``."""

    @property
    def desired(self) -> Persister: ...
    @property
    def before(self) -> LivePersister: ...
    @property
    def stored(self) -> LivePersister: ...
    @property
    def live(self) -> _Live: ...
    @property
    def stop_sent(self) -> bool: ...
    @property
    def start_sent(self) -> bool: ...


_NO_HASHES = Hashing("", "")  # these values are in clear


@dataclass(frozen=True, slots=True)
class OnFailure:
    """The request to roll back after a failure.

    Attributes:
        scope: what.
        begun: the runs of persisters, in the order in which they began.
    """

    scope: Scope
    begun: dict[PersisterId, _Begun] = field(default_factory=dict)

    def image(self, persister: PersisterId) -> Image | None:
        """Return what a persister was before its run; ``None`` if nothing was written to it."""
        run = self.begun.get(persister)
        return _image_of(run) if run and run.live.written else None


def _image_of(run: _Begun) -> Image:
    desired, before = run.desired, run.before
    lowered = shows_lower_case(before)
    properties = tuple(
        RecordedProperty(section=section, key=prop.key.spelling if lowered else prop.key.source, text=prop.text)
        for section, shown in before.properties.items()
        for prop in shown
    )
    version = before.app_version or run.stored.app_version if desired.app_version else None
    recorded = Configuration(app_version=RecordedValue(text=version), properties=properties)
    state = state_to_restore(before.state) if run.stop_sent or run.start_sent else None
    return Known(desired, (before, run.stored), _NO_HASHES).image(desired.id, recorded, state, desired.span)
