"""The summary lines of reports: what there is, without zeros."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from persync.errors import Severity
from persync.plan.terms import Action, Difference, Outcome
from persync.report.wording import command_of, equal_text, number, others_text, outcome_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from persync.errors import Finding
    from persync.plan.plan import PersisterPlan, Plan
    from persync.plan.result import Result

_ACTIONS = {
    Action.RESTART: "restart",
    Action.START: "start",
    Action.STOP: "stop",
    Action.UPDATE: "update only",
    Action.WAIT: "wait",
}
_LEFT = "not restored"


def plan_summary(plan: Plan) -> str:
    """Return the summary of a plan or of a diff.

    ``Plan: 41 to change (32 restart, 1 stop, 8 update only), 259 in sync.``, ``Diff: 2 changed, 58 unchanged.``
    """
    counts, is_diff = plan.summary, plan.kind == "diff"
    others = plan.selection.others if plan.selection else 0
    left = len(plan.rollback_of.left) if plan.rollback_of else 0
    if not (plan.to_do or plan.blocked):
        nothing, equal = ("differences", "unchanged") if is_diff else ("changes", equal_text(plan))
        sentences = [
            f"No {nothing}.",
            f"{number(counts.in_sync, 'persister')} {_be(counts.in_sync)} {equal}."
            if counts.in_sync or not left
            else "",
            f"{number(left, 'persister')} {_be(left)} {_LEFT}." if left else "",
            f"{number(others, 'other')} {'was' if others == 1 else 'were'} {others_text(plan)}." if others else "",
        ]
        return " ".join(filter(None, sentences))
    if is_diff:
        differences = Counter(planned.difference for planned in plan.persisters)
        changed = [(differences[difference], difference.value) for difference in Difference]
        changed.append((counts.blocked, "blocked"))
    else:
        changed = [(counts.apply, f"to change ({actions_text(plan.to_do)})"), (counts.blocked, "blocked")]
    equal = "unchanged" if is_diff else equal_text(plan)
    texts = _counts([*changed, (left, _LEFT), (counts.in_sync, equal), (others, others_text(plan))])
    return f"{plan.kind.title()}: {texts}."


def _be(count: int) -> str:
    return "is" if count == 1 else "are"


def actions_text(persisters: Iterable[PersisterPlan]) -> str:
    """Return how often each action is taken: ``32 restart, 1 stop, 8 update only``."""
    actions = Counter(planned.action for planned in persisters)
    return _counts((actions[action], text) for action, text in _ACTIONS.items())


def result_summary(result: Result) -> str:
    """Return the summary of a result: ``Apply: 6 done, 1 failed.``."""
    return f"{command_of(result).capitalize()}: {outcomes_text(result)}."


def outcomes_text(result: Result) -> str:
    """Return how many persisters ended how: ``6 done, 1 failed``."""
    counts = result.summary
    texts = _counts(
        [
            (counts.done - counts.already, "done"),
            (counts.already, outcome_text(Outcome.ALREADY, result.request)),
            (counts.failed, "failed"),
            (counts.conflict, "conflict" if counts.conflict == 1 else "conflicts"),
            (counts.cancelled, "cancelled"),
            (counts.rolled_back, "rolled back"),
            (counts.not_attempted, "not attempted"),
            (counts.blocked, "blocked"),
        ]
    )
    return texts or "nothing to do"


def validation_summary(findings: Sequence[Finding], persisters: int, ignored: int) -> str:
    """Return the summary of findings for people: ``Validate: 7 persisters, 1 error, 2 warnings, 1 ignored.``."""
    others = f", {ignored:,} ignored" if ignored else ""
    return f"Validate: {number(persisters, 'persister')}, {_findings_text(findings)}{others}."


def findings_summary(findings: Sequence[Finding]) -> str:
    """Return the summary of findings for programs, which do not need the number of persisters."""
    return f"Validate: {_findings_text(findings)}."


def error_count(findings: Sequence[Finding]) -> int:
    """Return how many of the findings are errors."""
    return sum(finding.severity is Severity.ERROR for finding in findings)


def _findings_text(findings: Sequence[Finding]) -> str:
    errors = error_count(findings)
    counts = ((errors, "error"), (len(findings) - errors, "warning"))
    return ", ".join(number(count, noun) for count, noun in counts if count) or "no findings"


def _counts(counts: Iterable[tuple[int, str]]) -> str:
    return ", ".join(f"{count:,} {text}" for count, text in counts if count)
