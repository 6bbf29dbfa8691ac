"""A finding as text; editors and terminals make a link of its location."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

import click

from persync.errors import Severity
from persync.report.excerpts.excerpt import excerpt_lines
from persync.report.printable import printable

if TYPE_CHECKING:
    from persync.errors import Finding

_INDENT = "    "
_LEAST_WIDTH = 40


def finding_text(finding: Finding, *, color: bool = False, width: int | None = None) -> str:
    """Return ``file:line:column: severity: message [rule]``, and below it the line, the reason and the hint.

    Args:
        finding: a problem in a file.
        color: with ANSI colours.
        width: of the terminal, in columns; ``None`` for a file or a log.
    """
    color_of_it = "red" if finding.severity is Severity.ERROR else "yellow"
    head = f"{printable(str(finding.span))}: {finding.severity}: {printable(finding.message)} [{finding.rule}]"
    excerpt = finding.excerpt
    lines = [
        *_wrapped(head, "", width),
        *(
            excerpt_lines(excerpt, finding.span.line, color=color_of_it if color else None, width=width)
            if excerpt
            else ()
        ),
        *(_wrapped(printable(finding.reason), _INDENT, width) if finding.reason else ()),
        *(_wrapped(f"help: {printable(finding.hint)}", _INDENT, width) if finding.hint else ()),
    ]
    text = "\n".join(lines)
    if color:
        severity = f": {finding.severity}:"
        text = text.replace(severity, f": {click.style(finding.severity, fg=color_of_it)}:", 1)
        text = text.replace(f"\n{_INDENT}help:", f"\n{_INDENT}{click.style('help:', fg='cyan')}", 1)
    return text


def _wrapped(text: str, indent: str, width: int | None) -> list[str]:
    """Return the lines of a text on a terminal; in a file or a log it is one line, because programs read lines."""
    if width is None or len(indent) + len(text) <= width:
        return [indent + text]
    return wrap(
        text,
        max(width, _LEAST_WIDTH),
        initial_indent=indent,
        subsequent_indent=indent or _INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
