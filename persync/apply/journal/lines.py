"""The lines of a journal. Each is a JSON object; its schema is published as ``schemas/journal.schema.json``.

A minor version of the format adds fields and kinds of lines, which readers ignore; a major one breaks.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from persync.model import Section
from persync.plan.document import Frozen, Id
from persync.plan.result import ResultSummary
from persync.plan.terms import Outcome, StateRequest, Step

JOURNAL_VERSION = "1.1"


class RunOutcome(StrEnum):
    """How a run ended."""

    FINISHED = "finished"
    FAILED = "failed"
    """A persister failed, was blocked, or was not attempted after a failure."""
    CANCELLED = "cancelled"


class RecordedValue(Frozen):
    """A value: its text, or the salted hash of a sensitive one; without either there is no value.

    Attributes:
        text: the value.
        hash: see ``persync.apply.journal.hashing``; made with ``url`` and ``salt`` of the head.
    """

    text: str | None = None
    hash: str | None = None

    @property
    def is_absent(self) -> bool:
        """Whether there is no value."""
        return self.text is None and self.hash is None


class RecordedProperty(RecordedValue):
    """A property; ``key`` is spelled as it is stored or sent, as far as the API shows that."""

    section: Section
    key: str


class Configuration(Frozen):
    """A configuration as it is exported, or as it is sent.

    Attributes:
        app_version: the version of the app.
        properties: in the order of the sections.
    """

    app_version: RecordedValue
    properties: tuple[RecordedProperty, ...]


class Head(Frozen):
    """The first line.

    Attributes:
        format_version: of this model.
        run: the identity of the run.
        time: when it began, UTC, ISO 8601; so in every line.
        persync: the version of persync.
        user: who ran it.
        host: where.
        environment: the environment's name.
        url: the API's address as the settings have it.
        commit: the commit that the files are of; ``None`` outside git.
        plan_digest: the SHA-256 of the plan that is applied.
        rollback_of: the run that the plan rolls back, if it does.
        request: the run state that a user requested; ``None`` for an apply of files, and for a rollback.
        salt: of the hashes in this journal.
    """

    kind: Literal["head"] = "head"
    format_version: str = JOURNAL_VERSION
    run: str
    time: str
    persync: str
    user: str
    host: str
    environment: str
    url: str
    commit: str | None
    plan_digest: str
    rollback_of: str | None = None
    request: StateRequest | None = None
    salt: str


class Before(Frozen):
    """The before-image: a persister just before its first write.

    Attributes:
        id: its identity.
        live_id: its identity in the installation; ``None`` where that is the same.
        state: its run state as the API spelled it.
        configuration: as exported. A property that is not exported has its default; those of the files that are not
            are listed without a value.
    """

    kind: Literal["before"] = "before"
    time: str
    id: Id
    live_id: Id | None = None
    state: str
    configuration: Configuration


class Intent(Frozen):
    """A write that is about to be sent. It is on the disk before it is sent.

    Attributes:
        id: the persister.
        write: ``stop``, ``put`` or ``start``.
        configuration: what a PUT sends.
    """

    kind: Literal["intent"] = "intent"
    time: str
    id: Id
    write: Step
    configuration: Configuration | None = None


class Answer(Frozen):
    """The outcome of the write that the last intent of the persister announced.

    Attributes:
        id: the persister.
        write: as in the intent.
        accepted: whether the API accepted it. If not, it may have had an effect nevertheless.
        problem: why not.
    """

    kind: Literal["answer"] = "answer"
    time: str
    id: Id
    write: Step
    accepted: bool
    problem: str = ""


class PersisterEnd(Frozen):
    """The result of a persister; the last one counts.

    Attributes:
        id: the persister.
        live_id: its identity in the installation; ``None`` where that is the same.
        outcome: how its run ended.
        problem: what went wrong.
        hint: what to do about it.
        left_stopped: it was stopped for its restart and, as far as is known, does not run.
        restored: it was rolled back after a failure, and is as it was before the run.
    """

    kind: Literal["persister"] = "persister"
    time: str
    id: Id
    live_id: Id | None = None
    outcome: Outcome
    problem: str = ""
    hint: str = ""
    left_stopped: bool = False
    restored: bool = False


class End(Frozen):
    """The last line. A journal without it is of a run that is under way, or whose process was killed."""

    kind: Literal["end"] = "end"
    time: str
    outcome: RunOutcome
    summary: ResultSummary


Line = Annotated[Head | Before | Intent | Answer | PersisterEnd | End, Field(discriminator="kind")]
KINDS = frozenset({"head", "before", "intent", "answer", "persister", "end"})
