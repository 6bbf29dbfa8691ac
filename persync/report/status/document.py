"""The run states for programs; the schema is ``schemas/status.schema.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from persync.model import RunState
from persync.plan.document import Frozen, Id, Location
from persync.report.printable import json_text
from persync.report.status.wording import count_states, moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.plan.status import Status


class PersisterStatus(Frozen):
    """The run state of a persister.

    Attributes:
        id: its identity.
        live_id: its identity in the installation; ``None`` where that is the same.
        span: where its document begins.
        live_state: its run state as the API spells it; ``None`` if it cannot be read.
        desired_state: the run state in the files; ``None`` if they leave it alone.
        differs: whether the live state is another one than the desired one.
        app_version: the version of its app; ``None`` if the answer has none.
        updated: when it was last updated, UTC, ISO 8601; ``None`` if the answer does not say.
        problem: why it cannot be read; empty if it can.
    """

    id: Id
    live_id: Id | None
    span: Location
    live_state: str | None
    desired_state: RunState | None
    differs: bool
    app_version: str | None
    updated: str | None
    problem: str


class StatusSummary(Frozen):
    """Counts of the selected persisters, also of those that are not listed.

    Attributes:
        persisters: how many were selected.
        states: how many have each run state, by its name.
        differ: how many have another run state than the desired one.
        unreadable: how many cannot be read.
    """

    persisters: int
    states: dict[str, int]
    differ: int
    unreadable: int


class StatusDocument(Frozen):
    """The run states of an environment.

    Attributes:
        format_version: of this model.
        kind: the kind of document.
        environment: the environment's name.
        url: the API's address as the settings have it.
        persisters: sorted by identity; with ``--only-different``, only those that differ or cannot be read.
        summary: counts.
    """

    format_version: str = "1.0"
    kind: Literal["status"] = "status"
    environment: str
    url: str
    persisters: tuple[PersisterStatus, ...]
    summary: StatusSummary


def status_document(environment: str, url: str, rows: Sequence[Status], listed: Sequence[Status]) -> StatusDocument:
    """Return the document of run states.

    Args:
        environment: the environment's name.
        url: the API's address as the settings have it.
        rows: the run states.
        listed: those of them that are listed.
    """
    return StatusDocument(
        environment=environment,
        url=url,
        persisters=tuple(map(_persister, listed)),
        summary=StatusSummary(
            persisters=len(rows),
            states=dict(count_states(rows)),
            differ=sum(row.differs for row in rows),
            unreadable=sum(bool(row.problem) for row in rows),
        ),
    )


def status_json(document: StatusDocument) -> str:
    """Return the document as JSON."""
    return json_text(document.model_dump())


def status_yaml(document: StatusDocument) -> str:
    """Return the document as YAML."""
    import yaml  # noqa: PLC0415 - the other formats do without

    return yaml.safe_dump(document.model_dump(mode="json"), sort_keys=False, width=120)


def _persister(row: Status) -> PersisterStatus:
    return PersisterStatus(
        id=row.id,
        live_id=row.live_id,
        span=row.span,
        live_state=row.live or None,
        desired_state=row.desired,
        differs=row.differs,
        app_version=row.version or None,
        updated=moment(row.updated),
        problem=row.problem,
    )
