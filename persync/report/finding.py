"""A finding as text; editors and terminals make a link of its location."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.errors import Severity
from persync.report.printable import printable

if TYPE_CHECKING:
    from persync.errors import Finding


def finding_text(finding: Finding, *, color: bool = False) -> str:
    """Return ``file:line:column: severity: message [rule]``, and below it the reason and the hint.

    Args:
        finding: a problem in a file.
        color: with ANSI colours.
    """
    red_or_yellow = "red" if finding.severity is Severity.ERROR else "yellow"
    severity = click.style(finding.severity, fg=red_or_yellow) if color else finding.severity
    lines = [f"{printable(str(finding.span))}: {severity}: {printable(finding.message)} [{finding.rule}]"]
    lines += [f"    {printable(more)}" for more in (finding.reason, finding.hint) if more]
    return "\n".join(lines)
