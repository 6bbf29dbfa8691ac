"""Findings: what is wrong in the files, and the collector to which every check adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from persync.errors import Finding, Severity
from persync.similar import most_similar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from persync.model import Span


class Advice(NamedTuple):
    """A finding without its position: the result of a check that is cached, as it is the same in many files."""

    severity: Severity
    rule: str
    message: str
    reason: str = ""
    hint: str = ""

    def at(self, span: Span) -> Finding:
        """Return the finding at a position."""
        return Finding(self.rule, self.severity, self.message, span, self.reason, self.hint)


class Findings:
    """The collector of findings. Every method that adds returns whether it added, and so does every public check."""

    def __init__(self) -> None:
        self._found: list[Finding] = []

    def error(self, rule: str, message: str, span: Span, *, reason: str = "", hint: str = "") -> bool:
        """Add an error; return ``True``."""
        self._found.append(error(rule, message, span, reason=reason, hint=hint))
        return True

    def warning(self, rule: str, message: str, span: Span, *, reason: str = "", hint: str = "") -> bool:
        """Add a warning; return ``True``."""
        self._found.append(warning(rule, message, span, reason=reason, hint=hint))
        return True

    def advise(self, advice: Iterable[Advice], span: Span) -> bool:
        """Add what cached checks found, at a position; return whether they found anything."""
        return self.extend([each.at(span) for each in advice])

    def extend(self, findings: Iterable[Finding]) -> bool:
        """Add findings; return whether there are any."""
        before = len(self._found)
        self._found.extend(findings)
        return len(self._found) > before

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def in_order(self) -> tuple[Finding, ...]:
        """Return each finding once, by position and then by rule.

        An error in the defaults is found again under every persister; it is reported once.
        """
        return tuple(sorted(set(self._found), key=lambda finding: (finding.span, finding.rule, finding.message)))


def error(rule: str, message: str, span: Span, *, reason: str = "", hint: str = "") -> Finding:
    """Return a finding that stops every command that would send something."""
    return Finding(rule, Severity.ERROR, message, span, reason, hint)


def warning(rule: str, message: str, span: Span, *, reason: str = "", hint: str = "") -> Finding:
    """Return a finding that is reported and stops nothing."""
    return Finding(rule, Severity.WARNING, message, span, reason, hint)


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Return a hint that names the most similar of ``names``, or an empty text."""
    similar = most_similar(name, names)
    return f"did you mean {similar}?" if similar else ""
