"""A persister, as the files configure it and as the Harvester API shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from persync.model.identity import PersisterId, RunState, Section, Span
    from persync.model.properties import LiveProperty, Property, PropertyGlob, SourceText


@dataclass(frozen=True, slots=True)
class Persister:
    """A persister as the files configure it: the desired side.

    Attributes:
        id: its identity.
        span: where its document begins.
        state: ``RUNNING``, ``STOPPED``, or ``None`` where the files leave the run state alone.
        app_version: the version of the app to run, or ``None`` where the files leave it to the server.
        properties: the configured properties by section, in the order of the file. No two keys of a section have the
            same form.
        ignored: what is not compared, and stays live as it is (``ignoreChanges``).
        state_only: its configuration is neither compared nor changed; ``properties`` then has only what is secret.
    """

    id: PersisterId
    span: Span
    state: RunState | None
    app_version: SourceText | None
    properties: Mapping[Section, tuple[Property, ...]]
    ignored: tuple[PropertyGlob, ...] = ()
    state_only: bool = False

    @property
    def version_is_secret(self) -> bool:
        """Whether the version is hidden."""
        return self.app_version is not None and self.app_version.sensitive


@dataclass(frozen=True, slots=True)
class LivePersister:
    """A persister as the Harvester API shows it: the live side.

    Attributes:
        id: its identity.
        state: its run state.
        reported_state: the state's name as the API spelled it; differs from ``state`` for one unknown to persync.
        app_version: ``None`` where the answer leaves it out.
        properties: the properties of the answer by section. Not in the ``repr``: they may hold secrets.
        version_secrets: the credentials of this session that the server put into the version; of a GrApp folder, the
            references to variables in it.
        updated: when it was last updated, in seconds since 1970; ``None`` where the answer leaves it out.
    """

    id: PersisterId
    state: RunState
    reported_state: str
    app_version: str | None
    properties: Mapping[Section, tuple[LiveProperty, ...]] = field(repr=False)
    version_secrets: tuple[str, ...] = field(default=(), repr=False)
    updated: float | None = field(default=None, compare=False)

    @property
    def version_is_secret(self) -> bool:
        """Whether the version is hidden."""
        return bool(self.version_secrets)
