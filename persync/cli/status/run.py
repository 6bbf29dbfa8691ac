"""The run of ``persync status``."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, NamedTuple

import click

from persync.cli.session import Session
from persync.cli.signals import Signals, signals
from persync.cli.status.looking import Looks
from persync.cli.status.page_option import check_pages, write_pages
from persync.cli.status.waiting import wait_for_state
from persync.cli.status.watching import watch
from persync.cli.terminal import color_of, show, width_of
from persync.report.status.table import status_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from persync.cli.metrics.measurement import Measurement
    from persync.cli.report_options import Report
    from persync.model import Persister, RunState
    from persync.plan.status import Status

_OK, _PROBLEM, _DIFFERS = 0, 1, 2


class Request(NamedTuple):
    """The options of ``persync status``."""

    selectors: tuple[str, ...]
    excluded: tuple[str, ...]
    output: str
    only_different: bool
    detailed: bool
    wait: RunState | None
    watch: bool
    interval: float
    metrics: Measurement
    parallelism: int | None
    timeout: float
    folder: Path | None
    environment: str | None
    reports: tuple[Report, ...] = ()

    @property
    def is_wide(self) -> bool:
        """Whether the table has more columns."""
        return self.output == "wide"

    def listed(self, row: Status) -> bool:
        """Return whether a persister is listed."""
        return row.deviates or not self.only_different


def run_status(request: Request) -> int:
    """Show the run states and return the exit code.

    Raises:
        click.UsageError: the options contradict each other.
        NotReached: the persisters do not have the run state in time.
        PersyncError: the files or the API cannot be used.
    """
    _check(request)
    if request.reports:
        check_pages(request.reports)
    with signals() as received:
        return _run(request, received)


def _run(request: Request, received: Signals) -> int:
    # a page compares configurations, too
    session = Session.open(request.folder, request.environment, needs_values=bool(request.reports))
    request.metrics.of(session)
    persisters = session.persisters(request.selectors, request.excluded)
    at_a_time = session.parallelism(request.parallelism)
    request.metrics.count_states(session, persisters)
    with session.client(at_a_time, received.interruption.immediately, timeout=request.timeout) as client:
        looks = Looks(session, client, at_a_time, request.timeout)
        if request.watch:
            watch(looks, persisters, request.interval, request.listed, wide=request.is_wide)
            received.interruption.immediately.set()  # a look that is under way is of no use
            return _OK
        failure = None
        if request.wait:
            rows, failure = wait_for_state(looks, persisters, request.wait, request.interval)
        else:
            rows = looks.look(persisters)
        page = _page(looks, persisters, rows) if request.reports else ""
    write_pages(request.reports, page)
    if all(report.file for report in request.reports):
        show(_text(request, session, rows))
    if failure:
        raise failure
    return _exit_code(request, rows)


def _page(looks: Looks, persisters: Sequence[Persister], rows: Sequence[Status]) -> str:
    from persync.cli.status.page import page_of  # noqa: PLC0415 - a table needs neither templates nor plans

    return page_of(looks, persisters, rows)


def _check(request: Request) -> None:
    alone = [name for name, given in (("--watch", request.watch), ("--wait", request.wait)) if given]
    if len(alone) > 1:
        raise click.UsageError("--watch has no end and --wait has: leave out one of them")
    if alone and request.metrics.file:
        raise click.UsageError(f"--metrics-file is about one look: leave out {alone[0]}")
    if request.watch and request.reports:
        raise click.UsageError("a page is about one look: leave out --watch")
    if request.watch and request.output in {"json", "yaml"}:
        raise click.UsageError(f"--watch shows a table: leave out --output {request.output}")
    if request.watch and request.detailed:
        raise click.UsageError("--detailed-exitcode is about one look: leave out --watch")


def _text(request: Request, session: Session, rows: Sequence[Status]) -> str:
    listed = [*filter(request.listed, rows)]
    if request.output in {"text", "wide"}:
        width = width_of(sys.stdout)
        return status_table(
            rows, listed, wide=request.is_wide, color=color_of(sys.stdout), width=width, now=time.time()
        )
    from persync.report.status.document import (  # noqa: PLC0415 - pydantic is slow to import
        status_document,
        status_json,
        status_yaml,
    )

    document = status_document(session.environment.name, session.environment.url, rows, listed)
    return status_json(document) if request.output == "json" else status_yaml(document)


def _exit_code(request: Request, rows: Sequence[Status]) -> int:
    if any(row.problem for row in rows):
        return _PROBLEM
    return _DIFFERS if request.detailed and any(row.differs for row in rows) else _OK
