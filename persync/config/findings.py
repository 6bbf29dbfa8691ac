"""Short ways to say what is wrong in a file."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from persync.errors import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from persync.model import Span


def error(rule: str, message: str, span: Span, *, reason: str = "", hint: str = "") -> Finding:
    """Return a finding that stops everything."""
    return Finding(rule, Severity.ERROR, message, span, reason, hint)


def warning(rule: str, message: str, span: Span, *, reason: str = "", hint: str = "") -> Finding:
    """Return a finding that is said and stops nothing."""
    return Finding(rule, Severity.WARNING, message, span, reason, hint)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return each finding once, by place and then by rule.

    What is wrong in the defaults is found again under every persister; it is said once.
    """
    return tuple(sorted(set(findings), key=lambda finding: (finding.span, finding.rule, finding.message)))


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """Return a hint that names the known word most like ``written``, or an empty text."""
    by_lower_case = {word.lower(): word for word in known}
    close = get_close_matches(written.lower(), by_lower_case, n=1, cutoff=0.7)
    return f"did you mean {by_lower_case[close[0]]}?" if close else ""
