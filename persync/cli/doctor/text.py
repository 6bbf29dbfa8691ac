"""The diagnosis as text, check by check."""

from __future__ import annotations

import click

from persync.cli.doctor.report import CheckResult, Status, Summary
from persync.report.printable import printable
from persync.report.wording import number

_MARKS = {
    Status.OK: ("✓", "green"),
    Status.WARNING: ("!", "yellow"),
    Status.FAILED: ("✗", "red"),
    Status.SKIPPED: ("–", "bright_black"),
}


def check_text(result: CheckResult, width: int) -> str:
    """Return the lines of a check; ``width`` is that of the longest identifier."""
    mark, color = _MARKS[result.status]
    skipped = "skipped: " if result.status is Status.SKIPPED else ""
    lines = [f"{click.style(mark, fg=color)} {result.id:{width}}  {skipped}{printable(result.message)}"]
    indent = " " * (width + 4)
    lines += [f"{indent}{printable(detail)}" for detail in result.details]
    if result.help:
        lines.append(f"{indent}{click.style('help:', fg='cyan')} {printable(result.help)}")
    return "".join(f"{line}\n" for line in lines)


def summary_text(summary: Summary) -> str:
    """Return the last line."""
    warnings = number(summary.warnings, "warning")
    return f"\nDoctor: {summary.ok} ok, {warnings}, {summary.failed} failed, {summary.skipped} skipped.\n"
