"""The run of ``persync doctor``: every check that can be made, a report, and maybe a record of the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from persync.atomic import write_in_one_piece
from persync.cli.doctor.checks import CHECKS
from persync.cli.doctor.examination import Examination
from persync.cli.doctor.report import CheckResult, Diagnosis, Result, Status, failed, skipped, summary_of
from persync.cli.doctor.text import check_text, summary_text
from persync.cli.files import check_output
from persync.cli.signals import signals
from persync.cli.terminal import say, show
from persync.errors import Interrupted, PersyncError
from persync.report.printable import json_text
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from persync.cli.doctor.checks import Check


class Request(NamedTuple):
    """The options of ``persync doctor``."""

    folder: Path | None
    environment: str | None
    parallelism: int | None
    output: str
    record: Path | None
    names: bool


def run_doctor(request: Request) -> int:
    """Make all checks, report them, and return the exit code: 1 if one failed.

    Raises:
        PersyncError: the record cannot be written.
        Interrupted: SIGINT or SIGTERM.
    """
    if request.record:
        check_output(request.record)
    as_text = request.output == "text"
    width = max(len(check.id) for check in CHECKS)
    results = []
    with (
        signals() as received,
        Examination(
            request.folder, request.environment, request.parallelism, received.interruption.immediately
        ) as examination,
    ):
        for result in _results(examination):
            results.append(result)
            if as_text:
                show(check_text(result, width))
        diagnosis = _diagnosis(examination, results)
        if request.record:
            _record(examination, request.record, names=request.names)
    show(summary_text(diagnosis.summary) if as_text else json_text(diagnosis.model_dump()))
    return 1 if diagnosis.summary.failed else 0


def _results(examination: Examination) -> Iterator[CheckResult]:
    causes: dict[str, str] = {}
    """The check that failed, of each that cannot be relied on."""
    for check in CHECKS:
        cause = next((causes[need] for need in check.needs if need in causes), None)
        result = skipped(f"needs {cause}") if cause else _made(check, examination)
        if cause or result.status is Status.FAILED:
            causes[check.id] = cause or check.id
        yield CheckResult(id=check.id, **dict(result))


def _made(check: Check, examination: Examination) -> Result:
    try:
        return check.run(examination)
    except Interrupted:
        raise
    except PersyncError as error:
        return failed(f"{error.span}: {error.message}" if error.span else error.message, error.hint)


def _diagnosis(examination: Examination, results: list[CheckResult]) -> Diagnosis:
    environment = examination.session.environment if examination.has_session else None
    return Diagnosis(
        environment=environment.name if environment else "",
        url=environment.url if environment else "",
        summary=summary_of(results),
        checks=tuple(results),
    )


def _record(examination: Examination, file: Path, *, names: bool) -> None:
    from persync.harvester.probe.record import record_of  # noqa: PLC0415 - needed for this option only

    document = record_of(examination.exchanges, names=names)
    write_in_one_piece(file, json_text(document), private=True)
    kept = "with the names of projects and event types" if names else "without names"
    answers = number(len(document["exchanges"]), "answer")
    say(f"{file}: {answers}, {kept} and without values; read it before you pass it on")
