"""Checks of settings and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.cli.doctor.report import failed, ok, warning
from persync.cli.session import Session
from persync.errors import InvalidConfig, PersyncError, Severity
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from persync.cli.doctor.examination import Examination
    from persync.cli.doctor.report import Result
    from persync.errors import Finding

_MOST = 5
"""The most findings to show."""
_VALIDATE = "'persync validate' shows every finding"
_NO_FILES = frozenset({"no-files", "missing-file"})


def settings(examination: Examination) -> Result:
    """Check that persync.yaml is valid and has the environment.

    Args:
        examination: gets the session.

    Returns:
        Failed if not; otherwise ok, with the URL of the environment's API.
    """
    try:
        session = Session.open(examination.folder, examination.name)
    except InvalidConfig as error:
        return failed("persync.yaml has errors", _VALIDATE, *_lines(error.findings))
    except PersyncError as error:
        return failed(f"{error.span}: {error.message}" if error.span else error.message, error.hint)
    examination.session = session
    chosen = session.settings
    return ok(f"{chosen.shown(chosen.path)}, environment {session.environment.name}: {session.environment.url}")


def files(examination: Examination) -> Result:
    """Check that the files are valid, and count their persisters.

    Args:
        examination: with the session; gets the persisters of the files.

    Returns:
        Failed if there are errors, a warning if there are other findings or no persisters.
    """
    try:
        configuration = examination.session.configuration
    except PersyncError as error:
        return failed(error.message, error.hint)
    examination.ids = tuple(persister.id for persister in configuration.persisters)
    found = [finding for finding in configuration.findings if finding.severity is Severity.ERROR]
    persisters = number(len(examination.ids), "persister")
    if found and not examination.ids and all(finding.rule in _NO_FILES for finding in found):
        hint = "'persync import' writes the live ones into files"
        return warning("there are no persisters yet", hint, *_lines(found))
    if found:
        return failed(f"{number(len(found), 'error')} in the files", _VALIDATE, *_lines(found))
    if configuration.findings:
        warnings = number(len(configuration.findings), "warning")
        return warning(f"{persisters}, {warnings}", _VALIDATE, *_lines(configuration.findings))
    return ok(f"{persisters}, no findings") if examination.ids else warning("there are no persisters in the files")


def _lines(findings: Iterable[Finding]) -> tuple[str, ...]:
    lines = [f"{finding.span}: {finding.message}" for finding in findings]
    more = [f"and {len(lines) - _MOST} more"] if len(lines) > _MOST else []
    return (*lines[:_MOST], *more)
