"""The published document of ``persync doctor``: checks and their results."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from persync.plan.document import FORMAT_VERSION, Frozen

if TYPE_CHECKING:
    from collections.abc import Sequence


class Status(StrEnum):
    """The result of a check, in a word."""

    OK = "ok"
    WARNING = "warning"
    """persync works, but not everything, or not for long."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """It could not be made, or there is nothing to check."""


class Result(Frozen):
    """The result of a check.

    Attributes:
        status: ok, warning, failed or skipped.
        message: what was found, and why that is so.
        help: what to do; empty where nothing is to be done.
        details: further lines, one for each thing that was looked at.
    """

    status: Status
    message: str
    help: str = ""
    details: tuple[str, ...] = ()


class CheckResult(Frozen):
    """A check and its result.

    Attributes:
        id: stable identifier, in kebab case.
        status, message, help, details: as in ``Result``.
    """

    id: str
    status: Status
    message: str
    help: str
    details: tuple[str, ...]


class Summary(Frozen):
    """How many checks have each result."""

    ok: int
    warnings: int
    failed: int
    skipped: int


class Diagnosis(Frozen):
    """The results of all checks.

    Attributes:
        format_version: of this model; a minor version adds fields, a major version breaks readers.
        kind: which document this is.
        environment: its name; empty where the settings cannot be read.
        url: of its API; empty where the settings cannot be read.
        summary: the counts.
        checks: in the order in which they were made.
    """

    format_version: str = FORMAT_VERSION
    kind: Literal["diagnosis"] = "diagnosis"
    environment: str
    url: str
    summary: Summary
    checks: tuple[CheckResult, ...]


def summary_of(checks: Sequence[CheckResult]) -> Summary:
    """Return the counts of some checks."""
    counts = Counter(check.status for check in checks)
    return Summary(
        ok=counts[Status.OK],
        warnings=counts[Status.WARNING],
        failed=counts[Status.FAILED],
        skipped=counts[Status.SKIPPED],
    )


def ok(message: str, *details: str) -> Result:
    """Return the result of a check that found nothing wrong."""
    return Result(status=Status.OK, message=message, details=details)


def warning(message: str, help_text: str = "", *details: str) -> Result:
    """Return the result of a check that found what works, but not everything, or not for long."""
    return Result(status=Status.WARNING, message=message, help=help_text, details=details)


def failed(message: str, help_text: str = "", *details: str) -> Result:
    """Return the result of a check that found why persync cannot be used."""
    return Result(status=Status.FAILED, message=message, help=help_text, details=details)


def skipped(message: str) -> Result:
    """Return the result of a check that was not made."""
    return Result(status=Status.SKIPPED, message=message)
