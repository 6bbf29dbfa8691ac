from __future__ import annotations

import pytest

from persync.config.findings import Findings, to_show
from persync.errors import Severity
from persync.model import Span


def found(*severities: tuple[str, Severity, int]) -> Findings:
    findings = Findings()
    for file, severity, count in severities:
        add = findings.error if severity is Severity.ERROR else findings.warning
        for line in range(1, count + 1):
            add("rule", f"message {line}", Span(file, line, 1))
    return findings


@pytest.mark.parametrize(
    ("errors", "warnings", "expected"),
    [
        (200, 0, None),
        (0, 201, (Severity.WARNING, "1 more warning in this file", 201)),
        (0, 302, (Severity.WARNING, "102 more warnings in this file", 201)),
        (201, 0, (Severity.ERROR, "1 more error in this file", 201)),
        (250, 3, (Severity.ERROR, "50 more errors and 3 more warnings in this file", 201)),
        (150, 60, (Severity.WARNING, "10 more warnings in this file", 51)),
    ],
)
def test_of_a_file_the_first_200_are_reported(
    errors: int, warnings: int, expected: tuple[Severity, str, int] | None
) -> None:
    every = found(("a", Severity.WARNING, warnings), ("a", Severity.ERROR, errors), ("b", Severity.ERROR, 1)).in_order()
    assert len(every) == errors + warnings + 1
    reported = to_show(every)
    own = [finding for finding in reported if finding.rule == "rule" and finding.span.file == "a"]
    counts = [
        (finding.severity, finding.message, finding.span.line)
        for finding in reported
        if finding.rule == "more-findings"
    ]
    kept = sum(finding.severity is Severity.ERROR for finding in own)
    assert (len(own), kept) == (200, min(errors, 200))
    assert counts == ([expected] if expected else [])
    assert reported == tuple(sorted(reported, key=lambda finding: (finding.span, finding.rule, finding.message)))
    assert [finding.span.file for finding in reported][-1] == "b"
