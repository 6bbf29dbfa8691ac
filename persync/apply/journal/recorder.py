"""What a run tells about itself while it writes: the protocol, and the recorder that keeps nothing."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from persync.model import LivePersister, Persister, PersisterId
    from persync.plan.result import PersisterResult
    from persync.plan.terms import Step


class Recorder(Protocol):
    """Records a run, from any thread."""

    def before(self, desired: Persister, live: LivePersister, stored: LivePersister) -> None:
        """Record what a persister is before its first write; only the first call for a persister counts.

        Args:
            desired: from the files: its secrets are secrets here, too.
            live: as exported.
            stored: the same with its defaults.

        Raises:
            PersyncError: it cannot be recorded; nothing may be written.
        """

    def write(
        self, persister: PersisterId, step: Step, body: Mapping[str, Any] | None = None
    ) -> AbstractContextManager[None]:
        """Record that a write is about to be sent, and when the context ends, its outcome.

        Args:
            persister: of which ``before`` was called.
            step: ``STOP``, ``PUT`` or ``START``.
            body: of a PUT.

        Raises:
            PersyncError: it cannot be recorded, and must not be sent. A START is sent nevertheless.
        """

    def result(self, result: PersisterResult) -> None:
        """Record the result of a persister."""


class _NoRecorder:
    """Records nothing."""

    def before(self, desired: Persister, live: LivePersister, stored: LivePersister) -> None:
        """Do nothing."""

    def write(
        self,
        persister: PersisterId,  # noqa: ARG002 - the protocol's
        step: Step,  # noqa: ARG002 - as above
        body: Mapping[str, Any] | None = None,  # noqa: ARG002 - as above
    ) -> AbstractContextManager[None]:
        """Do nothing."""
        return nullcontext()

    def result(self, result: PersisterResult) -> None:
        """Do nothing."""


NO_RECORDER: Recorder = _NoRecorder()
