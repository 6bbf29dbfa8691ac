"""What machines are told about a plan, a result or the files: remarks with a rule, a level and a place.

Annotations, SARIF and Code Quality reports are three spellings of the same remarks. The rules' names are stable.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from persync.errors import Severity
from persync.plan.change import Attribution
from persync.plan.plan import Action
from persync.plan.result import Outcome
from persync.report.actions import reason_text
from persync.report.printable import printable
from persync.report.wording import change_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.errors import Finding
    from persync.model import Span
    from persync.plan.change import PropertyChange
    from persync.plan.plan import PersisterPlan, Plan
    from persync.plan.result import PersisterResult, Result


class Level(StrEnum):
    """How much a remark weighs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Remark(NamedTuple):
    """One thing to know, at one place.

    Attributes:
        rule: what kind of thing, in kebab case; stable.
        level: how much it weighs.
        subject: the persister; empty for one about a file.
        text: what there is to know, one line.
        span: where.
        key: what tells it from others of the same rule and subject, and stays when lines and values move.
    """

    rule: str
    level: Level
    subject: str
    text: str
    span: Span
    key: str = ""

    @property
    def message(self) -> str:
        """The text with its subject before it."""
        return f"{self.subject}: {self.text}" if self.subject else self.text


RULES = {
    "persync/blocked": "Something should be done about this persister, and nothing can be.",
    "persync/stop": "The persister will be stopped.",
    "persync/restart": "The persister will be restarted; its events wait meanwhile.",
    "persync/start": "The persister will be started.",
    "persync/removed": "The files do not have the persister any more; it stays in the live system.",
    "persync/added": "The persister is new in the files.",
    "persync/wait": "A change of the persister's run state is under way and will be waited for.",
    "persync/change": "A property differs, and will be set as the files say.",
    "persync/drift": "A property was changed by hand, and will be set back.",
    "persync/pending": "A property differs since the base already, which was not applied yet.",
    "persync/warning": "Something that a reviewer should know.",
    "persync/failed": "The persister did not become what the files say.",
    "persync/conflict": "The persister was changed after the plan; nothing was written.",
    "persync/interrupted": "The run was cut short while it worked on this persister.",
    "persync/not-attempted": "The run ended before this persister's turn.",
}

ACTIONS = {
    Action.BLOCKED: ("persync/blocked", Level.ERROR),
    Action.STOP: ("persync/stop", Level.WARNING),
    Action.RESTART: ("persync/restart", Level.WARNING),
    Action.START: ("persync/start", Level.NOTE),
    Action.REMOVED: ("persync/removed", Level.NOTE),
    Action.ADDED: ("persync/added", Level.NOTE),
    Action.CHANGED: ("persync/change", Level.NOTE),
    Action.UPDATE: ("persync/change", Level.NOTE),
    Action.WAIT: ("persync/wait", Level.NOTE),
}
_CHANGES = {
    None: ("persync/change", Level.NOTE),
    Attribution.THIS_BRANCH: ("persync/change", Level.NOTE),
    Attribution.DRIFT: ("persync/drift", Level.WARNING),
    Attribution.PENDING: ("persync/pending", Level.NOTE),
}
OUTCOMES = {
    Outcome.FAILED: ("persync/failed", Level.ERROR),
    Outcome.CONFLICT: ("persync/conflict", Level.ERROR),
    Outcome.INTERRUPTED: ("persync/interrupted", Level.ERROR),
    Outcome.BLOCKED: ACTIONS[Action.BLOCKED],
    Outcome.NOT_ATTEMPTED: ("persync/not-attempted", Level.WARNING),
}


def plan_remarks(plan: Plan) -> tuple[Remark, ...]:
    """Return what there is to know about a plan, persister by persister."""
    return tuple(remark for planned in plan.persisters for remark in persister_remarks(planned))


def persister_remarks(planned: PersisterPlan) -> Iterator[Remark]:
    """Yield what would be done first, then what differs, then what to know besides."""
    action = planned.action
    if action in ACTIONS and not (ACTIONS[action] == _CHANGES[None] and planned.changes):
        rule, level = ACTIONS[action]
        yield Remark(rule, level, _name(planned), what(planned), planned.span)
    for change in planned.changes:
        yield _change_remark(planned, change)
    for warning in planned.warnings:
        yield Remark("persync/warning", Level.WARNING, _name(planned), printable(warning), planned.span, warning)


def result_remarks(result: Result) -> tuple[Remark, ...]:
    """Return what there is to know about a result: the persisters that did not become what the files say."""
    return tuple(_outcome_remark(item) for item in result.persisters if item.outcome in OUTCOMES)


def finding_remarks(findings: Sequence[Finding]) -> tuple[Remark, ...]:
    """Return what there is to know about the files."""
    return tuple(
        Remark(
            printable(finding.rule),
            Level.ERROR if finding.severity is Severity.ERROR else Level.WARNING,
            "",
            printable("; ".join(filter(None, (finding.message, finding.reason, finding.hint)))),
            finding.span,
            finding.message,
        )
        for finding in findings
    )


def fingerprints(remarks: Sequence[Remark], scope: str) -> list[str]:
    """Return for each remark what names it from run to run: no line and no value is in it, and no two are equal.

    Args:
        remarks: of one report.
        scope: what the report is of: the remarks of another environment are others.
    """
    seen: Counter[str] = Counter()
    names = []
    for remark in remarks:
        what = json.dumps([scope, remark.rule, remark.subject, remark.span.file, remark.key])
        seen[what] += 1
        names.append(hashlib.sha256(f"{what}{seen[what]}".encode()).hexdigest())
    return names


def what(planned: PersisterPlan) -> str:
    """Return in one line what would be done, and why: ``restart (stop, put, start): the configuration differs``."""
    action, steps = planned.action, ", ".join(planned.steps)
    why = reason_text(planned)
    reason = f": {printable(why)}" if why else ""
    return f"{action} ({steps}){reason}" if steps not in {"", action} else f"{action}{reason}"


def _change_remark(planned: PersisterPlan, change: PropertyChange) -> Remark:
    rule, level = _CHANGES[change.attribution]
    return Remark(rule, level, _name(planned), change_text(change), change.span or planned.span, change.path)


def _outcome_remark(item: PersisterResult) -> Remark:
    rule, level = OUTCOMES[item.outcome]
    text = f"{item.outcome}: {printable(item.problem)}" if item.problem else str(item.outcome)
    return Remark(rule, level, _name(item.plan), text, item.plan.span)


def _name(planned: PersisterPlan) -> str:
    return printable(str(planned.id))
