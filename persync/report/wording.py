"""Phrases that several formats share; each is one printable line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from persync.counts import number as number  # noqa: PLC0414 - exported: it is a phrase of reports, too
from persync.plan.terms import Attribution, Outcome, StateRequest
from persync.properties.shown import ABSENT
from persync.report.printable import printable, quoted
from persync.safety import Limit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from persync.model import Span
    from persync.plan.change import PropertyChange
    from persync.plan.parts.breach import Breach
    from persync.plan.plan import PersisterPlan, Plan
    from persync.plan.result import PersisterResult
    from persync.properties.shown import ShownValue

_MOST_NAMED = 5
"""Properties that a line names."""
_LIMITED = {
    Limit.CHANGES: ("changes", "change"),
    Limit.RESTARTS: ("restarts", "restart"),
    Limit.STOPS: ("stops", "stop"),
    Limit.RESETS: ("falls back to the defaults in every property", "fall back to the defaults in every property"),
}
_AS_REQUESTED = {
    StateRequest.START: "running already",
    StateRequest.STOP: "stopped already",
    StateRequest.RESTART: "left stopped",
}
NOT_MANAGED = "run state not managed"
"""Shown in place of the desired run state where the files have none."""


def value_text(value: ShownValue) -> str:
    """Return a property's value in double quotes; a hidden value has a mark without quotes in its place."""
    return value.display or "" if value.is_hidden else quoted(value.text)


def change_text(change: PropertyChange) -> str:
    """Return the path and both values: ``path: "old" (default) → "new"``."""
    return f"{printable(change.path)}: {' → '.join(filter(None, change_sides(change)))}"


def change_sides(change: PropertyChange) -> tuple[str, str]:
    """Return both values of a change: ``"old" (default)``, empty where there was none, and ``"new"``."""
    absent = "(default)" if change.after_default else "(removed)"
    after = absent if change.after == ABSENT else value_text(change.after)
    if change.after_default and change.after != ABSENT:
        after += " (default)"
    if change.before == ABSENT:
        return "", after
    return f"{value_text(change.before)}{' (default)' if change.before_default else ''}", after


def change_line(change: PropertyChange) -> str:
    """Return a change with its origin, ``path: "old" → "new"  (drift, file:line)``."""
    origin = origin_text(change)
    return f"{change_text(change)}  ({origin})" if origin else change_text(change)


def origin_text(change: PropertyChange) -> str:
    """Return a change's attribution and location, ``drift, file:line``; empty where neither is known."""
    attribution = change.attribution.label if change.attribution else ""
    return ", ".join(filter(None, (attribution, location(change.span) if change.span else "")))


def diff_title(plan: Plan) -> str:
    """Return what a diff compares: ``Diff of environments dev and production, live``."""
    if plan.compared is None:
        return f"Diff with {plan.base}, for environment {plan.environment}"
    return f"Diff of environments {plan.compared.environment} and {plan.environment}{', live' * plan.compared.live}"


def location(span: Span) -> str:
    """Return ``file:line``."""
    return f"{printable(span.file)}:{span.line}"


def selection_text(plan: Plan) -> str:
    """Return which persisters a plan is about: ``Only web/*: 60 of 300 persisters; the other 240 were not compared.``.

    Or ``Rollback of run 20261126T044250Z-3f9a1c: …``, or ``Restart of web/*: …``. Empty where it is about all.
    """
    if plan.rollback_of:
        return printable(f"Rollback of run {plan.rollback_of.run}: the desired side is what was live before it.")
    chosen = plan.selection
    if plan.request and chosen:
        without = f" without {', '.join(chosen.excluded)}" if chosen.excluded else ""
        total = number(chosen.selected + chosen.others, "persister")
        return printable(
            f"{plan.request.capitalize()} of {', '.join(chosen.selectors)}{without}: {chosen.selected:,} of {total};"
            " only run states are changed, configurations stay as they are."
        )
    if chosen is None or not chosen.others:
        return ""
    patterns = ["Only " + ", ".join(chosen.selectors)] if chosen.selectors else []
    patterns += ["without " + ", ".join(chosen.excluded)] if chosen.excluded else []
    names = " ".join(patterns)
    others = "the other one was" if chosen.others == 1 else f"the other {chosen.others:,} were"
    total = number(chosen.selected + chosen.others, "persister")
    return printable(f"{names[0].upper()}{names[1:]}: {chosen.selected:,} of {total}; {others} not compared.")


def equal_text(plan: Plan) -> str:
    """Return what the persisters are that a plan leaves alone: ``in sync``, or what was requested of them."""
    return "in sync" if plan.request is None else _AS_REQUESTED[plan.request]


def outcome_text(outcome: Outcome, request: StateRequest | None) -> str:
    """Return how the run of a persister ended; where nothing was to be done: ``in sync already``, or what it was."""
    if outcome is not Outcome.ALREADY:
        return outcome.value
    return "in sync already" if request is None else _AS_REQUESTED[request]


def others_text(plan: Plan) -> str:
    """Return what became of the persisters that are not selected."""
    return "not compared" if plan.request is None else "not selected"


def ignored_text(paths: Sequence[str]) -> str:
    """Return what is not compared of a persister: ``ignored: 2 properties (appConfig.a, appConfig.b)``."""
    names = [*map(printable, paths[:_MOST_NAMED]), *(["…"] if len(paths) > _MOST_NAMED else [])]
    return f"ignored: {number(len(paths), 'property', 'properties')} ({', '.join(names)})"


def ignored_counts(plan: Plan) -> str:
    """Return ``2 properties of 1 persister are ignored (ignoreChanges).``; empty where none is."""
    count = sum(len(each.properties) for each in plan.ignored)
    if not count:
        return ""
    properties = number(count, "property", "properties")
    verb = "is" if count == 1 else "are"
    return f"{properties} of {number(len(plan.ignored), 'persister')} {verb} ignored (ignoreChanges)."


def breach_text(breach: Breach) -> str:
    """Return ``41 persisters restart, and maxRestarts allows 10 (20% of 54)``."""
    one, several = _LIMITED[breach.limit]
    of = f" ({breach.configured} of {breach.persisters:,})" if breach.configured != str(breach.allowed) else ""
    what = one if breach.count == 1 else several
    return f"{number(breach.count, 'persister')} {what}, and {breach.limit} allows {breach.allowed:,}{of}"


def breach_help(breaches: Sequence[Breach]) -> str:
    """Return what to do about limits that a plan exceeds."""
    options = " ".join(f"{breach.option} {breach.count}" for breach in breaches)
    settings = " and ".join(breach.setting for breach in breaches)
    return f"apply a part of it, allow it once with {options}, or change {settings} in persync.yaml"


def result_steps(result: PersisterResult) -> str:
    """Return ``stop, put; unfinished: start``: an unfinished step was sent, but its end was not seen."""
    unfinished = f"unfinished: {', '.join(result.steps_left)}" if result.steps_left else ""
    return "; ".join(filter(None, (", ".join(result.steps_taken), unfinished)))


def change_counts(planned: PersisterPlan) -> str:
    """Return ``3 changes: 2 this branch, 1 drift``; empty where no property changes."""
    if not planned.changes:
        return ""
    counts = _counts_text(Counter(change.attribution for change in planned.changes))
    return number(len(planned.changes), "change") + (f": {counts}" if counts else "")


def attribution_counts(persisters: Iterable[PersisterPlan]) -> Counter[Attribution | None]:
    """Return the number of differences, of properties and run states, by attribution."""
    counts = Counter[Attribution | None]()
    for planned in persisters:
        counts.update([planned.state_attribution, *(change.attribution for change in planned.changes)])
    return counts


def attribution_counts_text(persisters: Iterable[PersisterPlan]) -> str:
    """Return ``2 this branch, 1 drift``; empty where no base was named."""
    return _counts_text(attribution_counts(persisters))


def _counts_text(counts: Counter[Attribution | None]) -> str:
    return ", ".join(f"{counts[origin]:,} {origin.label}" for origin in Attribution if counts[origin])
