"""Errors and findings on stderr: what, where, why, and what to do."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

import click

from persync.cli.options import wants_debug
from persync.cli.terminal import say
from persync.errors import InvalidConfig, PersyncError
from persync.report.finding import finding_text
from persync.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from persync.errors import Finding

_ISSUES = "please report it, with the traceback that --debug shows"


def complain(error: PersyncError) -> None:
    """Say what went wrong."""
    if wants_debug():
        say(traceback.format_exc())
    if isinstance(error, InvalidConfig):
        say_findings(error.findings)
    where = printable(f"{error.span}: ") if error.span else ""
    say(f"{click.style('error:', fg='red')} {where}{printable(error.message)}")
    if error.hint:
        say(f"  {printable(error.hint)}")


def complain_of_bug(error: Exception) -> None:
    """Say that persync itself is wrong."""
    if wants_debug():
        say(traceback.format_exc())
    # The text of an unforeseen exception may hold anything, also a secret; its type cannot.
    say(f"{click.style('error:', fg='red')} a bug in persync ({type(error).__name__}); {_ISSUES}")


def say_findings(findings: Iterable[Finding]) -> None:
    """Say what is wrong in the files."""
    for finding in findings:
        say(finding_text(finding, color=True))
