"""Errors and findings on stderr: what, where, why, and what to do."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

import click

from persync.cli.options import wants_debug
from persync.cli.terminal import say
from persync.config.findings import to_show
from persync.errors import InvalidConfig, PersyncError
from persync.report.finding import finding_text
from persync.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from persync.errors import Finding

_REPORT_IT = "report it, with the traceback that --debug shows"


def report_error(error: PersyncError) -> None:
    """Write an error, and the findings that it has."""
    if wants_debug():
        say(traceback.format_exc())
    if isinstance(error, InvalidConfig):
        report_findings(error.findings)
    _write(f"{error.span}: {error.message}" if error.span else error.message, error.hint)


def report_usage_error(error: click.ClickException) -> None:
    """Write what is wrong with the command line; without a command, the help."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        say(error.format_message())
        return
    context = getattr(error, "ctx", None)
    message = " ".join(line.strip() for line in error.format_message().splitlines())  # click lists choices by line
    _write(message, f"see '{context.command_path} --help'" if context else "see 'persync --help'")


def report_bug(error: Exception) -> None:
    """Write that persync itself is wrong."""
    if wants_debug():
        say(traceback.format_exc())
    # The text of an unexpected exception may hold anything, a secret too; its type cannot.
    _write(f"a bug in persync ({type(error).__name__})", _REPORT_IT)


def report_findings(findings: Iterable[Finding]) -> None:
    """Write what is wrong in the files, of a file with many findings the first."""
    for finding in to_show(findings):
        say(finding_text(finding, color=True))


def warn(message: str) -> None:
    """Write a warning."""
    say(f"{click.style('warning:', fg='yellow')} {printable(message)}")


def _write(message: str, hint: str) -> None:
    say(f"{click.style('error:', fg='red')} {printable(message)}")
    if hint:
        say(f"{click.style('help:', fg='cyan')} {printable(hint)}")
