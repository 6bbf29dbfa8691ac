"""Findings: what is wrong in the files, and the collector to which every check adds."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from persync.counts import number
from persync.errors import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from persync.model import Span


_MOST_OF_A_FILE = 200
UNUSED_IGNORE = "unused-ignore"
"""The rule of a comment that accepts a warning which is not there."""

OF_PROPERTIES = frozenset(
    {
        *("near-miss", "key-spelling", "no-effect", "newer-deployer", "missing-prefix", "inside-structure"),
        *("below-property", "group-value", "variable-in-key"),
        *("double-quote", "backslash", "line-break", "control-character", "invisible-character", "inexpressible-value"),
        *("structure-syntax", "structure-style", "structure-shape", "structure-value", "missing-space"),
        *("requests-exceed-limits", "below-minimum", "many-cores", "milli-bytes", "two-services"),
        *("plain-secret", "literal-secret"),
    }
)
"""The rules that are about keys and values of properties alone, as docs/rules.md groups them."""


class Advice(NamedTuple):
    """A finding without its position: the result of a check that is cached, as it is the same in many files.

    Attributes:
        field: what it is about of a structure: the keys and the indexes from the structure to a field.
    """

    severity: Severity
    rule: str
    message: str
    reason: str = ""
    hint: str = ""
    field: tuple[str | int, ...] = ()

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
        return tuple(sorted(set(self._found), key=_position))


def in_environments(found: Mapping[str, Iterable[Finding]]) -> tuple[Finding, ...]:
    """Return the findings of several environments, each once, by position; one that some lack names those that have it.

    Args:
        found: the findings by environment.

    A comment that ignores nothing is one only where it is so in all of them.
    """
    first: dict[tuple[object, ...], Finding] = {}
    names: dict[tuple[object, ...], list[str]] = {}
    for name, findings in found.items():
        for finding in findings:
            # what differs in the name of the environment only is one finding
            message = finding.message.removesuffix(f" in environment {name}" if len(found) > 1 else "")
            key = (finding.rule, finding.severity, message, finding.span)
            first.setdefault(key, replace(finding, message=message))
            if name not in names.setdefault(key, []):
                names[key].append(name)
    named = (
        finding
        if len(names[key]) == len(found)
        else replace(finding, message=f"{finding.message} (in {', '.join(names[key])})")
        for key, finding in first.items()
        if len(names[key]) == len(found) or finding.rule != UNUSED_IGNORE
    )
    return tuple(sorted(named, key=_position))


def of_one_environment(findings: Iterable[Finding], environments: int) -> tuple[Finding, ...]:
    """Return the findings of one environment without those that only all of them together can show.

    Args:
        findings: of one environment.
        environments: how many the settings have.
    """
    return tuple(finding for finding in findings if environments <= 1 or finding.rule != UNUSED_IGNORE)


def for_run_states(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings as they count for a command that needs no property: an error about properties is a warning."""
    return tuple(
        replace(finding, severity=Severity.WARNING)
        if finding.rule in OF_PROPERTIES or finding.rule.startswith("policy-")
        else finding
        for finding in findings
    )


def to_show(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings to show to a user.

    Of a file with more than 200, these are the first 200, errors before warnings, and one that counts the others.
    Whatever is decided by findings is decided by all of them.
    """
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        by_file.setdefault(finding.span.file, []).append(finding)
    return tuple(finding for found in by_file.values() for finding in _first(found))


class Abridged(NamedTuple):
    """Findings to show, and how many more warnings there are of each rule."""

    shown: tuple[Finding, ...]
    more: Mapping[str, int]


def abridged(findings: Iterable[Finding], most: int) -> Abridged:
    """Return the errors, and of each rule the first warnings.

    Args:
        findings: in the order in which they are shown.
        most: warnings of a rule to show.
    """
    counts: Counter[str] = Counter()
    shown: list[Finding] = []
    for finding in findings:
        if finding.severity is Severity.WARNING:
            counts[finding.rule] += 1
        if finding.severity is Severity.ERROR or counts[finding.rule] <= most:
            shown.append(finding)
    return Abridged(tuple(shown), {rule: count - most for rule, count in counts.items() if count > most})


def _position(finding: Finding) -> tuple[Span, str, str]:
    return finding.span, finding.rule, finding.message


def _first(found: list[Finding]) -> list[Finding]:
    """Return the first findings of a file, and one that counts the others."""
    if len(found) <= _MOST_OF_A_FILE:
        return found
    by_severity = sorted(found, key=lambda finding: finding.severity is not Severity.ERROR)
    others = by_severity[_MOST_OF_A_FILE:]
    errors = sum(finding.severity is Severity.ERROR for finding in others)
    counts = ((errors, "error"), (len(others) - errors, "warning"))
    named = [number(count, f"more {name}") for count, name in counts if count]
    rest = Finding(
        "more-findings",
        others[0].severity,
        f"{' and '.join(named)} in this file",
        others[0].span,
        hint="fix the first ones, and validate again",
    )
    return sorted([*by_severity[:_MOST_OF_A_FILE], rest], key=_position)


def error(rule: str, message: str, span: Span, *, reason: str = "", hint: str = "") -> Finding:
    """Return a finding that stops every command that would send something."""
    return Finding(rule, Severity.ERROR, message, span, reason, hint)


def warning(rule: str, message: str, span: Span, *, reason: str = "", hint: str = "") -> Finding:
    """Return a finding that is reported and stops nothing."""
    return Finding(rule, Severity.WARNING, message, span, reason, hint)
