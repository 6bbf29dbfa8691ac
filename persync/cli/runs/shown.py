"""Runs as text and as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from persync.apply.journal.lines import JOURNAL_VERSION
from persync.apply.journal.listing import ListedRun, RunStatus
from persync.plan.document import Frozen
from persync.plan.result import ResultSummary
from persync.plan.terms import Command, Outcome, StateRequest
from persync.projects import with_live
from persync.report.printable import json_text, printable
from persync.report.summary import outcomes_text
from persync.report.text.columns import Table, age, cut_right, replaced, shortened, without
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.apply.journal.lines import PersisterEnd
    from persync.apply.journal.read import PersisterRecord, RunRecord

_LEAST_NAME = 8
_HEAD = ("RUN", "BEGAN", "USER", "ENVIRONMENT", "OUTCOME", "PERSISTERS")


class Run(Frozen):
    """A run.

    Attributes:
        run: its identity.
        time: when it began, UTC, ISO 8601.
        user: who ran it.
        host: where.
        environment: the environment's name.
        url: the API's address as the settings have it.
        commit: the commit that the files were of; ``None`` outside git.
        plan_digest: the SHA-256 of the plan that was applied.
        rollback_of: the run that it rolled back, if it did.
        request: the run state that its user requested; ``None`` for an apply of files, and for a rollback.
        status: what became of it.
        summary: how many persisters ended how; ``None`` if it is under way or was killed.
        journal: the file.
    """

    run: str
    time: str
    user: str
    host: str
    environment: str
    url: str
    commit: str | None
    plan_digest: str
    rollback_of: str | None
    request: StateRequest | None
    status: RunStatus
    summary: ResultSummary | None
    journal: str


class Runs(Frozen):
    """The runs, the newest first.

    Attributes:
        format_version: of this model.
        kind: the kind of document.
        runs: the newest first.
    """

    format_version: str = JOURNAL_VERSION
    kind: Literal["runs"] = "runs"
    runs: tuple[Run, ...]


def runs_json(runs: Sequence[ListedRun]) -> str:
    """Return runs as JSON; its schema is ``schemas/runs.schema.json``."""
    shared = {"run", "time", "user", "host", "environment", "url", "commit", "plan_digest", "rollback_of", "request"}
    listed = tuple(
        Run(
            **run.head.model_dump(by_alias=False, include=shared),
            status=run.status,
            summary=run.end.summary if run.end else None,
            journal=str(run.path),
        )
        for run in runs
    )
    return json_text(Runs(runs=listed).model_dump())


def runs_table(runs: Sequence[ListedRun], width: int | None = None, now: float = 0) -> str:
    """Return a table of one line per run.

    Args:
        runs: the newest first.
        width: of the terminal, in characters; ``None``: not limited.
        now: the time, in seconds since the epoch; a terminal that is too narrow shows how long ago a run began.
    """
    if not runs:
        return "There are no runs.\n"
    ages = [age(now - datetime.fromisoformat(run.head.time).timestamp()) for run in runs]
    measures = (
        replaced("BEGAN", "AGE", ages),
        shortened("USER", _LEAST_NAME),
        shortened("ENVIRONMENT", _LEAST_NAME),
        without("USER"),
        without("AGE"),  # the run is named by its time
        without("ENVIRONMENT"),
    )
    table = Table(_HEAD, tuple(tuple(map(printable, _cells(run))) for run in runs)).fitted(width, measures)
    return "\n".join(cut_right(line, width) for line in table.lines()) + "\n"


def run_text(run: ListedRun, record: RunRecord) -> str:
    """Return what a run has done."""
    head = run.head
    lines = [
        f"Run {head.run}: {run.status}",
        f"  {_moment(head.time)}, {head.user} on {head.host}, persync {head.persync}",
        f"  environment {head.environment} ({head.url})",
        f"  plan {head.plan_digest}{f', commit {head.commit}' if head.commit else ''}",
        *([f"  rollback of run {head.rollback_of}"] if head.rollback_of else []),
        *([f"  {head.request}: run states only"] if head.request else []),
        f"  journal {run.path}",
    ]
    for id_, persister in record.persisters.items():
        lines += ["", with_live(id_, persister.before.live_id), *_persister_lines(persister)]
    for id_, end in record.ends.items():
        if id_ not in record.persisters:
            lines += ["", with_live(id_, end.live_id), *_end_lines(end)]
    return "\n".join(map(printable, lines)) + "\n"


def _persister_lines(record: PersisterRecord) -> Iterator[str]:
    yield f"    before: {record.before.state}, {_size(record)}"
    answers = iter(record.answers)
    for intent in record.intents:
        answer = next(answers, None)
        outcome = "outcome unknown" if answer is None else "accepted" if answer.accepted else answer.problem
        yield f"    {intent.write}: {outcome}"
    if record.end:
        yield from _end_lines(record.end)
    else:
        yield "    its result is not known"


def _end_lines(end: PersisterEnd) -> Iterator[str]:
    yield f"    {end.outcome}{f': {end.problem}' if end.problem else ''}"
    if end.hint:
        yield f"    help: {end.hint}"


def _size(record: PersisterRecord) -> str:
    properties = [prop for prop in record.before.configuration.properties if not prop.is_absent]
    hidden = sum(prop.hash is not None for prop in properties)
    by_hash = f", {hidden:,} of them as hashes" if hidden else ""
    return f"{number(len(properties), 'property', 'properties')} recorded{by_hash}"


def _cells(run: ListedRun) -> tuple[str, ...]:
    counts = "–"
    if run.end:
        counts = outcomes_text(_counts(run.end.summary), run.head.request) or "–"
    command = Command.of(run.head.request, is_rollback=run.head.rollback_of is not None)
    status = str(run.status) if command is Command.APPLY else f"{run.status} ({command})"
    return run.head.run, _moment(run.head.time), run.head.user, run.head.environment, status, counts


def _counts(summary: ResultSummary) -> dict[Outcome, int]:
    return {
        Outcome.DONE: summary.done - summary.already,
        Outcome.ALREADY: summary.already,
        Outcome.FAILED: summary.failed,
        Outcome.CONFLICT: summary.conflict,
        Outcome.CANCELLED: summary.cancelled,
        Outcome.NOT_ATTEMPTED: summary.not_attempted,
        Outcome.BLOCKED: summary.blocked,
    }


def _moment(time: str) -> str:
    """Return ``2026-11-26 04:42:50 UTC``."""
    return f"{time[:10]} {time[11:19]} UTC"
