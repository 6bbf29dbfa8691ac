"""The summary lines of reports: what there is, without zeros."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from persync.errors import Severity
from persync.plan.terms import Action, Command, Difference, Outcome
from persync.report.printable import printable
from persync.report.wording import equal_text, number, others_text, outcome_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from persync.errors import Finding
    from persync.plan.plan import PersisterPlan, Plan
    from persync.plan.result import Result
    from persync.plan.terms import StateRequest

_ACTIONS = {
    Action.RESTART: "restart",
    Action.START: "start",
    Action.STOP: "stop",
    Action.UPDATE: "update only",
    Action.WAIT: "wait",
}
_INTERRUPTING = (Action.RESTART, Action.START, Action.STOP)
"""The actions that a question names, because events are processed later, or again."""
_QUESTIONS = {Command.APPLY: ("Apply", "to"), Command.ROLLBACK: ("Roll back", "in")}
_LEFT = "not restored"


def plan_summary(plan: Plan) -> str:
    """Return the summary of a plan or of a diff.

    ``Plan: 41 to change (32 restart, 1 stop, 8 update only), 259 in sync.``, ``Diff: 2 changed, 58 unchanged.``
    """
    counts, is_diff = plan.summary, plan.kind == "diff"
    others = plan.selection.others if plan.selection else 0
    left = len(plan.not_restored)
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
    """Return how many persisters have each action: ``32 restart, 1 stop, 8 update only``."""
    actions = Counter(planned.action for planned in persisters)
    return _counts((actions[action], text) for action, text in _ACTIONS.items())


def question(plan: Plan) -> str:
    """Return ``Apply 7 changes (4 restarts) to production, https://harvester.example.com?``.

    Or ``Roll back 2 changes (2 restarts) in …?``, or ``Stop 3 persisters in …?``; what a start takes besides STARTs is
    named too.
    """
    to_do = plan.to_do
    counts = Counter(planned.action for planned in to_do)
    named = _counts((counts[action], action.value, f"{action}s") for action in _INTERRUPTING)
    actions = f" ({named})" if named else ""
    verb, to = _QUESTIONS.get(plan.command, (plan.command.capitalize(), "in"))
    noun = "change"
    if plan.request:
        noun = "persister"
        actions = actions if any(planned.action.value != plan.request.value for planned in to_do) else ""
    return printable(f"{verb} {number(len(to_do), noun)}{actions} {to} {plan.environment}, {plan.url}?")


def result_summary(result: Result) -> str:
    """Return the summary of a result: ``Apply: 6 done, 1 failed.``, ``Rollback: 2 done.``."""
    counts = {outcome: result.count(outcome) for outcome in Outcome}
    rolled_back = _counts([(result.summary.rolled_back, "rolled back")])
    texts = ", ".join(filter(None, (outcomes_text(counts, result.request), rolled_back)))
    return f"{result.command.capitalize()}: {texts or 'nothing to do'}."


def outcomes_text(counts: Mapping[Outcome, int], request: StateRequest | None = None) -> str:
    """Return how many persisters ended how: ``6 done, 1 failed, 2 conflicts``.

    Args:
        counts: by outcome.
        request: the run state that was requested, which has a word of its own for what had it already.
    """
    texts = ((outcome, outcome_text(outcome, request)) for outcome in Outcome)
    return _counts(
        (counts.get(outcome, 0), text, "conflicts" if outcome is Outcome.CONFLICT else text) for outcome, text in texts
    )


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


def _counts(counts: Iterable[tuple[int, str] | tuple[int, str, str]]) -> str:
    """Return numbers with their nouns, without zeros; a noun with two forms has that of one and that of several."""
    return ", ".join(f"{count:,} {nouns[0] if count == 1 else nouns[-1]}" for count, *nouns in counts if count)
