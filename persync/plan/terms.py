"""The terms of plans and results, as enums. Their values are those in JSON.

They are apart from the models, because reports need them and models are slow to import.
"""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """A step that can be taken. Every STOP waits for STOPPED, every START for RUNNING."""

    WAIT = "wait"
    """Wait until a change of the run state that is under way has finished."""
    STOP = "stop"
    PUT = "put"
    """Update the configuration."""
    START = "start"


class StateRequest(StrEnum):
    """A run state that a user requests, whatever the files configure; the configuration stays as it is live."""

    START = "start"
    STOP = "stop"
    RESTART = "restart"
    """Stop and start again, with the configuration that is stored."""


class Command(StrEnum):
    """The commands that change the live side by a plan."""

    APPLY = "apply"
    ROLLBACK = "rollback"
    START = "start"
    STOP = "stop"
    RESTART = "restart"

    @classmethod
    def of(cls, request: StateRequest | None, *, is_rollback: bool) -> Command:
        """Return the command of a plan or of its result."""
        if is_rollback:
            return cls.ROLLBACK
        return cls(request.value) if request else cls.APPLY


class Action(StrEnum):
    """What a plan does to a persister; the most serious first. Every report shows this, and decides nothing itself."""

    BLOCKED = "blocked"
    STOP = "stop"
    RESTART = "restart"
    START = "start"
    REMOVED = "removed"
    """In a diff: the files do not have it any more."""
    ADDED = "added"
    """In a diff: the base does not have it."""
    CHANGED = "changed"
    """In a diff: the files configure it differently than the base."""
    UPDATE = "update"
    """Its configuration is updated; its run state stays."""
    WAIT = "wait"
    NONE = "none"
    """Nothing is to be done; there is a warning."""


class ChangeKind(StrEnum):
    """How a property changes."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


class Attribution(StrEnum):
    """Where a difference comes from, given a base revision, the files now, and live. The values are those in JSON."""

    THIS_BRANCH = "yours"
    """The files of this branch change it."""
    DRIFT = "drift"
    """Live was changed outside of persync; an apply reverts that."""
    PENDING = "pending"
    """It is in the base already, and not applied yet."""

    @property
    def label(self) -> str:
        """The name for people."""
        return "this branch" if self is Attribution.THIS_BRANCH else self.value


class Difference(StrEnum):
    """How the files differ from the base, in a plan of kind ``diff``."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Outcome(StrEnum):
    """How the run of a persister ended."""

    DONE = "done"
    """All steps are taken, and it is verified that nothing differs."""
    ALREADY = "already"
    """It was in sync before anything was written."""
    FAILED = "failed"
    CONFLICT = "conflict"
    """The files or live changed since the plan, and nothing was written; or another user changed it meanwhile."""
    CANCELLED = "cancelled"
    """Ended half-way by a signal."""
    NOT_ATTEMPTED = "not attempted"
    BLOCKED = "blocked"
    """Something should be done, but nothing can be."""
