"""Diagnostics: a plan, a result or findings as messages with a rule, a level and a location.

GitHub annotations, SARIF and Code Quality reports are three encodings of them. The names of the rules are stable.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from persync.errors import Severity
from persync.plan.terms import Action, Attribution, Outcome
from persync.report.actions import action_text
from persync.report.printable import printable
from persync.report.waves.wording import downtime_text
from persync.report.wording import change_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.errors import Finding
    from persync.model import Span
    from persync.plan.change import PropertyChange
    from persync.plan.plan import PersisterPlan, Plan
    from persync.plan.result import PersisterResult, Result


class Level(StrEnum):
    """How serious a diagnostic is; the names are those of SARIF."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Diagnostic(NamedTuple):
    """A message about a persister or a file.

    Attributes:
        rule: its kind, in kebab case; stable.
        level: how serious it is.
        subject: the persister; empty for a message about a file.
        text: the message, one line.
        hint: what to do about it, one line; empty where there is no advice.
        span: the location.
        key: tells it from others of the same rule and subject; independent of lines and values.
    """

    rule: str
    level: Level
    subject: str
    text: str
    span: Span
    key: str = ""
    hint: str = ""

    @property
    def message(self) -> str:
        """The text, after its subject; the hint is a line of its own."""
        text = f"{self.subject}: {self.text}" if self.subject else self.text
        return f"{text}\nhelp: {self.hint}" if self.hint else text


LEFT_OUT = "persync/left-out"
RULES = {
    "persync/blocked": "The persister differs, but no step is possible.",
    "persync/stop": "The persister will be stopped.",
    "persync/restart": "The persister will be restarted; events queue until it runs again.",
    "persync/start": "The persister will be started.",
    "persync/removed": "The persister was removed from the files; it stays in the live system.",
    "persync/added": "The persister is new in the files.",
    "persync/wait": "The persister's run state is changing; persync waits until that has finished.",
    "persync/change": "A property differs and will be updated.",
    "persync/drift": "A property was changed outside of persync; an apply reverts that.",
    "persync/pending": "A property differs because a change in the base is not applied yet.",
    "persync/warning": "A warning for the reviewer.",
    "persync/failed": "The persister did not reach its desired configuration or run state.",
    "persync/conflict": "The persister or its files were changed after the plan was made, not by this run.",
    "persync/cancelled": "The run was cancelled while it worked on this persister.",
    "persync/not-attempted": "The run ended before it reached this persister.",
    LEFT_OUT: "The report has more results than its readers accept.",
}

_LEFT = "no longer managed, and left as it is"
_CHANGE = ("persync/change", Level.NOTE)
ACTION_RULES = {
    Action.BLOCKED: ("persync/blocked", Level.ERROR),
    Action.STOP: ("persync/stop", Level.WARNING),
    Action.RESTART: ("persync/restart", Level.WARNING),
    Action.START: ("persync/start", Level.NOTE),
    Action.REMOVED: ("persync/removed", Level.NOTE),
    Action.ADDED: ("persync/added", Level.NOTE),
    Action.CHANGED: _CHANGE,
    Action.UPDATE: _CHANGE,
    Action.WAIT: ("persync/wait", Level.NOTE),
}
_ATTRIBUTION_RULES = {
    None: _CHANGE,
    Attribution.THIS_BRANCH: _CHANGE,
    Attribution.DRIFT: ("persync/drift", Level.WARNING),
    Attribution.PENDING: ("persync/pending", Level.NOTE),
}
OUTCOME_RULES = {
    Outcome.FAILED: ("persync/failed", Level.ERROR),
    Outcome.CONFLICT: ("persync/conflict", Level.ERROR),
    Outcome.CANCELLED: ("persync/cancelled", Level.ERROR),
    Outcome.BLOCKED: ACTION_RULES[Action.BLOCKED],
    Outcome.NOT_ATTEMPTED: ("persync/not-attempted", Level.WARNING),
}


def plan_diagnostics(plan: Plan) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of a plan, persister by persister; those that are no longer managed come last."""
    removed = (
        Diagnostic(*ACTION_RULES[Action.REMOVED], printable(each.name), _LEFT, each.span) for each in plan.removed
    )
    return (*(found for planned in plan.persisters for found in _persister_diagnostics(planned)), *removed)


def result_diagnostics(result: Result) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of a result: the persisters that did not reach their desired state."""
    return tuple(_outcome_diagnostic(item) for item in result.persisters if item.outcome in OUTCOME_RULES)


def findings_diagnostics(findings: Sequence[Finding]) -> tuple[Diagnostic, ...]:
    """Return findings as diagnostics."""
    return tuple(
        Diagnostic(
            printable(finding.rule),
            Level.ERROR if finding.severity is Severity.ERROR else Level.WARNING,
            "",
            printable("; ".join(filter(None, (finding.message, finding.reason)))),
            finding.span,
            finding.message,
            printable(finding.hint),
        )
        for finding in findings
    )


def fingerprints(diagnostics: Sequence[Diagnostic], scope: str) -> list[str]:
    """Return for each diagnostic a hash that stays the same from run to run; no two of a report are equal.

    Args:
        diagnostics: of one report. Their lines and values do not count.
        scope: command and environment, so that two reports share no fingerprint.
    """
    seen: Counter[str] = Counter()
    hashes = []
    for diagnostic in diagnostics:
        identity = json.dumps([scope, diagnostic.rule, diagnostic.subject, diagnostic.span.file, diagnostic.key])
        seen[identity] += 1
        hashes.append(hashlib.sha256(f"{identity}{seen[identity]}".encode()).hexdigest())
    return hashes


def _persister_diagnostics(planned: PersisterPlan) -> Iterator[Diagnostic]:
    """Yield the action, then the changes, then the warnings."""
    rule = ACTION_RULES.get(planned.action)
    # that properties change is clear from their own diagnostics
    if rule and not (rule == _CHANGE and planned.changes):
        hint = printable(planned.hint)
        yield Diagnostic(*rule, _name(planned), action_text(planned), planned.span, hint=hint)
    for change in planned.changes:
        yield _change_diagnostic(planned, change)
    for warning in planned.warnings:
        yield Diagnostic("persync/warning", Level.WARNING, _name(planned), printable(warning), planned.span, warning)


def _change_diagnostic(planned: PersisterPlan, change: PropertyChange) -> Diagnostic:
    rule = _ATTRIBUTION_RULES[change.attribution]
    return Diagnostic(*rule, _name(planned), change_text(change), change.span or planned.span, change.path)


def _outcome_diagnostic(item: PersisterResult) -> Diagnostic:
    outcome = ", ".join(filter(None, (item.outcome, downtime_text(item))))
    text = f"{outcome}: {printable(item.problem)}" if item.problem else outcome
    return Diagnostic(*OUTCOME_RULES[item.outcome], _name(item.plan), text, item.plan.span, hint=printable(item.hint))


def _name(planned: PersisterPlan) -> str:
    return printable(planned.name)
