"""A finding as text; editors and terminals make a link of its location."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.errors import Severity
from persync.report.excerpts.excerpt import excerpt_lines
from persync.report.printable import printable

if TYPE_CHECKING:
    from persync.errors import Finding


def finding_text(finding: Finding, *, color: bool = False, width: int | None = None) -> str:
    """Return ``file:line:column: severity: message [rule]``, and below it the line, the reason and the hint.

    Args:
        finding: a problem in a file.
        color: with ANSI colours.
        width: of the terminal, in columns, for the line of the file; ``None`` for a file or a log.
    """
    red_or_yellow = "red" if finding.severity is Severity.ERROR else "yellow"
    severity = click.style(finding.severity, fg=red_or_yellow) if color else finding.severity
    lines = [f"{printable(str(finding.span))}: {severity}: {printable(finding.message)} [{finding.rule}]"]
    if excerpt := finding.excerpt:
        lines += excerpt_lines(excerpt, finding.span.line, color=red_or_yellow if color else None, width=width)
    if finding.reason:
        lines.append(f"    {printable(finding.reason)}")
    if finding.hint:
        lines.append(f"    {click.style('help:', fg='cyan') if color else 'help:'} {printable(finding.hint)}")
    return "\n".join(lines)
