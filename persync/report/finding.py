"""One finding as text, in the form that editors and people jump to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.errors import Severity
from persync.report.printable import printable

if TYPE_CHECKING:
    from persync.errors import Finding


def finding_text(finding: Finding, *, color: bool = False) -> str:
    """Return ``file:line:column: severity: message [rule]``, and below it the reason and what to do.

    Args:
        finding: what was found.
        color: with ANSI colours.
    """
    ink = "red" if finding.severity is Severity.ERROR else "yellow"
    severity = click.style(finding.severity, fg=ink) if color else finding.severity
    lines = [f"{printable(str(finding.span))}: {severity}: {printable(finding.message)} [{finding.rule}]"]
    lines += [f"    {printable(more)}" for more in (finding.reason, finding.hint) if more]
    return "\n".join(lines)
